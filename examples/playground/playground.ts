import { join } from 'node:path';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type Response,
  Router,
} from 'express';
import { createAuthleteClient } from 'express-authlete-token-fail';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import type { Logger } from 'pino';
import { createServer } from '../quickstart/server.js';
import type { UserStore } from '../quickstart/users.js';
import type { Settings } from '../support/run-on-emulator.js';
import { createExchanges } from './exchanges.js';
import { faultSwitches } from './fault-switches.js';
import { localOnly } from './local-only.js';
import { createObserver, type Observer } from './observer.js';

/** Milliseconds for one API call: less than the default, so that nobody waits long for a stalled one. */
const TIMEOUT = 2000;

/** Only what this server serves, and no page around it. */
const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** A playground, and what frees its sockets. */
export interface Playground {
  app: Express;
  close: () => Promise<void>;
}

/**
 * The server of the quickstart, observed, with a page at `/` that sends token requests to it and
 * shows what happened to them.
 */
export function createPlayground(
  settings: Settings,
  users: UserStore,
  emulator: AuthleteEmulator,
  logger: Logger,
): Playground {
  const observer = createObserver();
  const client = createAuthleteClient({ ...settings, timeout: TIMEOUT });
  client.axios.interceptors.request.use(observer.nameCall);

  const app = express();
  app.disable('x-powered-by');
  app.use('/token', observer.recognise);
  app.use(createServer(observer.watchClient(client), observer.watchUsers(users), logger));

  app.use(localOnly);
  app.use('/playground', playgroundApi(observer, emulator, settings));
  app.use(express.static(join(__dirname, 'page'), { setHeaders: (res) => res.set(PAGE_HEADERS) }));
  return {
    app,
    async close() {
      observer.close();
      await client.close();
    },
  };
}

function playgroundApi(
  observer: Observer,
  { faults, journal }: AuthleteEmulator,
  { serviceId }: Settings,
): Router {
  const router = Router();
  router.use(express.json({ limit: '4kb' }));
  router.use('/faults', faultSwitches(faults));
  router.post('/exchanges', createExchanges(observer, { journal, serviceId }));
  // What the parser says of a body that it cannot read quotes it, password included.
  router.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    res.status(500).json({ message: 'The playground could not do that.' });
  });
  return router;
}
