import { createHash } from 'node:crypto';
import { Deadline } from '../authlete/deadline.js';
import { CallbackError } from '../errors.js';
import type { AttemptLimiter, BruteForceLimiters, ResolvedBruteForceOptions } from './options.js';
import { foldUsername } from './username.js';
import { waitPrecisely } from './wait.js';

/** Somebody who tries a password. */
export interface Attempter {
  readonly username: string;
  /** As parseClientAddress returns it. */
  readonly address: string;
  /** Where the user belongs: a user of the same name at another service is another one. */
  readonly serviceId?: string | undefined;
  /** Called with what a limiter's store fails with, where that does not fail the attempt. */
  readonly onProblem: (problem: Error) => void;
}

/** One attempt at a password. It counts unless the password was right. */
export interface Attempt {
  /**
   * Seconds until another attempt is let through, 0 if the block does not end by itself;
   * `undefined` if this one is let through.
   */
  readonly blockedFor: number | undefined;
  /** The password was right: the count of username and address starts again at 0. */
  succeed(): Promise<void>;
  /** The password was wrong. */
  fail(): void;
}

/** Protects the password grant against brute force (RFC 6749 section 4.3.2). */
export interface BruteForceProtection {
  /**
   * Counts an attempt before the password is checked, so that many at once cannot all slip through.
   * A blocked one takes as long as a recent check of a wrong password did.
   *
   * @throws CallbackError if a limiter's store fails, and that is to fail the attempt
   */
  consume(attempter: Attempter): Promise<Attempt>;
}

/** What an attempt is counted in, and by which key. */
interface Count {
  readonly name: keyof BruteForceLimiters;
  readonly limiter: AttemptLimiter;
  readonly key: string;
}

/** Wrong passwords whose times are remembered. */
const MAX_TIMES = 32;

/** Creates the protection. The counts are in the limiters; it keeps none itself. */
export function createBruteForceProtection({
  limiters,
  onStoreError,
  storeTimeout,
}: ResolvedBruteForceOptions): BruteForceProtection {
  /** Milliseconds that the last wrong passwords took, from the count to the end of the check. */
  const times: number[] = [];

  /** @throws CallbackError if the store fails, or what a limiter rejects with when it blocks */
  async function callStore({ name }: Count, action: Promise<unknown>): Promise<unknown> {
    const option = `bruteForce.limiters.${name}`;
    const deadline = new Deadline(storeTimeout, undefined, {
      timedOut: () =>
        new CallbackError(
          'ERR_ATF_CALLBACK_TIMEOUT',
          option,
          `did not settle in ${storeTimeout} ms`,
        ),
      aborted: () => new Error('No caller can abort this'),
    });
    try {
      return await deadline.race(action);
    } catch (rejection) {
      if (rejection instanceof CallbackError || getBlockTime(rejection) !== undefined)
        throw rejection;
      throw new CallbackError('ERR_ATF_CALLBACK_THREW', option, 'failed', { cause: rejection });
    } finally {
      deadline.clear();
    }
  }

  return {
    async consume({ username, address, serviceId, onProblem }) {
      const startedAt = performance.now();
      const counts: Count[] = [];

      /** The outcome of the attempt is known by now, so a store that fails does not change it. */
      const undo = async (how: (count: Count) => Promise<unknown>): Promise<void> => {
        const actions = counts.map((count) =>
          callStore(
            count,
            start(() => how(count)),
          ),
        );
        await Promise.all(actions.map((action) => action.catch(onProblem)));
      };

      let blockTime: number | undefined;
      for (const count of listCounts(limiters, { username, address, serviceId })) {
        const consuming = start(() => count.limiter.consume(count.key));
        try {
          await callStore(count, consuming);
        } catch (rejection) {
          blockTime = getBlockTime(rejection);
          // Give nothing back to the limiter that blocks: it may not have counted the attempt, and a
          // block that is lifted by a point lets the next guess through.
          if (blockTime !== undefined) break;
          if (onStoreError === 'block') {
            // The store may count it late, so give it back once that call has settled.
            consuming.finally(() => refund(count)).catch(() => undefined);
            await undo(refund);
            throw rejection;
          }
          onProblem(rejection as Error);
        }
        counts.push(count);
      }
      if (blockTime !== undefined) {
        // Not awaited: a wrong password that is checked is not refunded.
        void undo(refund);
        // An answer that comes at once, or always after the same time, would reveal the block. The
        // time includes that of the limiters, of which a blocked attempt may not reach the second.
        const time = times[Math.floor(Math.random() * times.length)] ?? 0;
        await waitPrecisely(startedAt + time - performance.now());
      }

      return {
        blockedFor: blockTime === undefined ? undefined : Math.max(0, Math.ceil(blockTime / 1000)),
        succeed: () =>
          undo((count) =>
            count.name === 'usernameAndAddress' ? count.limiter.delete(count.key) : refund(count),
          ),
        fail() {
          times.push(performance.now() - startedAt);
          if (times.length > MAX_TIMES) times.shift();
        },
      };
    },
  };
}

/** Starts a call of the app's limiter, which may throw instead of rejecting. */
function start(call: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => resolve(call()));
}

/** Gives a point back. A count that has expired since would go below zero, and allow one too many. */
async function refund({ limiter, key }: Count): Promise<void> {
  const { consumedPoints } = ((await limiter.reward(key)) ?? {}) as { consumedPoints?: number };
  if (consumedPoints !== undefined && consumedPoints < 0) await limiter.delete(key);
}

function listCounts(
  { usernameAndAddress, address: byAddress }: BruteForceLimiters,
  { username, address, serviceId }: Omit<Attempter, 'onProblem'>,
): Count[] {
  const counts: Count[] = [];
  if (byAddress) counts.push({ name: 'address', limiter: byAddress, key: address });
  if (usernameAndAddress) {
    // Whoever reads the store must not learn usernames.
    const text = `${serviceId ?? ''} ${address} ${foldUsername(username)}`;
    const key = createHash('sha256').update(text).digest('base64url');
    counts.push({ name: 'usernameAndAddress', limiter: usernameAndAddress, key });
  }
  return counts;
}

/** Milliseconds until the next attempt: rate-limiter-flexible rejects with them, and not an Error. */
function getBlockTime(rejection: unknown): number | undefined {
  if (rejection instanceof Error) return undefined;
  const { msBeforeNext } = (rejection ?? {}) as { msBeforeNext?: unknown };
  return typeof msBeforeNext === 'number' ? msBeforeNext : undefined;
}
