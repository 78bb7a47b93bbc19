import type { ErrorRequestHandler, Express } from 'express';
import {
  type AuthleteClient,
  type AuthleteClientOptions,
  createAuthleteClient,
  tokenEndpoint,
  type TokenEndpointSettings,
  tokenFail,
  type TokenFailHooks,
} from 'express-authlete-token-fail';
import type {
  AuthleteEmulator,
  AuthleteEmulatorOptions,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from './cleanup';
import { emulatorOf } from './emulator';
import { EXPRESS_VERSIONS } from './hosts';
import { BEARER_TOKEN } from './secrets';

type EndpointOptions = Partial<TokenEndpointSettings> & TokenFailHooks;

/** What a test changes of a token server. */
export interface TokenServerOptions {
  /** Default: made from the environment. */
  client?: AuthleteClient;
  endpoint?: EndpointOptions;
  /** Hooks of the `tokenFail` after the endpoint; `null` for none there. */
  fail?: TokenFailHooks | null;
  /** Stands between the endpoint and `tokenFail`. */
  between?: ErrorRequestHandler;
  /** Stands after everything. */
  after?: ErrorRequestHandler;
  express?: (typeof EXPRESS_VERSIONS)[number]['express'];
}

/** An app with a token endpoint at `/token`, where only john with `open-sesame` gets in. */
export function tokenServerOf({
  client,
  endpoint = {},
  fail = {},
  between,
  after,
  express = EXPRESS_VERSIONS[0]?.express,
}: TokenServerOptions): Express {
  if (!express) throw new Error('There is no Express');
  const app = express();
  app.disable('x-powered-by');
  const authenticate = (username: string, password: string): string | null =>
    username === 'john' && password === 'open-sesame' ? 'john-1' : null;
  app.all('/token', tokenEndpoint({ ...(client && { client }), authenticate, ...endpoint }));
  if (between) app.use(between);
  if (fail) app.use(tokenFail({ ...(client && { client }), ...fail }));
  if (after) app.use(after);
  return app;
}

/** A client of the API at this base URL. */
export function clientAt(baseUrl: string, options: AuthleteClientOptions = {}): AuthleteClient {
  const client = createAuthleteClient({
    serviceId: '715948317',
    accessToken: BEARER_TOKEN,
    baseUrl,
    timeout: 10_000,
    ...options,
  });
  cleanUp(() => client.close());
  return client;
}

/** A listening emulator, and a client of it. */
export async function emulatorAndClient(
  options: AuthleteEmulatorOptions = {},
): Promise<{ emulator: AuthleteEmulator; client: AuthleteClient }> {
  const emulator = emulatorOf(options);
  const { url, close } = await emulator.listen();
  cleanUp(close);
  return { emulator, client: clientAt(url) };
}
