import { BurstyRateLimiter, RateLimiterMemory, RateLimiterUnion } from 'rate-limiter-flexible';
import { type BruteForceOptions, tokenEndpoint } from 'express-authlete-token-fail';
import { resolveBruteForceOptions } from '../lib/brute-force-options';
import { BEARER_TOKEN } from './support/secrets';
import { thrownBy } from './support/thrown';

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
    });
    const nothing = { onStoreError: undefined, storeTimeout: undefined, retryAfter: undefined };
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
    } as const;
    expect(resolveBruteForceOptions(options)).toEqual(options);
  });

  it.each([
    ['undefined', undefined],
    ['a limiter by username and address', { limiters: { usernameAndAddress: limiter } }],
    ['a limiter by address', { limiters: { address: limiter, usernameAndAddress: undefined } }],
    ['a limiter by each', { limiters }],
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
  ])('is refused at start-up if it is %s', (_what, bruteForce, message) => {
    const error = thrownBy(() => endpointWith(bruteForce));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: expect.stringContaining(message) as string,
    });
  });

  // Without this, a server would go without the protection that its host thinks it has.
  it.each([
    ['null', null],
    ['false', false],
    ['an empty string', ''],
  ])('is refused at start-up if it is %s', (_what, bruteForce) => {
    expect(thrownBy(() => endpointWith(bruteForce))).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: expect.stringContaining('bruteForce: options must be an object') as string,
    });
  });
});
