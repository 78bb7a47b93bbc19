import type { CircuitState } from './diagnostics.js';
import { AuthleteApiError } from './errors.js';

/** What a call tells of upstream: that it works, that it does not, or nothing. */
export type Health = 'up' | 'down' | 'unknown';

/** How a call was let through. */
export type Admission = 'call' | 'probe';

/**
 * A circuit breaker: while upstream is down, calls fail at once instead of one timeout later each.
 */
export interface Breaker {
  /** @throws AuthleteApiError with code `ERR_ATF_CIRCUIT_OPEN` while the circuit is open */
  admit(): Admission;
  /** Tells what came of a call that was let through. */
  settle(admission: Admission, health: Health): void;
}

/** Failures in a row: fewer are bad luck, or one broken connection that many calls shared. */
export const FAILURES_TO_OPEN = 20;

/** Milliseconds until one call probes whether upstream is up again. */
export const OPEN_TIME = 1000;

/** What a breaker takes. */
interface BreakerOptions {
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  /** Called when the circuit opens, lets a probe through, or closes. */
  readonly onChange?: (state: CircuitState) => void;
}

/** Makes a breaker, closed. */
export function createBreaker({
  now = () => performance.now(),
  onChange,
}: BreakerOptions = {}): Breaker {
  let failures = 0;
  let openedAt: number | undefined;
  let probing = false;

  return {
    admit() {
      if (openedAt === undefined) return 'call';
      if (probing || now() - openedAt < OPEN_TIME) {
        throw new AuthleteApiError(
          'ERR_ATF_CIRCUIT_OPEN',
          `The last ${FAILURES_TO_OPEN} calls to Authlete failed; the call was not sent`,
        );
      }
      probing = true;
      onChange?.('half-open');
      return 'probe';
    },
    settle(admission, health) {
      if (admission === 'probe') {
        probing = false;
        if (health === 'unknown') onChange?.('open');
      }
      if (health === 'up') {
        failures = 0;
        if (openedAt !== undefined) onChange?.('closed');
        openedAt = undefined;
      } else if (health === 'down') {
        failures++;
        // Calls from before it opened may end long after; only a probe says that it is still down.
        const opens = openedAt === undefined ? failures >= FAILURES_TO_OPEN : admission === 'probe';
        if (opens) {
          openedAt = now();
          onChange?.('open');
        }
      }
    },
  };
}
