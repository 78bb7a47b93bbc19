import {
  AuthleteApiError,
  type AuthleteClient,
  type AuthleteClientOptions,
  createAuthleteClient,
  type TokenFailRequest,
} from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from '../secrets/secrets';

export const SERVICE_ID = '715948317';

/** The request of a fail call, for tests that do not care. */
export const REQUEST: TokenFailRequest = {
  ticket: TICKET,
  reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
};

/** Replaces text of Authlete's that repeats a secret. */
export const WITHHELD = '(withheld: it repeats a secret)';

/** Milliseconds: long enough that no call on loopback times out by accident. */
export const LONG = 10_000;

/** Milliseconds: for calls that are meant to time out. */
export const SHORT = 150;

/** Creates a client of the API at this base URL, for the current test. */
export function startClient(baseUrl: string, options: AuthleteClientOptions = {}): AuthleteClient {
  const client = createAuthleteClient({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    baseUrl,
    timeout: LONG,
    ...options,
  });
  cleanUp(() => client.close());
  return client;
}

/** The error of a call that must fail; whatever it is, no secret shows in it. */
export async function catchError(call: Promise<unknown>): Promise<AuthleteApiError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AuthleteApiError);
  expectNoSecretIn(error);
  return error as AuthleteApiError;
}

/** The error of a fail call that must fail. */
export function catchFailError(client: AuthleteClient): Promise<AuthleteApiError> {
  return catchError(client.tokenFail(REQUEST));
}

/** How many timers keep this process from ending. */
export function countTimers(): number {
  return countResources(/^Timeout$/);
}

/** How many sockets of this process are open or being connected, server sockets included. */
export function countSockets(): number {
  return countResources(/^(TCP|TLS|GetAddrInfo)/);
}

function countResources(name: RegExp): number {
  return process.getActiveResourcesInfo().filter((resource) => name.test(resource)).length;
}
