import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds by which Node's timers may be late: they fire in whole milliseconds. */
const TIMER_PRECISION = 2;

/**
 * Waits for a time, to a small part of a millisecond. Where a password check takes less than a few
 * milliseconds, the whole milliseconds of a timer would tell a blocked attempt from a checked one.
 *
 * @param time - milliseconds
 */
export async function waitPrecisely(time: number): Promise<void> {
  const end = performance.now() + time;
  if (time > TIMER_PRECISION) await sleep(time - TIMER_PRECISION);
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
