import axios from 'axios';
import { createAuthleteClient, type AuthleteClientOptions } from 'express-authlete-token-fail';
import { createBearerCredentials } from '../../lib/authlete/credentials';
import {
  checkServiceId,
  isLoopback,
  resolveClientOptions,
} from '../../lib/authlete/client-options';
import { thrownBy } from '../support/errors/thrown';
import { BEARER_TOKEN, CLIENT_SECRET, expectNoSecretIn } from '../support/secrets/secrets';

const GOOD = { serviceId: '715948317', accessToken: BEARER_TOKEN };
const GOOD_2 = { apiVersion: 2, apiKey: 'key', apiSecret: CLIENT_SECRET } as const;

describe('resolveClientOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveClientOptions(GOOD, {})).toEqual({
      apiVersion: 3,
      serviceId: '715948317',
      credentials: createBearerCredentials(BEARER_TOKEN),
      baseUrl: 'https://us.authlete.com',
      timeout: 5000,
      maxConcurrent: 512,
      maxQueued: 4096,
      axios: undefined,
    });
  });

  it('fills in the defaults of Authlete 2.3', () => {
    expect(resolveClientOptions(GOOD_2, {})).toMatchObject({
      apiVersion: 2,
      serviceId: undefined,
      baseUrl: 'https://api.authlete.com',
      credentials: { authorization: expect.stringMatching(/^Basic /) as unknown },
    });
  });

  it('takes from the environment what is not given', () => {
    const env = {
      AUTHLETE_SERVICE_ID: 'env-service',
      AUTHLETE_BEARER: 'env-token',
      AUTHLETE_BASE_URL: 'https://jp.authlete.com',
    };
    expect(resolveClientOptions({}, env)).toMatchObject({
      serviceId: 'env-service',
      credentials: createBearerCredentials('env-token'),
      baseUrl: 'https://jp.authlete.com',
    });
    expect(
      resolveClientOptions({ ...GOOD, baseUrl: 'https://eu.authlete.com' }, env),
    ).toMatchObject({
      serviceId: '715948317',
      credentials: createBearerCredentials(BEARER_TOKEN),
      baseUrl: 'https://eu.authlete.com',
    });
  });

  it('takes the version from the environment if it is not given', () => {
    const env = { AUTHLETE_SERVICE_ACCESSTOKEN: 'token-2', AUTHLETE_SERVICE_ID: 'unused' };
    for (const AUTHLETE_API_VERSION of ['V2', 'v2']) {
      expect(resolveClientOptions({}, { ...env, AUTHLETE_API_VERSION })).toMatchObject({
        apiVersion: 2,
        serviceId: undefined,
        credentials: createBearerCredentials('token-2'),
      });
    }
    const version3 = { AUTHLETE_API_VERSION: 'V3' };
    expect(resolveClientOptions(GOOD, version3)).toHaveProperty('apiVersion', 3);
    expect(resolveClientOptions(GOOD_2, version3)).toHaveProperty('apiVersion', 2);
    expect(
      resolveClientOptions({ ...GOOD, apiVersion: 3 }, { AUTHLETE_API_VERSION: 'V2' }),
    ).toHaveProperty('apiVersion', 3);
  });

  it.each(['', '2', '3', 'V1', 'V22', BEARER_TOKEN])(
    'rejects %p as the version of the environment',
    (AUTHLETE_API_VERSION) => {
      const error = thrownBy(() => resolveClientOptions(GOOD, { AUTHLETE_API_VERSION }));
      expect(error).toMatchObject({
        code: 'ERR_ATF_OPTIONS',
        message: 'The environment variable AUTHLETE_API_VERSION must be V2 or V3',
      });
      expectNoSecretIn(error);
    },
  );

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
    const accessToken = () => 'token';
    const instance = axios.create();
    const options = { ...GOOD, accessToken, axios: instance };
    const resolved = resolveClientOptions(options, {});
    expect(resolved.credentials).toHaveProperty('accessToken', accessToken);
    expect(resolved.axios).toBe(instance);
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
    ['an access token that is null', { accessToken: null }, 'got null'],
    ['an access token with a space', { accessToken: `Bearer ${BEARER_TOKEN}` }, '(masked)'],
    ['an API version that is a string', { apiVersion: 'V2' }, 'must be 2 or 3, got a string'],
    ['an API version that there is not', { apiVersion: 4 }, 'apiVersion must be 2 or 3, got 4'],
    ['an API version that is null', { apiVersion: null }, 'apiVersion must be 2 or 3, got null'],
    ['an API key', { apiKey: CLIENT_SECRET }, 'apiKey needs apiVersion 2'],
    [
      'a service ID with version 2',
      { apiVersion: 2 },
      'serviceId cannot be used with apiVersion 2, whose paths have none',
    ],
    ['a base URL that is none', { baseUrl: 'a b' }, 'a string that is no such URL'],
    [
      'a base URL without https://',
      { baseUrl: 'us.authlete.com' },
      'got one without a scheme: add https:// before it (http:// on loopback)',
    ],
    ['a host name with a port', { baseUrl: 'us.authlete.com:443' }, 'add https:// before it'],
    ['a host name with a path', { baseUrl: 'us.authlete.com/a' }, 'add https:// before it'],
    ['localhost', { baseUrl: 'localhost:8080' }, '(http:// on loopback)'],
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
    ['an access token for a base URL', { baseUrl: BEARER_TOKEN }, 'got a string that is no'],
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
    ['no concurrency', { maxConcurrent: 0 }, 'must be a whole number of 1 or more, got 0'],
    ['a fraction of a call', { maxConcurrent: 1.5 }, 'got 1.5'],
    ['a queue of less than nothing', { maxQueued: -1 }, 'must be a whole number of 0 or more'],
    ['an axios that is none', { axios: {} }, 'must be an axios instance, got an object without'],
    ['an axios that is null', { axios: null }, 'must be an axios instance, got null without'],
    ['an unknown option', { timeOut: 1 }, 'unknown option "timeOut"; it takes serviceId, accessT'],
  ])('rejects %s', (_what, change, expected) => {
    const error = thrownBy(() => resolveClientOptions({ ...GOOD, ...change }, {}));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(expected);
    expectNoSecretIn(error);
  });

  it('rejects an empty environment variable rather than use the default', () => {
    expect(() => resolveClientOptions(GOOD, { AUTHLETE_BASE_URL: '' })).toThrow(/^baseUrl must be/);
    expect(() =>
      resolveClientOptions({ accessToken: 'token' }, { AUTHLETE_SERVICE_ID: '' }),
    ).toThrow(/^serviceId must be/);
  });

  it.each([null, 'service', 7, []])('rejects %p as options', (options) => {
    expect(() => createAuthleteClient(options as unknown as AuthleteClientOptions)).toThrow(
      /^createAuthleteClient: options must be an object/,
    );
  });
});

describe('checkServiceId', () => {
  it.each(['715948317', 'a/b', '...', 'ä'])('takes %p', (serviceId) => {
    expect(checkServiceId(serviceId)).toBe(serviceId);
  });

  it.each<[unknown, string]>([
    [null, 'got null'],
    [7, 'got a number'],
    ['', 'got an empty string'],
    ['.', 'dot segment'],
    ['..', 'dot segment'],
    [`${BEARER_TOKEN}\n`, 'white space'],
    ['a b', 'white space'],
    ['\ud800', 'control character'],
  ])('rejects %p', (serviceId, expected) => {
    const error = thrownBy(() => checkServiceId(serviceId));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(expected);
    expectNoSecretIn(error);
  });
});

describe('isLoopback', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['[::1]', true],
    ['128.0.0.1', false],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['[::2]', false],
  ])('of %s is %p', (hostname, expected) => {
    expect(isLoopback(hostname)).toBe(expected);
  });
});
