import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds by which Node's timers may be late: they fire in whole milliseconds. */
const TIMER_PRECISION = 2;

/** Milliseconds from which on other noise hides that. Waiting more precisely would only cost CPU. */
const PRECISE_BELOW = 20;

/**
 * Waits for a time, if it is short, to a small part of a millisecond: the whole milliseconds of a
 * timer would tell a blocked attempt from one whose password was checked.
 *
 * @param time - milliseconds
 */
export async function waitPrecisely(time: number): Promise<void> {
  const end = performance.now() + time;
  if (time > TIMER_PRECISION) await sleep(time < PRECISE_BELOW ? time - TIMER_PRECISION : time);
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
