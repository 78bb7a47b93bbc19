import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterUnion,
} from 'rate-limiter-flexible';
import {
  type AttemptLimiter,
  type BruteForceOptions,
  tokenEndpoint,
} from 'express-authlete-token-fail';
import { resolveBruteForceOptions } from '../../lib/brute-force/options';
import { BEARER_TOKEN } from '../support/secrets/secrets';
import { thrownBy } from '../support/errors/thrown';

const limiter = new RateLimiterMemory({ points: 5, duration: 60 });
const limiters = { usernameAndAddress: limiter, address: limiter };

const endpointWith = (bruteForce: unknown) =>
  tokenEndpoint({
    serviceId: '715948317',
    accessToken: BEARER_TOKEN,
    authenticate: () => null,
    bruteForce: bruteForce as BruteForceOptions,
  });

describe('the option bruteForce', () => {
  it('has defaults', () => {
    expect(resolveBruteForceOptions({ limiters })).toEqual({
      limiters,
      onStoreError: 'block',
      storeTimeout: 1000,
      retryAfter: false,
      ipv6PrefixLength: 64,
    });
    const nothing = {
      onStoreError: undefined,
      storeTimeout: undefined,
      retryAfter: undefined,
      ipv6PrefixLength: undefined,
    };
    expect(resolveBruteForceOptions({ limiters, ...nothing })).toEqual(
      resolveBruteForceOptions({ limiters }),
    );
  });

  it('is taken as it is', () => {
    const options = {
      limiters,
      onStoreError: 'allow',
      storeTimeout: 50,
      retryAfter: true,
      ipv6PrefixLength: 56,
    } as const;
    expect(resolveBruteForceOptions(options)).toEqual(options);
  });

  it('takes nothing from a polluted Object.prototype', () => {
    const { prototype } = Object as unknown as { prototype: Record<string, unknown> };
    prototype['retryAfter'] = true;
    prototype['address'] = limiter;
    try {
      const resolved = resolveBruteForceOptions({ limiters: { usernameAndAddress: limiter } });
      expect(resolved.retryAfter).toBe(false);
      expect(resolved.limiters.address).toBeUndefined();
    } finally {
      delete prototype['retryAfter'];
      delete prototype['address'];
    }
  });

  it.each([
    ['undefined', undefined],
    ['a limiter by username and address', { limiters: { usernameAndAddress: limiter } }],
    ['a limiter by address', { limiters: { address: limiter, usernameAndAddress: undefined } }],
    ['a limiter by each', { limiters }],
    // Something in front of the app does it.
    ['false', false],
  ])('may be %s', (_what, bruteForce) => {
    expect(endpointWith(bruteForce)).toEqual(expect.any(Function));
  });

  const bursty = new BurstyRateLimiter(limiter, limiter);
  const union = new RateLimiterUnion(
    limiter,
    new RateLimiterMemory({ keyPrefix: 'other', points: 5, duration: 60 }),
  );
  const withLimiters = (wrong: unknown) => ({ limiters: wrong });
  const withAddress = (wrong: unknown) => withLimiters({ ...limiters, address: wrong });
  const withPair = (wrong: unknown) => withLimiters({ ...limiters, usernameAndAddress: wrong });
  const wantsLimiter = 'must be a limiter of rate-limiter-flexible, got';

  it.each<[string, unknown, string]>([
    ['a string', 'on', 'bruteForce: options must be an object'],
    ['true', true, 'bruteForce: options must be an object'],
    ['a list', [limiter], 'bruteForce: options must be an object, got an array'],
    ['a function', () => ({ limiters }), 'bruteForce: options must be an object, got a function'],
    ['a limiter', limiter, 'bruteForce: unknown option "'],
    [
      'one with a misspelt option',
      { limiters, retryafter: true },
      'bruteForce: unknown option "retryafter"',
    ],
    ['one without limiters', {}, 'bruteForce.limiters: options must be an object'],
    ['one with limiters null', withLimiters(null), 'bruteForce.limiters: options must be'],
    ['one with a list of limiters', withLimiters([limiter]), 'bruteForce.limiters: options must'],
    [
      'one with no limiter',
      withLimiters({}),
      'bruteForce.limiters must have one of usernameAndAddress, address',
    ],
    [
      'one with limiters undefined each',
      withLimiters({ usernameAndAddress: undefined, address: undefined }),
      'bruteForce.limiters must have one of usernameAndAddress, address',
    ],
    [
      'one with a misspelt limiter',
      withLimiters({ ...limiters, ip: limiter }),
      'bruteForce.limiters: unknown option "ip"',
    ],
    ['an address null', withAddress(null), `bruteForce.limiters.address ${wantsLimiter} null`],
    ['an address of 5', withAddress(5), `bruteForce.limiters.address ${wantsLimiter} a number`],
    ['an address {}', withAddress({}), 'got an object without consume'],
    [
      'one without reward',
      withAddress({ consume: () => undefined, delete: () => undefined }),
      'bruteForce.limiters.address must be a limiter of rate-limiter-flexible, got an object without reward',
    ],
    [
      'one without delete',
      withPair({ consume: () => undefined, reward: () => undefined, delete: true }),
      'bruteForce.limiters.usernameAndAddress must be a limiter of rate-limiter-flexible, got an object without delete',
    ],
    ['a pair of a BurstyRateLimiter', withPair(bursty), 'without reward'],
    ['a pair of a RateLimiterUnion', withPair(union), 'without reward'],
    ...[null, true, '', 'ignore', 'Block'].map((onStoreError): [string, unknown, string] => [
      `an onStoreError of ${JSON.stringify(onStoreError)}`,
      { limiters, onStoreError },
      "bruteForce.onStoreError must be 'allow' or 'block'",
    ]),
    ...[null, 0, -1, NaN, Infinity, 2 ** 31, '1000'].map(
      (storeTimeout): [string, unknown, string] => [
        `a storeTimeout of ${String(storeTimeout)}`,
        { limiters, storeTimeout },
        'bruteForce.storeTimeout must be a positive number of milliseconds',
      ],
    ),
    ...[null, 0, 1, 'true'].map((retryAfter): [string, unknown, string] => [
      `a retryAfter of ${JSON.stringify(retryAfter)}`,
      { limiters, retryAfter },
      'bruteForce.retryAfter must be a boolean, got',
    ]),
    ...[null, 0, 31, 129, 56.5, NaN, Infinity, '64'].map(
      (ipv6PrefixLength): [string, unknown, string] => [
        `an ipv6PrefixLength of ${String(ipv6PrefixLength)}`,
        { limiters, ipv6PrefixLength },
        'bruteForce.ipv6PrefixLength must be a whole number from 32 to 128, got',
      ],
    ),
  ])('is refused at start-up if it is %s', (_what, bruteForce, message) => {
    const error = thrownBy(() => endpointWith(bruteForce));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: expect.stringContaining(message) as string,
    });
  });

  // Without this, a server would go without the protection that its app thinks it has.
  it.each([
    ['null', null],
    ['0', 0],
    ['an empty string', ''],
  ])('is refused at start-up if it is %s', (_what, bruteForce) => {
    expect(thrownBy(() => endpointWith(bruteForce))).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: expect.stringContaining('bruteForce: options must be an object') as string,
    });
  });
});

// Node fires a timer at once that is set for longer, and RateLimiterMemory forgets by a timer.
describe('a limiter that counts in memory', () => {
  const LONGEST = 2_147_483;
  const createMemory = (options: { duration: number; blockDuration?: number }) =>
    new RateLimiterMemory({ points: 5, ...options });
  /** It gives its insuranceLimiter its own blockDuration. */
  const createRedis = (
    insurance: RateLimiterMemory,
    options: { duration: number; blockDuration?: number },
  ) =>
    new RateLimiterRedis({
      storeClient: {},
      points: 5,
      ...options,
      insuranceLimiter: insurance,
    });

  it.each<[string, AttemptLimiter]>([
    ['counts as long as it can', createMemory({ duration: LONGEST })],
    ['blocks as long as it can', createMemory({ duration: 60, blockDuration: LONGEST })],
    ['counts for ever', createMemory({ duration: 0 })],
    [
      'insures one that counts longer',
      createRedis(createMemory({ duration: LONGEST }), { duration: LONGEST + 1 }),
    ],
  ])('is taken if it %s', (_what, address) => {
    expect(endpointWith({ limiters: { address } })).toEqual(expect.any(Function));
  });

  it.each<[string, AttemptLimiter, string]>([
    [
      'counts longer than it can',
      createMemory({ duration: LONGEST + 1 }),
      'bruteForce.limiters.address counts in memory, so its duration must be 2147483 seconds at ' +
        'most, got 2147484',
    ],
    [
      'blocks longer than it can',
      createMemory({ duration: 60, blockDuration: LONGEST + 1 }),
      'bruteForce.limiters.address counts in memory, so its blockDuration must be',
    ],
    [
      'counts longer than it can as an insuranceLimiter',
      createRedis(createMemory({ duration: LONGEST + 1 }), { duration: LONGEST + 1 }),
      'bruteForce.limiters.address.insuranceLimiter counts in memory, so its duration must be',
    ],
    [
      'blocks longer than it can as an insuranceLimiter',
      createRedis(createMemory({ duration: 60 }), { duration: 60, blockDuration: LONGEST + 1 }),
      'bruteForce.limiters.address.insuranceLimiter counts in memory, so its blockDuration must be',
    ],
  ])('is refused at start-up if it %s', (_what, address, message) => {
    expect(thrownBy(() => endpointWith({ limiters: { address } }))).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: expect.stringContaining(message) as string,
    });
  });
});
