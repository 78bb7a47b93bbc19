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
  /**
   * Has a function called with what the deadline rejects with, when it ends; once it has ended,
   * nothing is called.
   */
  onEnd(listener: (error: Error) => void): void;
  /**
   * Settles as the work does, or rejects when the time is over or the caller gives up, whichever
   * comes first. The work may go on: nothing says that it listens.
   */
  race<T>(work: Promise<T>): Promise<T>;
  /** @throws what it rejects with, if it has ended */
  throwIfEnded(): void;
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
  return new CallDeadline(timeout, caller, errors);
}

/** A class, because one is made for each call, and closures would cost several times as much. */
class CallDeadline implements Deadline {
  /** The same for all, and given its deadline by the timer. */
  static readonly #onTimeout = (deadline: CallDeadline): void => {
    deadline.#end(deadline.#errors.timedOut(deadline.timeout));
  };

  readonly timeout: number;
  readonly #errors: DeadlineErrors;
  readonly #caller: AbortSignal | undefined;
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: (() => void) | undefined;
  #listeners: ((error: Error) => void)[] = [];
  /** Once it has ended. */
  #error: Error | undefined;
  #controller: AbortController | undefined;

  constructor(timeout: number, caller: AbortSignal | undefined, errors: DeadlineErrors) {
    this.timeout = timeout;
    this.#errors = errors;
    this.#endsAt = performance.now() + timeout;
    this.#timer = setTimeout(CallDeadline.#onTimeout, timeout, this);
    if (!caller) return;
    this.#caller = caller;
    this.#onAbort = () => this.#end(errors.aborted());
    // One signal, for shutdown say, may be for any number of calls.
    if (caller instanceof EventTarget) setMaxListeners(0, caller);
    if (caller.aborted) this.#onAbort();
    else caller.addEventListener('abort', this.#onAbort, { once: true });
  }

  get ended(): boolean {
    return this.#error !== undefined;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.ended) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  onEnd(listener: (error: Error) => void): void {
    this.#listeners.push(listener);
  }

  throwIfEnded(): void {
    if (this.#error) throw this.#error;
  }

  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(resolve, reject);
      if (this.#error) reject(this.#error);
      else this.onEnd(reject);
    });
  }

  remaining(): number {
    return this.#endsAt - performance.now();
  }

  clear(): void {
    clearTimeout(this.#timer);
    if (this.#onAbort) this.#caller?.removeEventListener('abort', this.#onAbort);
    this.#listeners = [];
  }

  #end(error: Error): void {
    this.#error = error;
    this.#controller?.abort();
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener(error);
  }
}
