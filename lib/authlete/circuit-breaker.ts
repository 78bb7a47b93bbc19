import type { CircuitState } from '../outcome/channels.js';
import { AuthleteApiError, type AuthleteApiPath } from '../errors.js';
import type { Health } from './failures.js';

/** While Authlete is down, calls fail at once instead of one timeout later each. */
export interface CircuitBreaker {
  /** @throws AuthleteApiError with code `ERR_ATF_CIRCUIT_OPEN` if the call must not be sent */
  acquire(): void;
  /** Records what a call said of Authlete. */
  record(health: Health): void;
  readonly state: CircuitState;
}

/**
 * The share of failed calls that opens the circuit. In an outage no call succeeds; while one does, a
 * client application that can make Authlete fail must not be able to stop everybody else.
 */
export const FAILURE_RATE = 1;

/** Calls below which the rate says nothing. */
export const MINIMUM_CALLS = 20;

/** The rate is that of the last calls: these many, */
export const WINDOW_CALLS = 100;

/** and none that ended longer ago than this, in milliseconds. */
export const WINDOW_TIME = 10_000;

/** Milliseconds after which an open circuit lets one more call through. */
export const RESET_TIMEOUT = 1000;

interface CircuitBreakerOptions {
  readonly api: AuthleteApiPath;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
  /** Called when the circuit opens, lets a call through to see if Authlete is up, or closes. */
  readonly onChange?: (state: CircuitState) => void;
}

/** Creates a circuit breaker, closed. */
export function createCircuitBreaker({
  api,
  now = () => performance.now(),
  onChange,
}: CircuitBreakerOptions): CircuitBreaker {
  let state: CircuitState = 'closed';
  /** The last calls, the oldest first. */
  let calls: { readonly endedAt: number; readonly failed: boolean }[] = [];
  let failures = 0;
  let nextProbeAt = 0;

  function change(to: CircuitState): void {
    if (state === to) return;
    state = to;
    onChange?.(to);
  }

  function add(failed: boolean): void {
    const endedAt = now();
    calls.push({ endedAt, failed });
    if (failed) failures++;
    for (let oldest = calls[0]; oldest && isStale(oldest.endedAt, endedAt); oldest = calls[0]) {
      calls.shift();
      if (oldest.failed) failures--;
    }
  }

  function isStale(endedAt: number, time: number): boolean {
    return calls.length > WINDOW_CALLS || time - endedAt > WINDOW_TIME;
  }

  function open(): void {
    nextProbeAt = now() + RESET_TIMEOUT;
    change('open');
  }

  function isFailing(): boolean {
    return calls.length >= MINIMUM_CALLS && failures >= calls.length * FAILURE_RATE;
  }

  return {
    get state() {
      // No call may have come since, but a readiness probe has to learn that one may.
      return state === 'open' && now() >= nextProbeAt ? 'half-open' : state;
    },
    acquire() {
      if (state === 'closed') return;
      if (now() < nextProbeAt) {
        throw new AuthleteApiError(
          'ERR_ATF_CIRCUIT_OPEN',
          `${api}: all recent calls to Authlete failed, so the call was not sent`,
          { api },
        );
      }
      nextProbeAt = now() + RESET_TIMEOUT;
      change('half-open');
    },
    record(health) {
      if (health === 'up' && state !== 'closed') {
        calls = [];
        failures = 0;
        change('closed');
      }
      if (health === 'unknown') return;
      add(health === 'down');
      if (state === 'half-open' ? health === 'down' : state === 'closed' && isFailing()) open();
    },
  };
}
