import { setTimeout as sleep } from 'node:timers/promises';
import type { Breaker, Health } from './breaker.js';
import type { Deadline } from './deadline.js';
import { AuthleteApiError } from './errors.js';
import type { CallFailure, Outcome } from './failures.js';

/** A call is sent three times at most: what fails thrice in a row is down, not unlucky. */
const MAX_REPEATS = 2;

/** Milliseconds of the longest first pause; each one after may be twice as long as that before. */
const BACK_OFF = 100;

/**
 * Sends a call, and sends it again after a failure from which it was surely not processed, while time
 * is left.
 *
 * @throws AuthleteApiError of the last failure, or of the deadline, or if the circuit is open
 */
export async function sendWithin<T>(
  deadline: Deadline,
  breaker: Breaker,
  send: () => Promise<Outcome<T>>,
): Promise<T> {
  for (let repeats = 0; ; repeats++) {
    const admission = breaker.admit();
    let outcome: Outcome<T>;
    try {
      outcome = await deadline.race(send());
    } catch (error) {
      breaker.settle(admission, healthAfter(error));
      throw error;
    }
    if ('value' in outcome) {
      breaker.settle(admission, 'up');
      return outcome.value;
    }
    const { failure } = outcome;
    breaker.settle(admission, failure.kind.health);
    const pause = pauseAfter(failure, repeats, deadline.remaining());
    if (pause === undefined) throw failure.error;
    await deadline.race(sleep(pause, undefined, { signal: deadline.signal }));
  }
}

/** The deadline tells of upstream; a caller that gave up or a missing bearer token does not. */
function healthAfter(error: unknown): Health {
  return error instanceof AuthleteApiError && error.code === 'ERR_ATF_TIMEOUT' ? 'down' : 'unknown';
}

/** Milliseconds until the call may be sent again, or `undefined` if it may not. */
function pauseAfter(
  { kind, retryAfter = 0 }: CallFailure,
  repeats: number,
  remaining: number,
): number | undefined {
  if (kind.processed === 'perhaps' || repeats === MAX_REPEATS) return undefined;
  // With jitter, so that many calls that failed at once do not come back at once.
  const pause = retryAfter + Math.random() * BACK_OFF * 2 ** repeats;
  return pause < remaining ? pause : undefined;
}
