import { setTimeout as sleep } from 'node:timers/promises';
import {
  createMemoryLimiter,
  NEVER,
  type ProtectedServerOptions,
  startProtectedServer,
  visiblePart,
  watchLimiter,
} from '../support/brute-force/protected-server';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { until } from '../support/until';

const down = new Error('ECONNREFUSED');

/** What the app is told of a limiter that failed. */
interface Problem {
  readonly code: string;
  readonly message: string;
  readonly cause?: unknown;
}

const threw =
  (cause: unknown) =>
  (name: string): Problem => ({
    code: 'ERR_ATF_CALLBACK_THREW',
    message: `bruteForce.limiters.${name} failed`,
    cause,
  });

const timedOut = (name: string): Problem => ({
  code: 'ERR_ATF_CALLBACK_TIMEOUT',
  message: `bruteForce.limiters.${name} did not settle in 50 ms`,
});

const FAILURES: [
  what: string,
  consume: () => Promise<unknown>,
  describeProblem: (name: string) => Problem,
][] = [
  ['rejects', () => Promise.reject(down), threw(down)],
  [
    'throws',
    () => {
      throw down;
    },
    threw(down),
  ],
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  ['rejects with nothing', () => Promise.reject(), threw(undefined)],
  [
    'rejects with what no limiter does',
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    () => Promise.reject({ msBeforeNext: 'soon' }),
    threw({ msBeforeNext: 'soon' }),
  ],
  [
    'rejects with an error that looks like a block',
    () => Promise.reject(Object.assign(new Error('down'), { msBeforeNext: 1000 })),
    threw(new Error('down')),
  ],
  ['never settles', () => NEVER, timedOut],
];

describe.each(EXPRESS_VERSIONS)('brute force protection on $version', ({ express }) => {
  const start = (options: Omit<ProtectedServerOptions, 'express'>) =>
    startProtectedServer({ express, ...options });

  describe.each(FAILURES)('whose store %s', (_what, consume, describeProblem) => {
    it('blocks the attempt by default', async () => {
      const { emulator, send, sendWrong, closings, authenticate, outcomes, problems } = await start(
        {
          limiters: { usernameAndAddress: watchLimiter(createMemoryLimiter(5), { consume }) },
          storeTimeout: 50,
        },
      );
      const answer = await send();
      expect(answer.status).toBe(500);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.body).toMatchObject({ error: 'server_error' });
      expect(visiblePart(await sendWrong())).toEqual(visiblePart(answer));
      expect(authenticate).not.toHaveBeenCalled();
      expect(closings()).toEqual(['UNKNOWN', 'UNKNOWN']);
      const error = expect.objectContaining(describeProblem('usernameAndAddress')) as unknown;
      expect(outcomes).toMatchObject(
        Array(2).fill({ outcome: 'error', reason: 'UNKNOWN', status: 500, error }),
      );
      expect(problems).toEqual([]);
      expect(emulator.openTickets()).toBe(0);
    });

    it('lets the attempt through if it may', async () => {
      const { emulator, send, sendWrong, closings, outcomes, problems } = await start({
        limiters: { address: watchLimiter(createMemoryLimiter(5), { consume }) },
        onStoreError: 'allow',
        storeTimeout: 50,
      });
      expect((await send()).status).toBe(200);
      expect((await sendWrong()).status).toBe(400);
      expect(closings()).toEqual(['/auth/token/issue', 'INVALID_RESOURCE_OWNER_CREDENTIALS']);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['issued', 'failed']);
      // The logger gets one line a second of each kind.
      const { code, message } = describeProblem('address');
      expect(problems[0]).toMatchObject({ code, message });
      expect(emulator.openTickets()).toBe(0);
    });
  });

  describe('whose store fails', () => {
    it('for one limiter, leaves the other one at work', async () => {
      const { sendWrong, authenticate, problems } = await start({
        limiters: {
          address: watchLimiter(createMemoryLimiter(5), { consume: () => Promise.reject(down) }),
          usernameAndAddress: createMemoryLimiter(1),
        },
        onStoreError: 'allow',
      });
      await sendWrong();
      await sendWrong();
      expect(authenticate).toHaveBeenCalledTimes(1);
      expect(problems).toMatchObject([{ callback: 'bruteForce.limiters.address' }]);
    });

    it('for one limiter, does not leave the attempt counted by the other', async () => {
      let isDown = true;
      const { send, getsIn } = await start({
        limiters: {
          address: createMemoryLimiter(1),
          usernameAndAddress: watchLimiter(createMemoryLimiter(5), {
            consume: () => (isDown ? Promise.reject(down) : Promise.resolve()),
          }),
        },
      });
      await send();
      isDown = false;
      expect(await getsIn()).toBe(true);
    });

    it.each([
      ['rejects', () => Promise.reject(down), threw(down)],
      ['never settles', () => NEVER, timedOut],
    ])('once the password was right and %s, changes nothing', async (_what, undo, describe) => {
      const { emulator, send, closings, outcomes, problems } = await start({
        limiters: {
          usernameAndAddress: watchLimiter(createMemoryLimiter(5), { delete: undo }),
          address: watchLimiter(createMemoryLimiter(5), { reward: undo }),
        },
        storeTimeout: 50,
      });
      expect((await send()).status).toBe(200);
      expect(closings()).toEqual(['/auth/token/issue']);
      expect(outcomes).toMatchObject([{ outcome: 'issued' }]);
      expect(problems).toHaveLength(2);
      for (const name of ['usernameAndAddress', 'address']) {
        const { code, message } = describe(name);
        expect(problems).toContainEqual(expect.objectContaining({ code, message }));
      }
      expect(emulator.openTickets()).toBe(0);
    });

    it('to refund a blocked attempt, answers it all the same', async () => {
      const { sendWrong, problems } = await start({
        limiters: {
          address: watchLimiter(createMemoryLimiter(9), { reward: () => Promise.reject(down) }),
          usernameAndAddress: createMemoryLimiter(1),
        },
      });
      const answer = visiblePart(await sendWrong());
      expect(visiblePart(await sendWrong())).toEqual(answer);
      expect(problems).toMatchObject([{ callback: 'bruteForce.limiters.address' }]);
    });
  });

  describe('whose store is too slow', () => {
    /** A limiter by address whose store carries out a call once it has been waited for in vain. */
    function createSlowLimiter(points: number) {
      const limiter = createMemoryLimiter(points);
      let isSlow = true;
      const watched = watchLimiter(limiter, {
        async consume(key) {
          if (isSlow) await sleep(60);
          return limiter.consume(key);
        },
      });
      return { watched, recover: () => (isSlow = false) };
    }

    it('has not counted an attempt that it failed', async () => {
      const { watched, recover } = createSlowLimiter(1);
      const { send, getsIn } = await start({ limiters: { address: watched }, storeTimeout: 20 });
      expect((await send()).status).toBe(500);
      recover();
      await until(() => watched.methods().includes('reward'));
      expect(await getsIn()).toBe(true);
      expect(watched.methods()).toEqual(['consume', 'reward', 'consume', 'reward']);
    });

    it('has not counted attempts that it failed and that the store blocked too late', async () => {
      const { watched, recover } = createSlowLimiter(1);
      const { send, getsIn } = await start({ limiters: { address: watched }, storeTimeout: 20 });
      for (let attempt = 0; attempt < 3; attempt++) expect((await send()).status).toBe(500);
      recover();
      await until(() => watched.methods().filter((name) => name === 'reward').length === 3);
      expect(await getsIn()).toBe(true);
    });

    it('has counted a wrong password that was let through', async () => {
      const { watched, recover } = createSlowLimiter(1);
      const { sendWrong, getsIn, authenticate } = await start({
        limiters: { address: watched },
        onStoreError: 'allow',
        storeTimeout: 20,
      });
      expect((await sendWrong()).status).toBe(400);
      recover();
      await sleep(100);
      expect(await getsIn()).toBe(false);
      expect(authenticate).toHaveBeenCalledTimes(1);
    });
  });
});
