import type { RequestListener } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import {
  type AuthleteClient,
  createAuthleteClient,
  type EndpointOptions,
  type OutcomeOptions,
  tokenEndpoint,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../cleanup';
import { pickCases } from '../matrix';
import { watchChannels } from '../observe/channels';
import { keptLog } from '../observe/log';
import { watchOutput } from '../observe/output';
import { watchWarnings } from '../observe/warnings';
import { BEARER_TOKEN, CLIENT_SECRET, everythingOf, PASSWORD } from '../secrets/secrets';
import { BOTH_CLIENTS, CONFIDENTIAL_CLIENT, emulatorOf, passwordGrant } from '../servers/emulator';
import { EXPRESS_VERSIONS } from '../servers/express-versions';
import { serve } from '../servers/listen';
import { until } from '../until';
import { type Adapter, ADAPTERS } from './adapters';

/** What an app runs on. */
export interface AppPath {
  readonly express: (typeof EXPRESS_VERSIONS)[number]['express'];
  readonly adapter: Adapter;
}

/** For `describe.each`. */
export const APP_PATHS = pickCases(
  EXPRESS_VERSIONS.flatMap(({ express, version }) =>
    ADAPTERS.map((adapter) => ({
      title: `on ${version}, over ${adapter.name}`,
      ...{ express, adapter },
    })),
  ),
);

/** The status of the app's own error handler. */
export const APP_ERROR = 418;

/** A token request with every secret that a client application knows. */
export const TOKEN_REQUEST = passwordGrant({
  client_id: CONFIDENTIAL_CLIENT,
  client_secret: CLIENT_SECRET,
  password: PASSWORD,
});

/** What is wrong with an app. */
export interface AppFaults {
  /** The route that has opened a ticket. Default: the whole token endpoint. */
  readonly route?: (ticket: string, req: Request, res: Response, next: NextFunction) => unknown;
  /** Default: every password is wrong. */
  readonly authenticate?: EndpointOptions['authenticate'];
  /** Options of the middleware that differ. */
  readonly options?: Partial<EndpointOptions> & OutcomeOptions;
  /** In place of the client. */
  readonly client?: (client: AuthleteClient) => unknown;
  /** How often `tokenFail` is mounted after the route. Default: once. */
  readonly mounted?: number;
  /** Whether it is mounted before the route. Default: false. */
  readonly mountedBefore?: boolean;
}

/** An app on the emulator. */
export interface FaultyApp {
  readonly url: string;
  readonly emulator: AuthleteEmulator;
  readonly client: AuthleteClient;
  /** What `onOutcome` was called with. */
  readonly outcomes: TokenOutcome[];
  /** What the logger was called with. */
  readonly lines: Record<string, unknown>[];
  /** What reached the app's own error handler. */
  readonly passedOn: unknown[];
  /** The tickets that were opened. */
  readonly tickets: string[];
  /** Resolves once a route runs or `authenticate` is called. */
  readonly reached: Promise<void>;
}

/**
 * Starts an app for the current test. The test fails if the app leaves a ticket open or uses one
 * twice, or if a secret shows in what it reports or logs.
 */
export async function startFaultyApp(
  { express, adapter }: AppPath,
  faults: AppFaults,
): Promise<FaultyApp> {
  const { route, authenticate = () => null, mounted = 1, mountedBefore = false } = faults;
  const output = watchOutput();
  const published = watchChannels();
  const { logger, lines } = keptLog('debug');
  const warnings = watchWarnings();
  const emulator = emulatorOf({ clients: BOTH_CLIENTS });
  const { url: baseUrl, close } = await emulator.listen();
  cleanUp(close);
  const client = createAuthleteClient({
    baseUrl,
    serviceId: emulator.serviceId,
    accessToken: BEARER_TOKEN,
    ...adapter.options(),
  });
  cleanUp(() => client.close());

  const outcomes: TokenOutcome[] = [];
  const passedOn: unknown[] = [];
  const tickets: string[] = [];
  let reach: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const onOutcome = (outcome: TokenOutcome): unknown => outcomes.push(outcome);
  const { mapError, ...endpointOptions } = { onOutcome, logger, ...faults.options };
  const common = {
    client: (faults.client?.(client) ?? client) as AuthleteClient,
    ...(mapError && { mapError }),
    onOutcome: endpointOptions.onOutcome,
    logger: endpointOptions.logger,
  };

  const app = express();
  if (mountedBefore) app.use(tokenFail(common));
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
    for (let count = 0; count < mounted; count++) app.use(tokenFail(common));
  } else {
    app.all(
      '/token',
      tokenEndpoint({
        ...endpointOptions,
        ...common,
        authenticate(username, password, context) {
          tickets.push(context.ticket);
          reach();
          return authenticate(username, password, context);
        },
      }),
    );
  }
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    passedOn.push(error);
    if (res.headersSent) next(error);
    else res.status(APP_ERROR).end('the app');
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
    // With hook and logger, there is no reason to warn.
    expect(warnings).toEqual([]);
    const shown = [outcomes, published, lines, emulator.journal.calls(), output.text()]
      .map(everythingOf)
      .join('\n');
    expect([...tickets, 'PLANTED'].filter((secret) => shown.includes(secret))).toEqual([]);
  });
  return { url: `${url}/token`, emulator, client, outcomes, lines, passedOn, tickets, reached };
}
