import { createLimiter, type Limiter, type Slot } from '../lib/limiter';
import { cleanUp } from './support/cleanup';
import { thrownBy } from './support/thrown';

/** Whether a slot's turn has come. */
async function isReady(slot: Slot): Promise<boolean> {
  const notYet = Symbol('not yet');
  const settled = Promise.resolve(slot.ready);
  // Promises that are settled already win over one that settles a turn later.
  const later = new Promise((resolve) => setImmediate(resolve, notYet));
  return (await Promise.race([settled, later])) !== notYet;
}

/** A limiter of the current test, after which nobody waits any more. */
function limiterOf(maxConcurrent: number, maxQueued: number, maxWait = 60_000): Limiter {
  const limiter = createLimiter({ maxConcurrent, maxQueued, maxWait });
  return {
    load: () => limiter.load(),
    enter() {
      const slot = limiter.enter();
      cleanUp(() => slot.leave());
      return slot;
    },
  };
}

describe('createLimiter', () => {
  it('lets calls through at once while there are places', () => {
    const limiter = limiterOf(2, 0);
    expect(limiter.enter().ready).toBeUndefined();
    expect(limiter.enter().ready).toBeUndefined();
  });

  it('refuses a call at once when no place is left to wait in', () => {
    const limiter = limiterOf(1, 1);
    limiter.enter();
    limiter.enter();
    expect(thrownBy(() => limiter.enter())).toMatchObject({
      name: 'AuthleteApiError',
      code: 'ERR_ATF_OVERLOADED',
      message: '1 calls to Authlete are under way; 1 wait, and the call was not sent',
    });
  });

  it('lets those that wait go on one by one, the one that came first first', async () => {
    const limiter = limiterOf(1, 2);
    const [first, second, third] = [limiter.enter(), limiter.enter(), limiter.enter()];
    expect(await isReady(second)).toBe(false);
    first.leave();
    expect([await isReady(second), await isReady(third)]).toEqual([true, false]);
    second.leave();
    expect(await isReady(third)).toBe(true);
    third.leave();
    expect(limiter.enter().ready).toBeUndefined();
  });

  it('keeps the place of none that has given up waiting', async () => {
    const limiter = limiterOf(1, 2);
    const [first, second, third] = [limiter.enter(), limiter.enter(), limiter.enter()];
    second.leave();
    const fourth = limiter.enter();
    first.leave();
    expect([await isReady(third), await isReady(fourth)]).toEqual([true, false]);
    third.leave();
    expect(await isReady(fourth)).toBe(true);
  });

  it('loses no place when one leaves that was let through but has not noticed', () => {
    const limiter = limiterOf(1, 1);
    const first = limiter.enter();
    const second = limiter.enter();
    first.leave();
    second.leave();
    expect(limiter.enter().ready).toBeUndefined();
    expect(limiter.enter().ready).toBeInstanceOf(Promise);
  });

  it('turns a call away that has waited too long, whose place others get', async () => {
    const limiter = limiterOf(1, 1, 20);
    const first = limiter.enter();
    const second = limiter.enter();
    await expect(second.ready).rejects.toMatchObject({
      code: 'ERR_ATF_OVERLOADED',
      message: '1 calls to Authlete are under way; the call waited for 20 ms and was not sent',
    });
    second.leave();
    const third = limiter.enter();
    first.leave();
    expect(await isReady(third)).toBe(true);
  });
});
