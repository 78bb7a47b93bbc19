import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request } from 'express';
import {
  type AuthleteClient,
  AuthleteApiError,
  CallbackError,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  type OutcomeHook,
  tokenEndpoint,
  tokenFail,
  type TokenLogger,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import {
  type AuthleteEmulator,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { instrument, type InstrumentOptions } from 'express-authlete-token-fail/opentelemetry';

/** Starts an app with two token endpoints, and the emulator that they ask. */
export async function start() {
  const emulator: AuthleteEmulator = createAuthleteEmulator({ onNotice: () => undefined });
  const { serviceId, accessToken } = emulator;
  const authlete = await emulator.listen();
  const client = createAuthleteClient({ baseUrl: authlete.url, serviceId, accessToken });
  const stopTelemetry = instrument(globalProviders);

  const server = createApp(client).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const close = async () => {
    server.close();
    server.closeAllConnections();
    await client.close();
    await authlete.close();
    stopTelemetry();
  };
  const url = `http://127.0.0.1:${port}`;
  return { urls: [`${url}/token`, `${url}/own/token`], emulator, close };
}

const globalProviders: InstrumentOptions = {};

function createApp(client: AuthleteClient): Express {
  const app: Express = express();
  app.post(
    '/token',
    tokenEndpoint({
      client,
      authenticate: (username, _password, { ticket, req }) =>
        isBlocked(username, req) ? null : failGrant(ticket),
      onOutcome: report,
    }),
  );
  app.post('/own/token', express.text({ type: '*/*' }), (req, _res, next) => {
    answer(client, req).catch(next);
  });
  app.use(tokenFail({ client, onOutcome: report, logger: (req) => createLogger(req) }));
  return app;
}

/** A route of the app's own. */
async function answer(client: AuthleteClient, req: Request): Promise<void> {
  const reply = await client.token({ parameters: req.body as string });
  if (reply.action !== 'PASSWORD') throw new Error(reply.action);
  failGrant(reply.ticket);
}

function isBlocked(username: string, req: Request): boolean {
  return username === 'root' && req.ip !== '127.0.0.1';
}

function failGrant(ticket: string): never {
  throw new InvalidResourceOwnerCredentialsError(ticket);
}

const report: OutcomeHook = ({ outcome, reason, error }: TokenOutcome, req) => {
  if (error instanceof AuthleteApiError) console.log(error.code, error.api, error.retryAfter);
  if (error instanceof CallbackError) console.log(error.code, error.callback);
  console.log(outcome, reason, req.ip);
};

function createLogger(req: Request): TokenLogger {
  return {
    info: (message, fields) => console.log(req.path, message, fields),
    error: (message, fields) => console.error(req.path, message, fields),
  };
}

/** What must not compile, and is not run. */
export const mistakes = [
  // @ts-expect-error: there is no such option
  () => tokenFail({ onoutcome: report }),
  // @ts-expect-error: a request has no such property
  () => tokenFail({ onOutcome: (_outcome, _req: { nonsense: string }) => undefined }),
  // @ts-expect-error: authenticate is missing
  () => tokenEndpoint({ logger: console }),
];
