import { createBreaker, FAILURES_TO_OPEN, type Health, OPEN_TIME } from '../lib/breaker';

/** A breaker whose clock the test sets. */
function startBreaker() {
  let time = 0;
  const breaker = createBreaker({ now: () => time });
  const call = (health: Health) => breaker.settle(breaker.admit(), health);
  return {
    breaker,
    call,
    fail: (times: number) => {
      for (let count = 0; count < times; count++) call('down');
    },
    wait: (milliseconds: number) => (time += milliseconds),
    isOpen: () => {
      try {
        breaker.settle(breaker.admit(), 'unknown');
        return false;
      } catch (error) {
        expect(error).toMatchObject({ name: 'AuthleteApiError', code: 'ERR_ATF_CIRCUIT_OPEN' });
        return true;
      }
    },
  };
}

describe('createBreaker', () => {
  it('opens after a number of failures in a row, and not before', () => {
    const { fail, isOpen } = startBreaker();
    fail(FAILURES_TO_OPEN - 1);
    expect(isOpen()).toBe(false);
    fail(1);
    expect(isOpen()).toBe(true);
  });

  it('counts anew after a call that worked, but not after one that says nothing', () => {
    const { call, fail, isOpen } = startBreaker();
    fail(FAILURES_TO_OPEN - 1);
    call('up');
    fail(FAILURES_TO_OPEN - 1);
    call('unknown');
    expect(isOpen()).toBe(false);
    fail(1);
    expect(isOpen()).toBe(true);
  });

  it('lets one call through after a time, and no other until that has ended', () => {
    const { breaker, fail, isOpen, wait } = startBreaker();
    fail(FAILURES_TO_OPEN);
    wait(OPEN_TIME - 1);
    expect(isOpen()).toBe(true);
    wait(1);
    expect(breaker.admit()).toBe('probe');
    expect(isOpen()).toBe(true);
  });

  it('closes when the probe works', () => {
    const { breaker, call, fail, isOpen, wait } = startBreaker();
    fail(FAILURES_TO_OPEN);
    wait(OPEN_TIME);
    call('up');
    expect(breaker.admit()).toBe('call');
    fail(FAILURES_TO_OPEN - 1);
    expect(isOpen()).toBe(false);
  });

  it('stays open for as long again when the probe fails', () => {
    const { call, fail, isOpen, wait } = startBreaker();
    fail(FAILURES_TO_OPEN);
    wait(OPEN_TIME);
    call('down');
    wait(OPEN_TIME - 1);
    expect(isOpen()).toBe(true);
    wait(1);
    expect(isOpen()).toBe(false);
  });

  it('lets the next call probe when the probe says nothing', () => {
    const { breaker, call, fail, wait } = startBreaker();
    fail(FAILURES_TO_OPEN);
    wait(OPEN_TIME);
    call('unknown');
    expect(breaker.admit()).toBe('probe');
  });

  it('is not kept open by calls from before that fail late', () => {
    const { breaker, fail, isOpen, wait } = startBreaker();
    const late = breaker.admit();
    fail(FAILURES_TO_OPEN);
    wait(OPEN_TIME);
    breaker.settle(late, 'down');
    expect(isOpen()).toBe(false);
  });

  it('closes when a call from before works after all', () => {
    const { breaker, fail, isOpen } = startBreaker();
    const late = breaker.admit();
    fail(FAILURES_TO_OPEN);
    breaker.settle(late, 'up');
    expect(isOpen()).toBe(false);
  });
});
