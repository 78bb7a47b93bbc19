import { optionsError } from './errors.js';
import { checkedMilliseconds, checkOptionNames } from './options.js';
import { kindOf } from './redact.js';

/** What is used of a limiter of rate-limiter-flexible, whatever its store. */
export interface AttemptLimiter {
  /** Counts an attempt; rejects if it is one too many. */
  consume(key: string, points?: number): Promise<unknown>;
  /** Takes an attempt back. */
  reward(key: string, points?: number): Promise<unknown>;
  /** Starts a count anew. */
  delete(key: string): Promise<unknown>;
}

/** Limiters of rate-limiter-flexible: at least one of them. */
export interface BruteForceLimiters {
  /** Counts wrong passwords by username and address. The right password starts its count anew. */
  usernameAndAddress?: AttemptLimiter | undefined;
  /** Counts wrong passwords by address, whatever the username. */
  address?: AttemptLimiter | undefined;
}

/** Protection against brute force (RFC 6749 section 4.3.2). */
export interface BruteForceOptions {
  /** See {@link BruteForceLimiters}. */
  limiters: BruteForceLimiters;
  /**
   * What becomes of an attempt when a limiter's store fails or does not answer within
   * `storeTimeout`: `block` fails it with 500 `server_error`, `allow` lets it through uncounted.
   * `onError` is told either way. Default: `block`.
   */
  onStoreError?: 'allow' | 'block' | undefined;
  /** Milliseconds for one call of a limiter. Default: 1000. */
  storeTimeout?: number | undefined;
  /**
   * Whether a blocked attempt is answered with a `Retry-After` header. Default: false, and it is
   * answered like any wrong password, so that an attacker learns nothing.
   */
  retryAfter?: boolean | undefined;
}

/** Brute force options once checked, with the defaults filled in. */
export type ResolvedBruteForceOptions = Required<BruteForceOptions> & {
  readonly onStoreError: 'allow' | 'block';
  readonly storeTimeout: number;
  readonly retryAfter: boolean;
};

/** Milliseconds: a store in the same data centre answers in a few. */
const DEFAULT_STORE_TIMEOUT = 1000;

const OPTION_NAMES = Object.keys({
  limiters: true,
  onStoreError: true,
  storeTimeout: true,
  retryAfter: true,
} satisfies Record<keyof BruteForceOptions, true>);

const LIMITER_NAMES = [
  'usernameAndAddress',
  'address',
] as const satisfies (keyof BruteForceLimiters)[];

const LIMITER_METHODS = ['consume', 'reward', 'delete'] as const satisfies (keyof AttemptLimiter)[];

/**
 * Checks the option `bruteForce` and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveBruteForceOptions(options: BruteForceOptions): ResolvedBruteForceOptions {
  checkOptionNames('bruteForce', options, OPTION_NAMES);
  const {
    limiters,
    onStoreError = 'block',
    storeTimeout = DEFAULT_STORE_TIMEOUT,
    retryAfter = false,
  } = options;
  checkOptionNames('bruteForce.limiters', limiters, LIMITER_NAMES);
  for (const name of LIMITER_NAMES) checkLimiter(name, limiters[name]);
  if (!limiters.usernameAndAddress && !limiters.address) {
    throw optionsError(`bruteForce.limiters must have one of ${LIMITER_NAMES.join(', ')}`);
  }
  if (onStoreError !== 'allow' && onStoreError !== 'block') {
    throw optionsError("bruteForce.onStoreError must be 'allow' or 'block'");
  }
  if (typeof retryAfter !== 'boolean') {
    throw optionsError(`bruteForce.retryAfter must be a boolean, got ${kindOf(retryAfter)}`);
  }
  return {
    limiters,
    onStoreError,
    storeTimeout: checkedMilliseconds('bruteForce.storeTimeout', storeTimeout),
    retryAfter,
  };
}

function checkLimiter(name: string, limiter: AttemptLimiter | undefined): void {
  if (limiter === undefined) return;
  const missing = LIMITER_METHODS.find(
    (method) => typeof (limiter as Partial<AttemptLimiter> | null)?.[method] !== 'function',
  );
  if (missing !== undefined) {
    throw optionsError(
      `bruteForce.limiters.${name} must be a limiter of rate-limiter-flexible, ` +
        `got ${kindOf(limiter)} without ${missing}`,
    );
  }
}
