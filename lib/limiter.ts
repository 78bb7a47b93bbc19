import { AuthleteApiError } from './errors.js';

/** A call's place among those that a client has under way. */
export interface Slot {
  /** Settles once the call may go on; `undefined` if it may at once. */
  readonly ready: Promise<void> | undefined;
  /** Gives the place back, whether the call has gone on or still waits. */
  leave(): void;
}

/** Bounds how many calls are under way, and how many wait for one of them to end. */
export interface Limiter {
  /** @throws AuthleteApiError with code `ERR_ATF_OVERLOADED` if no place is left to wait in */
  enter(): Slot;
}

/** Makes a limiter. Who waits longest goes on first. */
export function createLimiter(maxConcurrent: number, maxQueued: number): Limiter {
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

  return {
    enter() {
      if (underWay < maxConcurrent) {
        underWay++;
        return { ready: undefined, leave: handOn };
      }
      if (waiting.size >= maxQueued) {
        throw new AuthleteApiError(
          'ERR_ATF_OVERLOADED',
          `${maxConcurrent} calls to Authlete are under way and ${maxQueued} wait; the call was not sent`,
        );
      }
      let goOn: () => void = handOn;
      const ready = new Promise<void>((resolve) => (goOn = resolve));
      waiting.add(goOn);
      return {
        ready,
        leave() {
          if (!waiting.delete(goOn)) handOn();
        },
      };
    },
  };
}
