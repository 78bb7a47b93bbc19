import axios from 'axios';
import { createAuthleteClient, type AuthleteClientOptions } from 'express-authlete-token-fail';
import { isBearerToken, resolveClientOptions } from '../lib/options';
import { BEARER_TOKEN, expectNoSecretIn } from './support/secrets';
import { thrownBy } from './support/thrown';

const GOOD = { serviceId: '715948317', accessToken: BEARER_TOKEN };

describe('resolveClientOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveClientOptions(GOOD, {})).toEqual({
      ...GOOD,
      baseUrl: 'https://us.authlete.com',
      timeout: 5000,
      maxConcurrent: 512,
      maxQueued: 4096,
      axios: undefined,
    });
  });

  it('takes what is not given from the environment', () => {
    const env = {
      AUTHLETE_SERVICE_ID: 'env-service',
      AUTHLETE_BEARER: 'env-token',
      AUTHLETE_BASE_URL: 'https://jp.authlete.com',
    };
    expect(resolveClientOptions({}, env)).toMatchObject({
      serviceId: 'env-service',
      accessToken: 'env-token',
      baseUrl: 'https://jp.authlete.com',
    });
    expect(resolveClientOptions(GOOD, env)).toMatchObject(GOOD);
  });

  it.each([
    ['https://eu.authlete.com/', 'https://eu.authlete.com'],
    ['https://gateway.example.com/authlete/', 'https://gateway.example.com/authlete'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1'],
    ['http://127.1:1', 'http://127.0.0.1:1'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('takes the base URL %s', (baseUrl, resolved) => {
    expect(resolveClientOptions({ ...GOOD, baseUrl }, {}).baseUrl).toBe(resolved);
  });

  it('takes a function for the access token, and an axios instance', () => {
    const options = { ...GOOD, accessToken: () => 'token', axios: axios.create() };
    expect(resolveClientOptions(options, {})).toMatchObject(options);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'no service ID',
      { serviceId: undefined },
      'serviceId is missing: pass the option or set the environment variable AUTHLETE_SERVICE_ID',
    ],
    [
      'no access token',
      { accessToken: undefined },
      'accessToken is missing: pass the option or set the environment variable AUTHLETE_BEARER',
    ],
    ['a service ID that is empty', { serviceId: '' }, 'got an empty string'],
    ['a service ID that is a number', { serviceId: 715948317 }, 'got a number'],
    ['a service ID that is null', { serviceId: null }, 'got null'],
    ['a service ID that is a dot segment', { serviceId: '..' }, 'dot segment'],
    ['a service ID with a line break', { serviceId: `${BEARER_TOKEN}\n` }, 'white space'],
    ['a service ID that is no Unicode', { serviceId: '\ud800' }, 'control character'],
    [
      'an access token with a line break',
      { accessToken: `${BEARER_TOKEN}\n` },
      `a string of ${BEARER_TOKEN.length + 1} characters (masked)`,
    ],
    ['an access token with a space', { accessToken: `Bearer ${BEARER_TOKEN}` }, '(masked)'],
    ['an access token that is empty', { accessToken: '' }, 'got an empty string'],
    ['an access token that is an object', { accessToken: { BEARER_TOKEN } }, 'got an object'],
    ['a base URL that is none', { baseUrl: 'us.authlete.com' }, 'a string that is no such URL'],
    ['a base URL that is empty', { baseUrl: '' }, 'got an empty string'],
    ['a base URL that is null', { baseUrl: null }, 'got null'],
    ['an http base URL', { baseUrl: 'http://us.authlete.com' }, 'got "http://us.authlete.com/"'],
    ['an http base URL that starts like loopback', { baseUrl: 'http://127.0.0.1.nip.io' }, 'got'],
    ['a base URL of another scheme', { baseUrl: 'ftp://localhost/' }, 'no such URL'],
    [
      'an access token with its scheme for a base URL',
      { baseUrl: `Bearer:${BEARER_TOKEN}` },
      'got a string that is no such URL',
    ],
    [
      'a base URL with user information',
      { baseUrl: `https://user:${BEARER_TOKEN}@us.authlete.com` },
      'got "https://us.authlete.com/" with one of them (masked)',
    ],
    [
      'a base URL with a query',
      { baseUrl: `https://us.authlete.com/?token=${BEARER_TOKEN}` },
      '(masked)',
    ],
    ['a base URL with a fragment', { baseUrl: 'https://us.authlete.com/#a' }, '(masked)'],
    ['a base URL with an empty query', { baseUrl: 'https://us.authlete.com?' }, '(masked)'],
    ['a base URL with an empty fragment', { baseUrl: 'https://us.authlete.com#' }, '(masked)'],
    ['a base URL with a path and an empty query', { baseUrl: 'https://a.example/?' }, '(masked)'],
    ['a base URL with both, and both empty', { baseUrl: 'https://a.example?#' }, '(masked)'],
    ['a timeout of zero', { timeout: 0 }, 'got 0'],
    ['a negative timeout', { timeout: -1 }, 'got -1'],
    ['a timeout that is not a number', { timeout: NaN }, 'got NaN'],
    ['an infinite timeout', { timeout: Infinity }, 'got Infinity'],
    ['a timeout that no timer can take', { timeout: 2 ** 31 }, '2147483647 at most'],
    ['a timeout that is a string', { timeout: '5000' }, 'got a string'],
    ['an axios that is none', { axios: {} }, 'axios must be an axios instance, got an object'],
    ['an axios that is null', { axios: null }, 'axios must be an axios instance, got null'],
    ['an unknown option', { timeOut: 1 }, 'unknown option "timeOut"; it takes serviceId, accessT'],
  ])('refuses %s', (_what, change, expected) => {
    const resolve = () => resolveClientOptions({ ...GOOD, ...change }, {});
    const error = thrownBy(resolve);
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(resolve).toThrow(expected);
    expectNoSecretIn(error);
  });

  it('refuses an empty environment variable rather than use the default', () => {
    expect(() => resolveClientOptions(GOOD, { AUTHLETE_BASE_URL: '' })).toThrow(/^baseUrl must be/);
    expect(() =>
      resolveClientOptions({ accessToken: 'token' }, { AUTHLETE_SERVICE_ID: '' }),
    ).toThrow(/^serviceId must be/);
  });

  it.each([null, 'service', 7, []])('refuses %p as options', (options) => {
    expect(() => createAuthleteClient(options as unknown as AuthleteClientOptions)).toThrow(
      /^createAuthleteClient: options must be an object/,
    );
  });
});

describe('isBearerToken', () => {
  it.each(['a', 'AZaz09-._~+/=', '!'])('takes %p', (token) => {
    expect(isBearerToken(token)).toBe(true);
  });

  it.each(['', ' a', 'a b', 'a\r\nb', 'ä', '\u0000', 7, null])('refuses %p', (token) => {
    expect(isBearerToken(token)).toBe(false);
  });
});
