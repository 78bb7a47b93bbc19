import { setTimeout as sleep } from 'node:timers/promises';
import { AuthleteApiError } from '../errors.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { Deadline } from './deadline.js';
import type { CallFailure, CallResult, Health } from './failures.js';

/** At most three attempts. */
const MAX_RETRIES = 2;

/** Milliseconds of the longest first pause, besides what Authlete asked for; it doubles each time. */
const BACK_OFF = 100;

/** The part of the timeout that an attempt must have had for its timeout to mean that Authlete is down. */
export const FAIR_SHARE = 0.5;

/** How a call is sent. */
export interface Sender {
  /** Returns the Authorization header of an attempt. What it throws says nothing of Authlete. */
  authorize(): string | Promise<string>;
  /** Does not reject. */
  send(authorization: string, deadline: Deadline): Promise<CallResult>;
  /** Called with each result that the caller does not get, one that comes too late included. */
  onUnused(result: CallResult): void;
}

/**
 * Sends a call, and sends it again after a failure that is safe to retry, while time is left.
 *
 * @throws AuthleteApiError of the last failure, or of the deadline, or if the circuit is open
 */
export async function sendWithRetries(
  deadline: Deadline,
  breaker: CircuitBreaker,
  sender: Sender,
): Promise<object> {
  let last: CallFailure | undefined;
  for (let retries = 0; ; retries++) {
    const authorizing = sender.authorize();
    const authorization =
      authorizing instanceof Promise ? await deadline.race(authorizing) : authorizing;
    deadline.throwIfEnded();
    acquireCircuit(breaker, last);
    const timeLeft = deadline.remaining();
    const sending = sender.send(authorization, deadline);
    let result: CallResult;
    try {
      result = await deadline.race(sending);
    } catch (error) {
      void sending.then((late) => sender.onUnused(late));
      breaker.record(judgeTimeout(error, timeLeft, deadline));
      throw error;
    }
    if (result.reply) {
      breaker.record('up');
      return result.reply;
    }
    sender.onUnused(result);
    last = result.failure;
    breaker.record(last.kind.health);
    const pause = choosePause(last, retries, deadline.remaining());
    if (pause === undefined) throw last.error;
    await deadline.race(sleep(pause, undefined, { signal: deadline.signal }));
  }
}

/** A call that its caller aborted, or that was sent with little time left, says nothing. */
function judgeTimeout(error: unknown, timeLeft: number, { timeout }: Deadline): Health {
  const isTimeout = error instanceof AuthleteApiError && error.code === 'ERR_ATF_TIMEOUT';
  return isTimeout && timeLeft >= timeout * FAIR_SHARE ? 'down' : 'unknown';
}

/** A circuit that opens between two attempts must not hide why the first of them failed. */
function acquireCircuit(breaker: CircuitBreaker, last: CallFailure | undefined): void {
  try {
    breaker.acquire();
  } catch (refusal) {
    throw last ? last.error : refusal;
  }
}

/** Milliseconds until the call may be sent again, or `undefined` if it may not. */
function choosePause(
  { kind, retryAfter = 0 }: CallFailure,
  retries: number,
  remaining: number,
): number | undefined {
  if (!kind.safeToRetry || retries === MAX_RETRIES) return undefined;
  // With jitter, so that many calls that failed at once do not come back at once.
  const pause = retryAfter + Math.random() * BACK_OFF * 2 ** retries;
  return pause < remaining ? pause : undefined;
}
