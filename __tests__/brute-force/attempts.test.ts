import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Authenticate,
  InvalidResourceOwnerCredentialsError,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import {
  createMemoryLimiter,
  createSignal,
  NEVER,
  type ProtectedServerOptions,
  sendAndDisconnect,
  startProtectedServer,
  watchLimiter,
} from '../support/brute-force/protected-server';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { until } from '../support/until';

const POINTS = 5;
const GUESSES = 40;

const broken = new Error('database');

/** What `authenticate` may do with a guess that is wrong, or that it cannot check. */
const FAILURES: [what: string, authenticate: Authenticate][] = [
  ...[false, null, undefined, '', 0, NaN, {}, [], true, 1n].map((value): [string, Authenticate] => [
    `returns ${typeof value} ${JSON.stringify(value === 1n ? '1n' : value)}`,
    () => value as null,
  ]),
  ['resolves to null', () => Promise.resolve(null)],
  ['resolves to false, later', () => sleep(1, false)],
  ['resolves to an object', () => Promise.resolve({ subject: 'john-1' } as never)],
  [
    'throws',
    () => {
      throw broken;
    },
  ],
  [
    'throws undefined',
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw undefined;
    },
  ],
  ['rejects', () => Promise.reject(broken)],
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  ['rejects with a string', () => Promise.reject('database')],
  ['rejects, later', () => sleep(1).then(() => Promise.reject(broken))],
  [
    'throws that the password is wrong',
    (_username, _password, { ticket }) => {
      throw new InvalidResourceOwnerCredentialsError(ticket);
    },
  ],
  [
    'throws that the user may not have the resource',
    (_username, _password, { ticket }) => {
      throw new InvalidTargetError(ticket);
    },
  ],
  [
    'throws another failed grant',
    (_username, _password, { ticket }) => {
      throw new TokenRequestError(ticket, 'UNAUTHORIZED_CLIENT');
    },
  ],
  ['hangs until the time is over', () => NEVER],
  // Far enough from the time limit that a busy machine does not run both timers at once.
  ['settles once the time is over', () => sleep(1000, 'john-1', { ref: false })],
];

describe.each(EXPRESS_VERSIONS)('brute force protection on $version', ({ express }) => {
  const start = (options: Omit<ProtectedServerOptions, 'express'>) =>
    startProtectedServer({ express, ...options });

  describe.each(['usernameAndAddress', 'address'])('with a limit by %s', (name) => {
    it.each(FAILURES)(
      'checks no more guesses than the limit when authenticate %s',
      async (_what, authenticate) => {
        const limiter = watchLimiter(createMemoryLimiter(POINTS));
        const server = await start({
          limiters: { [name]: limiter },
          authenticate,
          authenticateTimeout: 20,
        });
        for (let guess = 0; guess < GUESSES; guess++) await server.sendWrong();
        expect(server.authenticate).toHaveBeenCalledTimes(POINTS);
        expect(limiter.methods()).toEqual(Array(GUESSES).fill('consume'));
        expect(server.outcomes.map(({ outcome }) => outcome).slice(POINTS)).toEqual(
          Array(GUESSES - POINTS).fill('blocked'),
        );
        expect(server.emulator.openTickets()).toBe(0);
      },
    );

    it.each([
      ['closes its connection', false],
      ['resets its connection', true],
    ])(
      'checks no more guesses than the limit when the client application %s',
      async (_what, reset) => {
        const limiter = watchLimiter(createMemoryLimiter(POINTS));
        let asked = createSignal();
        const { app, authenticate, emulator, outcomes } = await start({
          limiters: { [name]: limiter },
          authenticate: () => {
            asked.emit();
            return NEVER;
          },
        });
        for (let guess = 0; guess < GUESSES; guess++) {
          asked = createSignal();
          const counted = until(() => limiter.calls.length > guess);
          await sendAndDisconnect(app, guess < POINTS ? asked.emitted : counted, { reset });
        }
        await until(() => outcomes.length === GUESSES);
        expect(authenticate).toHaveBeenCalledTimes(POINTS);
        expect(limiter.methods()).toEqual(Array(GUESSES).fill('consume'));
        expect(emulator.openTickets()).toBe(0);
      },
    );
  });

  it('refunds nothing but the right password: by address one attempt, by username all', async () => {
    const byPair = watchLimiter(createMemoryLimiter(POINTS));
    const byAddress = watchLimiter(createMemoryLimiter(POINTS));
    const { send } = await start({
      limiters: { usernameAndAddress: byPair, address: byAddress },
    });
    expect((await send()).status).toBe(200);
    expect(byPair.methods()).toEqual(['consume', 'delete']);
    expect(byAddress.methods()).toEqual(['consume', 'reward']);
    for (const { calls } of [byPair, byAddress]) {
      expect(new Set(calls.map(([, key]) => key)).size).toBe(1);
    }
  });

  it('refunds the right password of a token that Authlete does not issue', async () => {
    const byPair = watchLimiter(createMemoryLimiter(POINTS));
    const { emulator, send } = await start({ limiters: { usernameAndAddress: byPair } });
    emulator.faults.set({ api: '/auth/token/issue', failWith: 500 });
    expect((await send()).status).toBe(500);
    expect(byPair.methods()).toEqual(['consume', 'delete']);
  });

  it('has counted an attempt before authenticate is called', async () => {
    const limiter = watchLimiter(createMemoryLimiter(POINTS));
    let methods: string[] = [];
    const { send } = await start({
      limiters: { address: limiter },
      authenticate: () => {
        methods = limiter.methods();
        return 'john-1';
      },
    });
    await send();
    expect(methods).toEqual(['consume']);
  });

  it('asks authenticate once for each guess that is let through', async () => {
    const { sendWrong, getsIn, authenticate } = await start({
      limiters: { usernameAndAddress: createMemoryLimiter(POINTS) },
    });
    for (let guess = 0; guess < POINTS - 1; guess++) await sendWrong();
    expect(await getsIn()).toBe(true);
    expect(authenticate).toHaveBeenCalledTimes(POINTS);
  });
});
