import { buffer } from 'node:stream/consumers';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import supertest from 'supertest';
import {
  type AuthleteClientOptions,
  type AuthleteClient,
  createAuthleteClient,
  type EndpointClient,
  type EndpointOptions,
  type OutcomeOptions,
  tokenEndpoint,
  tokenFail,
  type TokenFailOptions,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import type {
  AuthleteEmulator,
  AuthleteEmulatorOptions,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../cleanup';
import { BEARER_TOKEN } from '../secrets/secrets';
import { emulatorOf, passwordGrant } from './emulator';
import { EXPRESS_VERSIONS } from './express-versions';

/** What a test changes of a token server. */
export interface TokenServerOptions {
  /** Default: created from the environment. */
  client?: EndpointClient;
  endpoint?: Partial<EndpointOptions> & OutcomeOptions;
  /** Stands after the endpoint. */
  after?: ErrorRequestHandler;
  express?: (typeof EXPRESS_VERSIONS)[number]['express'];
}

/** An app with a token endpoint at `/token`, where only john with `open-sesame` gets in. */
export function tokenServerOf({
  client,
  endpoint = {},
  after,
  express = EXPRESS_VERSIONS[0]?.express,
}: TokenServerOptions): Express {
  if (!express) throw new Error('There is no Express');
  const app = express();
  app.disable('x-powered-by');
  const authenticate = (username: string, password: string): string | null =>
    username === 'john' && password === 'open-sesame' ? 'john-1' : null;
  app.all('/token', tokenEndpoint({ ...(client && { client }), authenticate, ...endpoint }));
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

/** What a test changes of a token server on an emulator. */
export interface EmulatedServerOptions extends Omit<TokenServerOptions, 'client'> {
  emulator?: AuthleteEmulatorOptions;
  /** Methods that the app's client has of its own, which may call those of the real one. */
  alter?: (client: AuthleteClient) => Partial<EndpointClient>;
}

/** A token server on an emulator, and what it reports. */
export interface EmulatedServer {
  readonly emulator: AuthleteEmulator;
  readonly app: Express;
  /** What `onOutcome` was called with. */
  readonly outcomes: TokenOutcome[];
  /** What the endpoint passed to `next`. */
  readonly passedOn: unknown[];
  /** Sends a password grant of john's. */
  readonly send: (changes?: Record<string, string>) => supertest.Test;
  /** How tickets were closed, in order: the reason of a fail call, or `issued`. */
  readonly closings: () => string[];
}

/** Creates a token server on an emulator for the current test. */
export async function tokenServerOnEmulator({
  emulator: emulatorOptions,
  alter,
  endpoint,
  ...options
}: EmulatedServerOptions = {}): Promise<EmulatedServer> {
  const { emulator, client } = await emulatorAndClient(emulatorOptions);
  const outcomes: TokenOutcome[] = [];
  const passedOn: unknown[] = [];
  const app = tokenServerOf({
    client: { ...client, ...alter?.(client) },
    endpoint: { onOutcome: (outcome) => outcomes.push(outcome), ...endpoint },
    after: keepErrorsIn(passedOn),
    ...options,
  });
  return {
    emulator,
    app,
    outcomes,
    passedOn,
    send: (changes) => supertest(app).post('/token').type('form').send(passwordGrant(changes)),
    closings: () =>
      emulator.journal
        .calls()
        .filter(({ api }) => api !== '/auth/token')
        .map(({ reason }) => reason ?? 'issued'),
  };
}

/** An answer, its body as bytes. */
export interface BytesAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Sends an empty token request; expects the headers of RFC 6749 section 5.1 with the answer. */
export async function requestToken(app: Express): Promise<BytesAnswer> {
  const answer = await supertest(app).post('/token').buffer(true).parse(readBytes);
  const { status } = answer;
  const headers = answer.headers as Record<string, string>;
  const body = answer.body as Buffer;
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'content-length': String(body.length),
  });
  expect(headers).not.toHaveProperty('etag');
  return { status, headers, body };
}

function readBytes(
  res: supertest.Response,
  done: (error: Error | null, body: Buffer) => void,
): void {
  void buffer(res as unknown as NodeJS.ReadableStream).then((body) => done(null, body));
}

/** The app's own error handler, which keeps what it gets. */
function keepErrorsIn(errors: unknown[]): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    errors.push(error);
    if (res.headersSent) next(error);
    else res.status(418).send('<html>the app</html>');
  };
}

/** What a test changes of an app with a route of its own. */
export interface FailingAppOptions {
  express: (typeof EXPRESS_VERSIONS)[number]['express'];
  /** The route, or what it fails with. */
  route: unknown;
  options: TokenFailOptions;
  /** Stands after `tokenFail`. Default: an error handler that keeps what it gets, and answers 418. */
  after?: ErrorRequestHandler;
}

/** An app whose own route at `/token` fails, with `tokenFail` after it. */
export function failingAppOf({ express, route, options, after }: FailingAppOptions): {
  app: Express;
  passedOn: unknown[];
} {
  const passedOn: unknown[] = [];
  const app = express();
  const fail: RequestHandler = (_req, _res, next) => next(route);
  app.use('/token', typeof route === 'function' ? (route as RequestHandler) : fail);
  app.use(tokenFail(options));
  app.use(after ?? keepErrorsIn(passedOn));
  return { app, passedOn };
}
