import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request } from 'express';
import {
  type AuthleteClient,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenEndpoint,
  tokenFail,
  type TokenFailEvent,
} from 'express-authlete-token-fail';
import {
  type AuthleteEmulator,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { instrument, type InstrumentOptions } from 'express-authlete-token-fail/opentelemetry';

/** Starts a token endpoint, and the emulator that it asks. */
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
  return { url: `http://127.0.0.1:${port}/token`, emulator, close };
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
    }),
  );
  app.use(
    tokenFail({ client, onFail: report, onError: (error, req) => console.error(error, req.ip) }),
  );
  return app;
}

function isBlocked(username: string, req: Request): boolean {
  return username === 'root' && req.ip !== '127.0.0.1';
}

function failGrant(ticket: string): never {
  throw new InvalidResourceOwnerCredentialsError(ticket);
}

function report({ reason, status }: TokenFailEvent): void {
  console.log(reason, status);
}

/** What must not compile, and is not run. */
export const mistakes = [
  // @ts-expect-error: there is no such option
  () => tokenFail({ onfail: report }),
  // @ts-expect-error: a request has no such property
  () => tokenFail({ onError: (_error, _req: { nonsense: string }) => undefined }),
];
