import {
  checkBoolean,
  checkCount,
  checkMethods,
  checkMilliseconds,
  checkOptionNames,
  createOptionsError,
} from '../authlete/option-checks.js';

/** What is used of a limiter of rate-limiter-flexible, whatever its store. */
export interface AttemptLimiter {
  /** Counts an attempt; rejects if it is one too many. */
  consume(key: string, points?: number): Promise<unknown>;
  /** Gives an attempt back. */
  reward(key: string, points?: number): Promise<unknown>;
  /** Starts a count again at 0. */
  delete(key: string): Promise<unknown>;
}

/** Limiters of rate-limiter-flexible: at least one of them. */
export interface BruteForceLimiters {
  /** Counts attempts by username and address. The right password starts its count again at 0. */
  usernameAndAddress?: AttemptLimiter | undefined;
  /** Counts attempts by address, whatever the username. The right password is not counted. */
  address?: AttemptLimiter | undefined;
}

/** Protection against brute force (RFC 6749 section 4.3.2). */
export interface BruteForceOptions {
  /** See {@link BruteForceLimiters}. */
  limiters: BruteForceLimiters;
  /**
   * What becomes of an attempt when a limiter's store fails or does not answer within
   * `storeTimeout`: `block` fails it with 500 `server_error`, `allow` lets it through uncounted.
   * Either is reported. Default: `block`.
   */
  onStoreError?: 'allow' | 'block' | undefined;
  /** Milliseconds for one call of a limiter. Default: 1000. */
  storeTimeout?: number | undefined;
  /**
   * Whether a blocked attempt is answered with a `Retry-After` header. Default: false, and it is
   * answered like any wrong password, so that an attacker learns nothing.
   */
  retryAfter?: boolean | undefined;
  /**
   * Bits of an IPv6 address that attempts are counted by, 32 to 128: whoever has one address of a
   * network has them all. A shorter prefix is for providers that give each customer a /56 or a /48,
   * which has 256 or 65,536 networks of 64 bits, each with a count of its own. Default: 64.
   */
  ipv6PrefixLength?: number | undefined;
}

/** Brute force options once checked, with the defaults filled in. */
export type ResolvedBruteForceOptions = Required<BruteForceOptions> & {
  readonly onStoreError: 'allow' | 'block';
  readonly storeTimeout: number;
  readonly retryAfter: boolean;
  readonly ipv6PrefixLength: number;
};

/** Milliseconds: a store in the same data centre answers in a few. */
const DEFAULT_STORE_TIMEOUT = 1000;

/** Bits: the network part of an IPv6 address (RFC 4291 section 2.5.4). */
const DEFAULT_IPV6_PREFIX_LENGTH = 64;

/** Seconds. RateLimiterMemory sets a Node timer, which fires at once if it is set for longer. */
const MAX_MEMORY_DURATION = 2_147_483;

const OPTION_NAMES = 'limiters onStoreError storeTimeout retryAfter ipv6PrefixLength'.split(' ');

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
  const {
    limiters: given,
    onStoreError = 'block',
    storeTimeout = DEFAULT_STORE_TIMEOUT,
    retryAfter = false,
    ipv6PrefixLength = DEFAULT_IPV6_PREFIX_LENGTH,
  } = checkOptionNames('bruteForce', options, OPTION_NAMES);
  const limiters = checkOptionNames('bruteForce.limiters', given, LIMITER_NAMES);
  for (const name of LIMITER_NAMES) checkLimiter(name, limiters[name]);
  if (!limiters.usernameAndAddress && !limiters.address) {
    throw createOptionsError(`bruteForce.limiters must have one of ${LIMITER_NAMES.join(', ')}`);
  }
  if (onStoreError !== 'allow' && onStoreError !== 'block') {
    throw createOptionsError("bruteForce.onStoreError must be 'allow' or 'block'");
  }
  return {
    limiters,
    onStoreError,
    storeTimeout: checkMilliseconds('bruteForce.storeTimeout', storeTimeout),
    retryAfter: checkBoolean('bruteForce.retryAfter', retryAfter),
    ipv6PrefixLength: checkCount('bruteForce.ipv6PrefixLength', ipv6PrefixLength, 32, 128),
  };
}

function checkLimiter(name: string, limiter: AttemptLimiter | undefined): void {
  if (limiter === undefined) return;
  const option = `bruteForce.limiters.${name}`;
  checkMethods(option, limiter, LIMITER_METHODS, 'a limiter of rate-limiter-flexible');
  checkMemoryDurations(option, limiter);
}

/** As much of rate-limiter-flexible's limiters as tells one that counts in memory. */
interface LimiterInternals extends Partial<AttemptLimiter> {
  readonly duration?: unknown;
  readonly blockDuration?: unknown;
  readonly insuranceLimiter?: LimiterInternals;
}

function checkMemoryDurations(option: string, limiter: LimiterInternals): void {
  if (limiter.insuranceLimiter) {
    checkMemoryDurations(`${option}.insuranceLimiter`, limiter.insuranceLimiter);
  }
  if (!('_memoryStorage' in limiter)) return;
  const { duration, blockDuration } = limiter;
  for (const [name, value] of Object.entries({ duration, blockDuration })) {
    if (typeof value === 'number' && value > MAX_MEMORY_DURATION) {
      throw createOptionsError(
        `${option} counts in memory, so its ${name} must be ${MAX_MEMORY_DURATION} seconds at ` +
          `most, got ${value}`,
      );
    }
  }
}
