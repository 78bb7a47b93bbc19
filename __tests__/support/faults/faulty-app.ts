import type { RequestListener } from 'node:http';
import type { Express, NextFunction, Request, Response } from 'express';
import {
  AuthleteApiError,
  createAuthleteClient,
  tokenEndpoint,
  type TokenEndpointSettings,
  tokenFail,
  type TokenFailHooks,
} from 'express-authlete-token-fail';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { cleanUp } from './cleanup';
import { watchChannels } from './diagnostics';
import { BOTH_CLIENTS, CONFIDENTIAL_CLIENT, emulatorOf, passwordGrant } from './emulator';
import type { EXPRESS_VERSIONS } from './hosts';
import { keptLog } from './log';
import { watchOutput } from './output';
import { BEARER_TOKEN, CLIENT_SECRET, everythingOf, PASSWORD } from './secrets';
import { serve } from './servers';
import { until } from './until';

/** A token request with every secret that a client application knows. */
export const TOKEN_REQUEST = passwordGrant({
  client_id: CONFIDENTIAL_CLIENT,
  client_secret: CLIENT_SECRET,
  password: PASSWORD,
});

/** What is wrong with a host. */
export interface HostFaults {
  express: (typeof EXPRESS_VERSIONS)[number]['express'];
  /** The route that has opened a ticket. Default: the whole token endpoint. */
  route?: (ticket: string, req: Request, res: Response, next: NextFunction) => unknown;
  authenticate?: TokenEndpointSettings['authenticate'];
  authenticateTimeout?: number;
  hooks?: TokenFailHooks;
  /** How often `tokenFail` is mounted after the route. Default: once. */
  mounted?: number;
  /** Whether it is mounted before the route. Default: false. */
  mountedBefore?: boolean;
}

/** A host on the emulator. */
export interface FaultyHost {
  url: string;
  emulator: AuthleteEmulator;
  /** What `onError` was told. */
  told: unknown[];
  /** What reached the host's own error handler. */
  passedOn: unknown[];
  /** Resolves once a route has run or `authenticate` was called. */
  reached: Promise<void>;
}

/**
 * Starts a host for the current test. The test fails if the host leaves a ticket open or uses one
 * twice, or if a secret shows in what it tells or logs.
 */
export async function startFaultyHost(faults: HostFaults): Promise<FaultyHost> {
  const { express, route, authenticate = () => null, hooks = {}, mounted = 1 } = faults;
  const output = watchOutput();
  const published = watchChannels();
  const { logger, lines } = keptLog();
  const emulator = emulatorOf({ clients: BOTH_CLIENTS });
  const { url: baseUrl, close } = await emulator.listen();
  cleanUp(close);
  const client = createAuthleteClient({
    baseUrl,
    serviceId: emulator.serviceId,
    accessToken: BEARER_TOKEN,
  });
  cleanUp(() => client.close());

  const told: unknown[] = [];
  const passedOn: unknown[] = [];
  const tickets: string[] = [];
  let reach: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const all: TokenFailHooks = { onError: (error) => told.push(error), logger, ...hooks };

  const app: Express = express();
  if (faults.mountedBefore) app.use(tokenFail({ client, ...all }));
  if (route) {
    app.all('/token', (req, res, next) => {
      client
        .token({ parameters: TOKEN_REQUEST })
        .then((reply) => {
          if (reply.action !== 'PASSWORD') throw new Error(reply.action);
          tickets.push(reply.ticket);
          reach();
          return route(reply.ticket, req, res, next);
        })
        .catch(next);
    });
  } else {
    app.all(
      '/token',
      tokenEndpoint({
        client,
        ...all,
        ...(faults.authenticateTimeout && { authenticateTimeout: faults.authenticateTimeout }),
        authenticate: (username, password, context) => {
          tickets.push(context.ticket);
          reach();
          return authenticate(username, password, context);
        },
      }),
    );
  }
  for (let count = 0; count < mounted; count++) app.use(tokenFail({ client, ...all }));
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    passedOn.push(error);
    if (res.headersSent) next(error);
    else res.status(418).end('the host');
  });
  const url = await serve(app as RequestListener);

  cleanUp(async () => {
    await until(() => emulator.openTickets() === 0).catch(() => undefined);
    for (const ticket of tickets) {
      const uses = emulator.journal
        .calls({ ticket })
        .filter(({ api, action }) => api !== '/auth/token' && action !== undefined);
      expect(uses).toHaveLength(1);
    }
    expect(emulator.openTickets()).toBe(0);
    const ours = told.filter((error) => error instanceof AuthleteApiError);
    const shown = [...ours, published, lines, emulator.journal.calls(), output.text()]
      .map(everythingOf)
      .join('\n');
    expect([...tickets, 'PLANTED'].filter((secret) => shown.includes(secret))).toEqual([]);
  });
  return { url: `${url}/token`, emulator, told, passedOn, reached };
}
