import { AuthleteApiError } from './errors.js';

/** A call's place among those that a client has under way. */
export interface Slot {
  /**
   * Settles once the call may go on; `undefined` if it may at once.
   *
   * @throws AuthleteApiError with code `ERR_ATF_OVERLOADED` if it has waited too long
   */
  readonly ready: Promise<void> | undefined;
  /** Gives the place back, whether the call has gone on or still waits. */
  leave(): void;
}

/** Bounds how many calls are under way, and how many wait for one of them to end. */
export interface Limiter {
  /** @throws AuthleteApiError with code `ERR_ATF_OVERLOADED` if no place is left to wait in */
  enter(): Slot;
  /** How many calls are under way, and how many wait. */
  load(): { underWay: number; queued: number };
}

/** What a limiter bounds. */
export interface Limits {
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /**
   * Milliseconds that a call may wait. Without a bound well below the timeout, an overload has calls
   * sent that have no time left for an answer: upstream is busy with the dead, and looks down.
   */
  readonly maxWait: number;
}

/** Makes a limiter. Who waits longest goes on first. */
export function createLimiter({ maxConcurrent, maxQueued, maxWait }: Limits): Limiter {
  // A Set keeps insertion order, and gives up a place in the middle at no cost.
  const waiting = new Set<() => void>();
  let underWay = 0;

  /** Hands a place on to the next in line. */
  function handOn(): void {
    const [next] = waiting;
    if (next) {
      waiting.delete(next);
      next();
    } else {
      underWay--;
    }
  }

  function waitInLine(): Slot {
    let goOn: () => void = handOn;
    let timer: NodeJS.Timeout | undefined;
    const ready = new Promise<void>((resolve, reject) => {
      goOn = resolve;
      timer = setTimeout(() => {
        reject(overloaded(`the call waited for ${maxWait} ms and`));
      }, maxWait);
    });
    waiting.add(goOn);
    return {
      ready,
      leave() {
        clearTimeout(timer);
        if (!waiting.delete(goOn)) handOn();
      },
    };
  }

  function overloaded(why: string): AuthleteApiError {
    return new AuthleteApiError(
      'ERR_ATF_OVERLOADED',
      `${maxConcurrent} calls to Authlete are under way; ${why} was not sent`,
    );
  }

  return {
    enter() {
      if (underWay < maxConcurrent) {
        underWay++;
        return { ready: undefined, leave: handOn };
      }
      if (waiting.size >= maxQueued) throw overloaded(`${maxQueued} wait, and the call`);
      return waitInLine();
    },
    load: () => ({ underWay, queued: waiting.size }),
  };
}
