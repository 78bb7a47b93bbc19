import {
  createCircuitBreaker,
  FAILURE_RATE,
  MINIMUM_CALLS,
  RESET_TIMEOUT,
  WINDOW_CALLS,
  WINDOW_TIME,
} from '../../lib/authlete/circuit-breaker';
import type { Health } from '../../lib/authlete/failures';

/** A circuit breaker whose clock the test sets. */
function startBreaker() {
  let time = 0;
  const changes: string[] = [];
  const breaker = createCircuitBreaker({
    api: '/auth/token/fail',
    now: () => time,
    onChange: (state) => changes.push(state),
  });
  /** Makes so many calls of which each says this. */
  const call = (health: Health, times = 1): void => {
    for (let count = 0; count < times; count++) {
      breaker.acquire();
      breaker.record(health);
    }
  };
  /** Whether calls are refused. */
  const isOpen = (): boolean => {
    try {
      breaker.acquire();
      return false;
    } catch (error) {
      expect(error).toMatchObject({
        name: 'AuthleteApiError',
        code: 'ERR_ATF_CIRCUIT_OPEN',
        api: '/auth/token/fail',
        message: '/auth/token/fail: all recent calls to Authlete failed, so the call was not sent',
      });
      return true;
    }
  };
  return { breaker, call, changes, isOpen, wait: (milliseconds: number) => (time += milliseconds) };
}

/** A circuit breaker that is open. */
function startOpenBreaker() {
  const started = startBreaker();
  started.call('down', MINIMUM_CALLS);
  expect(started.breaker.state).toBe('open');
  return started;
}

describe('a closed circuit', () => {
  it('opens after enough calls of which all failed, and not before', () => {
    const { breaker, call, isOpen } = startBreaker();
    call('down', MINIMUM_CALLS - 1);
    expect([breaker.state, isOpen()]).toEqual(['closed', false]);
    call('down');
    expect([breaker.state, isOpen()]).toEqual(['open', true]);
  });

  it('is not opened while one of the last calls succeeded', () => {
    const { breaker, call } = startBreaker();
    call('up');
    call('down', WINDOW_CALLS - 1);
    expect(breaker.state).toBe('closed');
    call('down');
    expect(breaker.state).toBe('open');
  });

  it('is not opened by a part of the calls, however many fail', () => {
    const { breaker, call } = startBreaker();
    for (let round = 0; round < 100; round++) {
      call('down', 4);
      call('up');
    }
    expect(breaker.state).toBe('closed');
  });

  it('does not count calls that say nothing', () => {
    const { breaker, call } = startBreaker();
    call('down', MINIMUM_CALLS - 1);
    call('unknown', 100);
    expect(breaker.state).toBe('closed');
    call('down');
    expect(breaker.state).toBe('open');
  });

  it('forgets calls that ended too long ago', () => {
    const { breaker, call, wait } = startBreaker();
    call('down', MINIMUM_CALLS - 1);
    wait(WINDOW_TIME + 1);
    call('down', MINIMUM_CALLS - 1);
    expect(breaker.state).toBe('closed');
    wait(WINDOW_TIME);
    call('down');
    expect(breaker.state).toBe('open');
  });

  it('forgets calls of which too many others came later', () => {
    const { breaker, call } = startBreaker();
    call('up', 10 * WINDOW_CALLS);
    call('down', WINDOW_CALLS * FAILURE_RATE - 1);
    expect(breaker.state).toBe('closed');
    call('down');
    expect(breaker.state).toBe('open');
  });

  it('forgets failures, too', () => {
    const { breaker, call, wait } = startBreaker();
    call('down', MINIMUM_CALLS - 1);
    wait(WINDOW_TIME + 1);
    call('up', MINIMUM_CALLS);
    call('down', MINIMUM_CALLS);
    // 20 of 40. With the forgotten ones counted among the failures, it would be 39 of 40.
    expect(breaker.state).toBe('closed');
  });
});

describe('an open circuit', () => {
  it('lets one call through after a time, and no other for as long again', () => {
    const { breaker, isOpen, wait } = startOpenBreaker();
    wait(RESET_TIMEOUT - 1);
    expect(isOpen()).toBe(true);
    wait(1);
    expect(isOpen()).toBe(false);
    expect(breaker.state).toBe('half-open');
    expect(isOpen()).toBe(true);
    // That call may never end.
    wait(RESET_TIMEOUT);
    expect(isOpen()).toBe(false);
    expect(isOpen()).toBe(true);
  });

  it('closes when that call works, and forgets the failures before', () => {
    const { breaker, call, wait } = startOpenBreaker();
    wait(RESET_TIMEOUT);
    call('up');
    expect(breaker.state).toBe('closed');
    call('down', MINIMUM_CALLS - 2);
    expect(breaker.state).toBe('closed');
  });

  it('stays open for as long again when that call fails', () => {
    const { breaker, call, isOpen, wait } = startOpenBreaker();
    wait(RESET_TIMEOUT);
    call('down');
    expect(breaker.state).toBe('open');
    wait(RESET_TIMEOUT - 1);
    expect(isOpen()).toBe(true);
    wait(1);
    expect(isOpen()).toBe(false);
  });

  it('lets another call through when that call says nothing', () => {
    const { breaker, call, isOpen, wait } = startOpenBreaker();
    wait(RESET_TIMEOUT);
    call('unknown');
    expect([breaker.state, isOpen()]).toEqual(['half-open', true]);
    wait(RESET_TIMEOUT);
    expect(isOpen()).toBe(false);
  });

  it('is not kept open by calls from before that fail late', () => {
    const { breaker, isOpen, wait } = startOpenBreaker();
    wait(RESET_TIMEOUT);
    breaker.record('down');
    expect(isOpen()).toBe(false);
  });

  it('closes when a call from before works after all', () => {
    const { breaker, isOpen } = startOpenBreaker();
    breaker.record('up');
    expect([breaker.state, isOpen()]).toEqual(['closed', false]);
  });

  it('reports each change, once', () => {
    const { breaker, call, changes, wait } = startOpenBreaker();
    wait(RESET_TIMEOUT);
    call('down');
    wait(RESET_TIMEOUT);
    call('up');
    breaker.record('up');
    expect(changes).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });
});

it('a circuit breaker needs no clock and no listener', () => {
  const breaker = createCircuitBreaker({ api: '/auth/token' });
  for (let count = 0; count < MINIMUM_CALLS; count++) breaker.record('down');
  expect(breaker.state).toBe('open');
});
