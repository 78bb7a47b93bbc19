import { request as httpRequest, type RequestListener } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import type {
  AttemptLimiter,
  Authenticate,
  BruteForceOptions,
  TokenOutcome,
} from 'express-authlete-token-fail';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { passwordGrant } from '../servers/emulator';
import type { EXPRESS_VERSIONS } from '../servers/express-versions';
import { serve } from '../servers/listen';
import { emulatorAndClient, tokenServerOf } from '../servers/token-server';

/** A promise that never settles. */
export const NEVER = new Promise<never>(() => undefined);

/** What a test changes of a protected token server. */
export interface ProtectedServerOptions extends BruteForceOptions {
  express: (typeof EXPRESS_VERSIONS)[number]['express'];
  /** Default: whoever has the password `open-sesame` gets in. */
  authenticate?: Authenticate;
  authenticateTimeout?: number;
}

/** A token server with brute force protection, behind a proxy that says the client's address. */
export interface ProtectedServer {
  readonly emulator: AuthleteEmulator;
  readonly app: RequestListener;
  readonly url: string;
  readonly authenticate: jest.Mock<ReturnType<Authenticate>, Parameters<Authenticate>>;
  /** Sends a grant of john's with the right password, but for the changes. */
  readonly send: (changes?: Record<string, string>, address?: string) => supertest.Test;
  readonly sendWrong: (username?: string, address?: string) => supertest.Test;
  /** Whether the right password gets in. */
  readonly getsIn: (username?: string, address?: string) => Promise<boolean>;
  readonly outcomes: TokenOutcome[];
  /** What was logged of errors that belong to no answer. */
  readonly problems: LoggedProblem[];
  /** How the tickets were closed: by issue, or by fail for a reason. */
  readonly closings: () => string[];
}

/** As much of a log line as the tests look at. */
interface LoggedProblem {
  readonly code: string;
  readonly callback: string;
  readonly message: string;
}

/** Starts a server for the current test. */
export async function startProtectedServer({
  express,
  authenticate = (username, password) => (password === 'open-sesame' ? `${username}-1` : null),
  authenticateTimeout,
  ...bruteForce
}: ProtectedServerOptions): Promise<ProtectedServer> {
  const { emulator, client } = await emulatorAndClient();
  const outcomes: TokenOutcome[] = [];
  const problems: LoggedProblem[] = [];
  const authenticateMock = jest.fn(authenticate);
  const app = tokenServerOf({
    client,
    express,
    endpoint: {
      authenticate: authenticateMock,
      authenticateTimeout,
      bruteForce,
      onOutcome: (outcome) => outcomes.push(outcome),
      logger: {
        info: () => undefined,
        error(_message, fields) {
          const { outcome, error } = fields as { outcome?: string; error: LoggedProblem };
          if (outcome === undefined) problems.push(error);
        },
      },
    },
  });
  app.set('trust proxy', 'loopback');
  const url = await serve(app as RequestListener);
  const send: ProtectedServer['send'] = (changes, address = '192.0.2.1') =>
    supertest(url)
      .post('/token')
      .type('form')
      .set('X-Forwarded-For', address)
      .send(passwordGrant(changes));
  return {
    emulator,
    app: app as RequestListener,
    url,
    authenticate: authenticateMock,
    send,
    sendWrong: (username = 'john', address) => send({ username, password: 'wrong' }, address),
    getsIn: async (username = 'john', address) =>
      (await send({ username }, address)).status === 200,
    outcomes,
    problems,
    closings: () =>
      emulator.journal
        .calls()
        .filter(({ api }) => api !== '/auth/token')
        .map(({ api, reason }) => reason ?? api),
  };
}

/** Creates a limiter that lets that many wrong passwords through. */
export function createMemoryLimiter(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: 60 });
}

/** A limiter that keeps what it is called with. */
export interface WatchedLimiter extends AttemptLimiter {
  readonly calls: [method: string, key: string][];
  readonly methods: () => string[];
}

type LimiterChanges = Partial<Record<keyof AttemptLimiter, (key: string) => Promise<unknown>>>;

/** Watches a limiter, and has it do something else where a change says so. */
export function watchLimiter(
  limiter: AttemptLimiter,
  changes: LimiterChanges = {},
): WatchedLimiter {
  const calls: [method: string, key: string][] = [];
  const createMethod = (name: keyof AttemptLimiter) => (key: string) => {
    calls.push([name, key]);
    return (changes[name] ?? ((given) => limiter[name](given)))(key);
  };
  return {
    consume: createMethod('consume'),
    reward: createMethod('reward'),
    delete: createMethod('delete'),
    calls,
    methods: () => calls.map(([method]) => method),
  };
}

/** Something to wait for. */
export interface Signal {
  readonly emit: () => void;
  readonly emitted: Promise<void>;
}

export function createSignal(): Signal {
  let emit: () => void = () => undefined;
  const emitted = new Promise<void>((resolve) => (emit = resolve));
  return { emit: () => emit(), emitted };
}

/** All that a client application sees of an answer, but for the time of day. */
export function visiblePart({ status, headers, text }: supertest.Response) {
  const { date, ...rest } = headers as Record<string, string>;
  return { status, headers: rest, text };
}

/**
 * Sends a grant and disconnects at that moment: by FIN, or by RST, after which Node no longer knows
 * the address of the other side.
 */
export async function sendAndDisconnect(
  app: RequestListener,
  when: Promise<unknown>,
  { reset = false, headers = {} }: { reset?: boolean; headers?: Record<string, string> } = {},
): Promise<void> {
  const closed = createSignal();
  const url = await serve((req, res) => {
    res.once('close', closed.emit);
    app(req, res);
  });
  const request = httpRequest(`${url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    agent: false,
  });
  request.on('error', () => undefined);
  request.end(passwordGrant());
  await when;
  if (reset) request.socket?.resetAndDestroy();
  else request.destroy();
  await closed.emitted;
}
