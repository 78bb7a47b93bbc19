import { setTimeout as sleep } from 'node:timers/promises';
import type { Admission, Breaker, Health } from './breaker.js';
import type { Deadline } from './deadline.js';
import { AuthleteApiError } from './errors.js';
import type { CallFailure, Outcome } from './failures.js';

/** A call is sent three times at most: what fails thrice in a row is down, not unlucky. */
const MAX_REPEATS = 2;

/** Milliseconds of the longest first pause; each one after may be twice as long as that before. */
const BACK_OFF = 100;

/** The part of a call's time that upstream is to have before it counts as down. */
export const FAIR_SHARE = 0.5;

/** How a call is sent. */
export interface Sending<P, T> {
  /** Gets ready what each attempt needs anew. It tells nothing of upstream. */
  readonly prepare: () => P | Promise<P>;
  readonly send: (prepared: P) => Promise<Outcome<T>>;
}

/**
 * Sends a call, and sends it again after a failure from which it was surely not processed, while time
 * is left.
 *
 * @throws AuthleteApiError of the last failure, or of the deadline, or if the circuit is open
 */
export async function sendWithin<P, T>(
  deadline: Deadline,
  breaker: Breaker,
  { prepare, send }: Sending<P, T>,
): Promise<T> {
  let last: CallFailure | undefined;
  for (let repeats = 0; ; repeats++) {
    const given = prepare();
    const prepared = given instanceof Promise ? await deadline.race(given) : given;
    deadline.throwIfEnded();
    const admission = admit(breaker, last);
    const timeLeft = deadline.remaining();
    let outcome: Outcome<T>;
    try {
      outcome = await deadline.race(send(prepared));
    } catch (error) {
      breaker.settle(admission, healthAfter(error, timeLeft, deadline));
      throw error;
    }
    if ('value' in outcome) {
      breaker.settle(admission, 'up');
      return outcome.value;
    }
    last = outcome.failure;
    breaker.settle(admission, last.kind.health);
    const pause = pauseAfter(last, repeats, deadline.remaining());
    if (pause === undefined) throw last.error;
    await deadline.race(sleep(pause, undefined, { signal: deadline.signal }));
  }
}

/** A call that its caller gave up, or that was sent with little time left, tells nothing. */
function healthAfter(error: unknown, timeLeft: number, { timeout }: Deadline): Health {
  const late = error instanceof AuthleteApiError && error.code === 'ERR_ATF_TIMEOUT';
  return late && timeLeft >= timeout * FAIR_SHARE ? 'down' : 'unknown';
}

/** A circuit that opens between two attempts must not hide why the first of them failed. */
function admit(breaker: Breaker, last: CallFailure | undefined): Admission {
  try {
    return breaker.admit();
  } catch (refusal) {
    throw last ? last.error : refusal;
  }
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
