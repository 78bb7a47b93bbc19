import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from './address.js';
import type {
  AttemptLimiter,
  BruteForceLimiters,
  ResolvedBruteForceOptions,
} from './brute-force-options.js';
import { callHost, ClientGoneError } from './host-call.js';

/** Who attempts to get in, and who is told of trouble. */
export interface Attempter {
  readonly username: string;
  /** `req.ip`. */
  readonly ip: string | undefined;
  /** Aborts when the client application goes away. */
  readonly gone: AbortSignal;
  /** Takes what a limiter's store fails with where the attempt goes on all the same. */
  readonly onProblem: (problem: unknown) => void;
}

/** One attempt at a password. It counts as a wrong one until it is known to be none. */
export interface Attempt {
  /**
   * Seconds until another attempt is let through, 0 if the block does not end by itself;
   * `undefined` if this one is let through.
   */
  readonly blockedFor: number | undefined;
  /** The password was right: the count of username and address starts anew. */
  succeed(): Promise<void>;
  /** The password was wrong. */
  fail(): void;
  /** Nothing is known of the password. */
  takeBack(): Promise<void>;
}

/** Protects the password grant against brute force (RFC 6749 section 4.3.2). */
export interface BruteForceProtection {
  /**
   * Counts an attempt before the password is checked, so that many at once cannot all slip through.
   * A blocked one takes as long as a recent check of a wrong password did.
   *
   * @throws ClientGoneError, or what a limiter's store fails with if that is to block the attempt
   */
  begin(attempter: Attempter): Promise<Attempt>;
}

/** What an attempt counts in, and by which key. */
interface Count {
  readonly name: keyof BruteForceLimiters;
  readonly limiter: AttemptLimiter;
  readonly key: string;
}

/** Checks of wrong passwords whose times are remembered. */
const MAX_TIMES = 32;

/** What is counted is undone also if the client application has gone away. */
const NEVER_GONE = new AbortController().signal;

/** Makes the protection. The counts are in the limiters; it keeps none itself. */
export function createBruteForceProtection({
  limiters,
  onStoreError,
  storeTimeout: timeout,
}: ResolvedBruteForceOptions): BruteForceProtection {
  /** Milliseconds that the last checks of wrong passwords took. */
  const times: number[] = [];

  const callStore = (
    { name }: Count,
    action: () => Promise<unknown>,
    gone: AbortSignal,
  ): Promise<unknown> => callHost({ name: `bruteForce.limiters.${name}`, timeout, gone }, action);

  /** A count that has expired in the meantime would go below zero, and allow more than the limit. */
  async function giveBack({ limiter, key }: Count): Promise<void> {
    const { consumedPoints } = ((await limiter.reward(key)) ?? {}) as { consumedPoints?: number };
    if (consumedPoints !== undefined && consumedPoints < 0) await limiter.delete(key);
  }

  return {
    async begin({ username, ip, gone, onProblem }) {
      const counted: Count[] = [];

      /** Counts; gives milliseconds to wait if the limit is reached. */
      async function add(count: Count): Promise<number | undefined> {
        const consumed = new Promise((resolve) => resolve(count.limiter.consume(count.key)));
        try {
          await callStore(count, () => consumed, gone);
          counted.push(count);
        } catch (rejection) {
          // Nothing is given back to the limiter that turned the attempt away: it may not have counted
          // it, and a block that is lifted by a point is open to the next guess.
          const wait = waitOf(rejection);
          if (wait !== undefined) return wait;
          // It may yet be counted, late.
          consumed.then(() => giveBack(count)).catch(ignore);
          if (rejection instanceof ClientGoneError || onStoreError === 'block') throw rejection;
          onProblem(rejection);
        }
        return undefined;
      }

      /** The outcome is known by now, so a store that fails does not change it. */
      async function undo(how: (count: Count) => Promise<unknown>): Promise<void> {
        await Promise.all(
          counted.map((count) => callStore(count, () => how(count), NEVER_GONE).catch(onProblem)),
        );
      }
      const takeBack = (): Promise<void> => undo(giveBack);

      let wait: number | undefined;
      try {
        for (const count of countsOf(limiters, username, addressOf(ip))) {
          wait ??= await add(count);
        }
      } catch (rejection) {
        await takeBack();
        throw rejection;
      }
      if (wait !== undefined) {
        // An answer that comes at once, or always after the same time, would tell of the limit.
        const time = times[Math.floor(Math.random() * times.length)];
        await Promise.all([takeBack(), sleep(time, undefined, { signal: gone }).catch(ignore)]);
      }

      const start = performance.now();
      return {
        blockedFor: wait === undefined ? undefined : Math.max(0, Math.ceil(wait / 1000)),
        succeed: () =>
          undo((count) =>
            count.name === 'usernameAndAddress' ? count.limiter.delete(count.key) : giveBack(count),
          ),
        fail() {
          times.push(performance.now() - start);
          if (times.length > MAX_TIMES) times.shift();
        },
        takeBack,
      };
    },
  };
}

function countsOf(
  { usernameAndAddress, address: byAddress }: BruteForceLimiters,
  username: string,
  address: string,
): Count[] {
  const counts: Count[] = [];
  if (byAddress) counts.push({ name: 'address', limiter: byAddress, key: address });
  if (usernameAndAddress) {
    const key = pairKeyOf(username, address);
    counts.push({ name: 'usernameAndAddress', limiter: usernameAndAddress, key });
  }
  return counts;
}

/** What of a username cannot be seen: control and format characters, variation selectors and such. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Whoever reads the store must not learn usernames. Spellings that many user stores take for the same
 * name are one key, or each of them would have a count of its own.
 */
function pairKeyOf(username: string, address: string): string {
  const name = username.replace(INVISIBLE, '').normalize('NFKC').trim().toLowerCase();
  return createHash('sha256').update(`${address} ${name}`).digest('base64url');
}

/** Milliseconds until the next attempt: rate-limiter-flexible rejects with them, no Error. */
function waitOf(rejection: unknown): number | undefined {
  if (rejection instanceof Error) return undefined;
  const { msBeforeNext } = (rejection ?? {}) as { msBeforeNext?: unknown };
  return typeof msBeforeNext === 'number' ? msBeforeNext : undefined;
}

function ignore(): void {
  // The client application has gone away, or the store has failed before.
}
