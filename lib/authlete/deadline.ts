import { setMaxListeners } from 'node:events';

/** What a deadline rejects with. */
export interface DeadlineErrors {
  timedOut(): Error;
  aborted(): Error;
}

type AbortListener = () => void;

/** As much of an AbortSignal as a deadline and axios need: a real one costs several microseconds. */
export interface LeanSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: AbortListener, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
}

/**
 * One deadline over everything that a call does. The HTTP client's own timeouts watch for silence,
 * so a body that arrives a byte at a time never triggers them, and a function of the app's may not
 * listen to a signal at all.
 *
 * A class, because one is created for each call, and closures would cost several times as much.
 */
export class Deadline implements LeanSignal {
  /** The same function for all deadlines: the timer passes the one that it belongs to. */
  static readonly #onTimeout = (deadline: Deadline): void => {
    deadline.#end(deadline.#errors.timedOut());
  };

  /** Milliseconds from start to end. */
  readonly timeout: number;
  /** For axios, which does not use it. */
  onabort = null;
  readonly #errors: DeadlineErrors;
  readonly #caller: LeanSignal | undefined;
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;
  readonly #onCallerAbort: AbortListener | undefined;
  #listeners: ((error: Error) => void)[] = [];
  #error: Error | undefined;
  #controller: AbortController | undefined;

  /**
   * @param timeout - milliseconds
   * @param caller - the caller's signal, if it passed one
   */
  constructor(timeout: number, caller: LeanSignal | undefined, errors: DeadlineErrors) {
    this.timeout = timeout;
    this.#errors = errors;
    this.#endsAt = performance.now() + timeout;
    this.#timer = setTimeout(Deadline.#onTimeout, timeout, this);
    if (!caller) return;
    this.#caller = caller;
    this.#onCallerAbort = () => this.#end(errors.aborted());
    // One signal, such as that of a shutdown, may be passed to any number of calls.
    if (caller instanceof EventTarget) setMaxListeners(0, caller);
    if (caller.aborted) this.#onCallerAbort();
    else caller.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  /** Whether the time is up, or the caller has aborted. */
  get aborted(): boolean {
    return this.#error !== undefined;
  }

  /** A real AbortSignal. It is created when it is asked for: most calls need none. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  addEventListener(_type: string, listener: AbortListener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: string, listener: AbortListener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  /**
   * Settles as the work does, or rejects when the time is up or the caller aborts, whichever comes
   * first. The work may go on.
   */
  race<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#error) reject(this.#error);
      else this.#listeners.push(reject);
      work.then(resolve, reject);
    });
  }

  /** @throws what `race` rejects with, if the time is up or the caller has aborted */
  throwIfEnded(): void {
    if (this.#error) throw this.#error;
  }

  /** Milliseconds that are left. */
  remaining(): number {
    return this.#endsAt - performance.now();
  }

  /** Frees the timer and the listeners. */
  clear(): void {
    clearTimeout(this.#timer);
    if (this.#onCallerAbort) this.#caller?.removeEventListener('abort', this.#onCallerAbort);
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
