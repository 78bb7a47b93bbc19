import { setMaxListeners } from 'node:events';

/** What a deadline rejects with. */
export interface DeadlineErrors {
  /** @param timeout - milliseconds */
  timedOut(timeout: number): Error;
  aborted(): Error;
}

/** One deadline over everything that a call does: see {@link startDeadline}. */
export interface Deadline {
  /** Whether the time is over, or the caller has given up. */
  readonly ended: boolean;
  /** Aborts when the deadline ends. It is made when it is asked for: most calls need none. */
  readonly signal: AbortSignal;
  /** Has a function called when the deadline ends; once it has ended, nothing is called. */
  onEnd(listener: () => void): void;
  /**
   * Settles as the work does, or rejects when the time is over or the caller gives up, whichever
   * comes first. The work may go on: nothing says that it listens.
   */
  race<T>(work: Promise<T>): Promise<T>;
  /** Milliseconds from its start to its end. */
  readonly timeout: number;
  /** Milliseconds that are left. */
  remaining(): number;
  /** Frees the timer and the listeners. */
  clear(): void;
}

/**
 * Starts a deadline. A transport's own timeouts watch for silence, so a body that dribbles in never
 * trips them; and a host's token function or axios adapter may not listen to a signal at all.
 *
 * @param timeout - milliseconds
 * @param caller - the caller's signal, if it gave one
 */
export function startDeadline(
  timeout: number,
  caller: AbortSignal | undefined,
  errors: DeadlineErrors,
): Deadline {
  let listeners: (() => void)[] = [];
  let ended = false;
  let controller: AbortController | undefined;
  let reject: (error: Error) => void;
  const expired = new Promise<never>((_resolve, rejectExpired) => (reject = rejectExpired));
  // Whoever races sees the rejection; nobody is racing any more when the caller gives up late.
  expired.catch(ignore);

  const end = (error: Error): void => {
    ended = true;
    reject(error);
    controller?.abort();
    const called = listeners;
    listeners = [];
    for (const listener of called) listener();
  };
  const onTimeout = (): void => {
    end(errors.timedOut(timeout));
  };
  const onAbort = (): void => {
    end(errors.aborted());
  };

  const endsAt = performance.now() + timeout;
  const timer = setTimeout(onTimeout, timeout);
  // One signal, for shutdown say, may be for any number of calls.
  if (caller instanceof EventTarget) setMaxListeners(0, caller);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });

  return {
    get ended() {
      return ended;
    },
    get signal() {
      if (!controller) {
        controller = new AbortController();
        if (ended) controller.abort();
      }
      return controller.signal;
    },
    onEnd(listener) {
      listeners.push(listener);
    },
    race(work) {
      return Promise.race([expired, work]);
    },
    timeout,
    remaining: () => endsAt - performance.now(),
    clear() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
      listeners = [];
    },
  };
}

function ignore(): void {
  // The other side of the race has settled the call.
}
