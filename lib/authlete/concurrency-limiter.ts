import { AuthleteApiError, type AuthleteApiPath } from '../errors.js';

/** A call's permission to be sent. */
export interface Permit {
  /**
   * Settles once the call may be sent; `undefined` if it may at once.
   *
   * @throws AuthleteApiError with code `ERR_ATF_OVERLOADED` if it has waited too long
   */
  readonly ready: Promise<void> | undefined;
  /** Gives the permit back, whether the call was sent or still waits. */
  release(): void;
}

/** Limits how many calls are in flight, and how many wait for one of them to end. */
export interface ConcurrencyLimiter {
  /** @throws AuthleteApiError with code `ERR_ATF_OVERLOADED` if the queue is full */
  acquire(api: AuthleteApiPath): Permit;
  /** How many calls are in flight, and how many wait. */
  load(): { active: number; queued: number };
}

/** What a limiter limits. */
export interface ConcurrencyLimits {
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /**
   * Milliseconds that a call may wait. Keep it well below the timeout, or calls reach Authlete with
   * no time left to be answered.
   */
  readonly maxWait: number;
}

/** Creates a limiter. The call that has waited longest is sent first. */
export function createConcurrencyLimiter({
  maxConcurrent,
  maxQueued,
  maxWait,
}: ConcurrencyLimits): ConcurrencyLimiter {
  // A Set keeps insertion order, and deletes from the middle in constant time.
  const queue = new Set<() => void>();
  let active = 0;

  function releaseNext(): void {
    const [next] = queue;
    if (next) {
      queue.delete(next);
      next();
    } else {
      active--;
    }
  }

  function enqueue(api: AuthleteApiPath): Permit {
    let start: () => void = releaseNext;
    let timer: NodeJS.Timeout | undefined;
    const ready = new Promise<void>((resolve, reject) => {
      start = resolve;
      timer = setTimeout(() => {
        reject(overloaded(api, `the call waited for ${maxWait} ms and`));
      }, maxWait);
    });
    queue.add(start);
    return {
      ready,
      release() {
        clearTimeout(timer);
        if (!queue.delete(start)) releaseNext();
      },
    };
  }

  function overloaded(api: AuthleteApiPath, why: string): AuthleteApiError {
    const message = `${api}: ${maxConcurrent} calls to Authlete are in flight; ${why} was not sent`;
    return new AuthleteApiError('ERR_ATF_OVERLOADED', message, { api });
  }

  return {
    acquire(api) {
      if (active < maxConcurrent) {
        active++;
        return { ready: undefined, release: releaseNext };
      }
      if (queue.size >= maxQueued) throw overloaded(api, `${maxQueued} are queued, and the call`);
      return enqueue(api);
    },
    load: () => ({ active, queued: queue.size }),
  };
}
