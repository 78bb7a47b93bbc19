import {
  type ConcurrencyLimiter,
  createConcurrencyLimiter,
  type Permit,
} from '../../lib/authlete/concurrency-limiter';
import { cleanUp } from '../support/cleanup';
import { thrownBy } from '../support/errors/thrown';

/** Whether the call with this permit may be sent. */
async function isReady(permit: Permit): Promise<boolean> {
  const notYet = Symbol('not yet');
  const settled = Promise.resolve(permit.ready);
  // Promises that are settled already win over one that settles a turn later.
  const later = new Promise((resolve) => setImmediate(resolve, notYet));
  return (await Promise.race([settled, later])) !== notYet;
}

/** A limiter of the current test, after which no call waits. */
function startLimiter(
  maxConcurrent: number,
  maxQueued: number,
  maxWait = 60_000,
): ConcurrencyLimiter {
  const limiter = createConcurrencyLimiter({ maxConcurrent, maxQueued, maxWait });
  return {
    load: () => limiter.load(),
    acquire() {
      const permit = limiter.acquire('/auth/token');
      cleanUp(() => permit.release());
      return permit;
    },
  };
}

describe('a concurrency limiter', () => {
  it('lets calls through at once while fewer are in flight', () => {
    const limiter = startLimiter(2, 0);
    expect(limiter.acquire('/auth/token').ready).toBeUndefined();
    expect(limiter.acquire('/auth/token').ready).toBeUndefined();
    expect(limiter.load()).toEqual({ active: 2, queued: 0 });
  });

  it('refuses a call at once when the queue is full', () => {
    const limiter = startLimiter(1, 1);
    limiter.acquire('/auth/token');
    limiter.acquire('/auth/token');
    expect(thrownBy(() => limiter.acquire('/auth/token'))).toMatchObject({
      name: 'AuthleteApiError',
      code: 'ERR_ATF_OVERLOADED',
      message:
        '/auth/token: 1 calls to Authlete are in flight; 1 are queued, and the call was not sent',
    });
    expect(limiter.load()).toEqual({ active: 1, queued: 1 });
  });

  it('lets those that wait go on one by one, the one that came first first', async () => {
    const limiter = startLimiter(1, 2);
    const [first, second, third] = [
      limiter.acquire('/auth/token'),
      limiter.acquire('/auth/token'),
      limiter.acquire('/auth/token'),
    ];
    expect(await isReady(second)).toBe(false);
    expect(limiter.load()).toEqual({ active: 1, queued: 2 });
    first.release();
    expect([await isReady(second), await isReady(third)]).toEqual([true, false]);
    second.release();
    expect(await isReady(third)).toBe(true);
    expect(limiter.load()).toEqual({ active: 1, queued: 0 });
    third.release();
    expect(limiter.load()).toEqual({ active: 0, queued: 0 });
    expect(limiter.acquire('/auth/token').ready).toBeUndefined();
  });

  it('frees the place of one that has stopped waiting', async () => {
    const limiter = startLimiter(1, 2);
    const [first, second, third] = [
      limiter.acquire('/auth/token'),
      limiter.acquire('/auth/token'),
      limiter.acquire('/auth/token'),
    ];
    second.release();
    const fourth = limiter.acquire('/auth/token');
    first.release();
    expect([await isReady(third), await isReady(fourth)]).toEqual([true, false]);
    third.release();
    expect(await isReady(fourth)).toBe(true);
  });

  it('loses no permit when one is released that was granted but not noticed', () => {
    const limiter = startLimiter(1, 1);
    const first = limiter.acquire('/auth/token');
    const second = limiter.acquire('/auth/token');
    first.release();
    second.release();
    expect(limiter.acquire('/auth/token').ready).toBeUndefined();
    expect(limiter.acquire('/auth/token').ready).toBeInstanceOf(Promise);
  });

  it('refuses a call that has waited too long, whose place others get', async () => {
    const limiter = startLimiter(1, 1, 20);
    const first = limiter.acquire('/auth/token');
    const second = limiter.acquire('/auth/token');
    await expect(second.ready).rejects.toMatchObject({
      code: 'ERR_ATF_OVERLOADED',
      message:
        '/auth/token: 1 calls to Authlete are in flight; the call waited for 20 ms and was not sent',
    });
    second.release();
    const third = limiter.acquire('/auth/token');
    first.release();
    expect(await isReady(third)).toBe(true);
  });
});
