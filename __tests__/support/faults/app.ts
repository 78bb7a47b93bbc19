import type { RequestListener } from 'node:http';
import express, { type Express } from 'express';
import {
  AuthleteApiError,
  type AuthleteClientOptions,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenEndpoint,
  tokenFail,
} from 'express-authlete-token-fail';
import { cleanUp } from './cleanup';
import { watchChannels } from './diagnostics';
import { SERVER_ERROR } from './endpoint';
import { type Api, SERVICE_ID } from './faulty-upstream';
import { type AnswerBytes, expectTokenHeaders, senderTo } from './fuzz-http';
import { keptLog } from './log';
import { watchOutput } from './output';
import { BEARER_TOKEN, CLIENT_SECRET, everythingOf, PASSWORD, TICKET } from './secrets';
import { serve } from './servers';

/** Milliseconds that a call may take. */
export const TIMEOUT = 500;

/** A token request that has every secret in it which a client application knows. */
const BODY = new URLSearchParams({
  grant_type: 'password',
  client_id: '26478243745571',
  client_secret: CLIENT_SECRET,
  username: 'john',
  password: PASSWORD,
}).toString();

const REQUEST = [
  Buffer.from(BODY),
  { 'Content-Type': 'application/x-www-form-urlencoded' },
] as const;

/** What came of a grant. */
export interface GrantOutcome {
  status: number | undefined;
  content: string;
  /** The codes that `onError` was told. */
  told: string[];
}

/**
 * Sends a grant that comes to call an API, or several of them in a row. Of the last one it expects
 * what holds whatever upstream does: an answer with the headers of a token endpoint, and no secret in
 * it nor in anything that is told or logged. That it comes in time is for the server behind `baseUrl`
 * to prove, by not ending on its own.
 */
export async function grantThatCalls(
  api: Api,
  { grants = 1, ...options }: AuthleteClientOptions & { grants?: number },
): Promise<GrantOutcome> {
  const output = watchOutput();
  const published = watchChannels();
  const { logger, lines } = keptLog();
  const client = createAuthleteClient({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    timeout: TIMEOUT,
    ...options,
  });
  cleanUp(() => client.close());
  const told: unknown[] = [];
  const events: unknown[] = [];
  const onError = (error: unknown): unknown => told.push(error);

  const app: Express = express();
  if (api === '/auth/token/fail') {
    app.post('/token', (_req, _res, next) =>
      next(new InvalidResourceOwnerCredentialsError(TICKET)),
    );
  } else {
    app.post('/token', tokenEndpoint({ client, onError, logger, authenticate: () => 'john-1' }));
  }
  app.use(tokenFail({ client, onError, logger, onFail: (event) => events.push(event) }));
  const send = senderTo(`${await serve(app as RequestListener)}/token`);

  let answer = await send(...REQUEST);
  for (let sent = 1; sent < grants; sent++) answer = await send(...REQUEST);
  expectTokenHeaders(answer);
  expect(shownSecrets(answer, told, events, published, lines, output.text())).toEqual([]);
  return {
    status: answer.status,
    content: answer.body.toString(),
    told: told.map((error) => (error instanceof AuthleteApiError ? error.code : String(error))),
  };
}

/** The planted secrets that show anywhere in what left the server. */
function shownSecrets({ headers, body }: AnswerBytes, ...others: unknown[]): string[] {
  const everything = [headers, body.toString(), ...others].map(everythingOf).join('\n');
  return [BEARER_TOKEN, TICKET, PASSWORD, CLIENT_SECRET].filter((secret) =>
    everything.includes(secret),
  );
}

/** The answer where Authlete gave none. */
export const SERVER_ERROR_ANSWER = { status: 500, content: JSON.stringify(SERVER_ERROR) };
