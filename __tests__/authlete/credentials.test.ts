import {
  createBearerCredentials,
  isBearerToken,
  requireOption,
  resolveBearer,
  resolveCredentials2,
} from '../../lib/authlete/credentials';
import type { AuthleteClientOptions } from '../../lib/authlete/client-options';
import { thrownBy } from '../support/errors/thrown';
import { BEARER_TOKEN, CLIENT_SECRET, expectNoSecretIn } from '../support/secrets/secrets';

const rotate = () => BEARER_TOKEN;

/** What the credentials of this key and this secret are. */
function basic(key: string, secret: string) {
  const encoded = Buffer.from(`${key}:${secret}`).toString('base64');
  return { authorization: `Basic ${encoded}`, secrets: [secret, encoded] };
}

/** Expects that an action throws an error for wrong options, with this message and no secret. */
function expectOptionsError(action: () => unknown, message: string): void {
  const error = thrownBy(action);
  expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS', message });
  expectNoSecretIn(error);
}

describe('resolveBearer', () => {
  it('takes a token, or a function that returns one', () => {
    expect(resolveBearer({ accessToken: BEARER_TOKEN }, {})).toEqual({
      accessToken: undefined,
      authorization: `Bearer ${BEARER_TOKEN}`,
      secrets: [BEARER_TOKEN],
    });
    expect(resolveBearer({ accessToken: rotate }, {})).toMatchObject({ accessToken: rotate });
  });

  it('takes a token of the environment, if the option is absent', () => {
    const env = { AUTHLETE_BEARER: 'of-env', AUTHLETE_SERVICE_ACCESSTOKEN: 'other' };
    expect(resolveBearer({}, env)).toEqual(createBearerCredentials('of-env'));
    expect(resolveBearer({ accessToken: 'of-option' }, env)).toEqual(
      createBearerCredentials('of-option'),
    );
  });

  it('needs a token', () => {
    expectOptionsError(
      () => resolveBearer({}, { AUTHLETE_SERVICE_ACCESSTOKEN: 'token' }),
      'accessToken is missing: pass the option or set the environment variable AUTHLETE_BEARER',
    );
  });

  it.each([{ apiKey: CLIENT_SECRET }, { apiSecret: CLIENT_SECRET }])('takes no %p', (option) => {
    const [name = ''] = Object.keys(option);
    const options = { accessToken: BEARER_TOKEN, ...option };
    expectOptionsError(() => resolveBearer(options, {}), `${name} needs apiVersion 2`);
  });

  it('overlooks the API key of the environment', () => {
    const env = { AUTHLETE_SERVICE_APIKEY: 'key', AUTHLETE_SERVICE_APISECRET: 'secret' };
    expect(resolveBearer({ accessToken: 'token' }, env)).toEqual(createBearerCredentials('token'));
  });

  const WANTED =
    'accessToken must be a Service Access Token or an Organization Token, visible ASCII without ' +
    'white space or line breaks, or a function that returns one; got ';

  it.each<[unknown, string]>([
    [
      `${BEARER_TOKEN}\n`,
      `a string of ${BEARER_TOKEN.length + 1} characters (masked) with one that no HTTP header may carry`,
    ],
    [
      `Bearer ${BEARER_TOKEN}`,
      `a string of ${BEARER_TOKEN.length + 7} characters (masked) with one that no HTTP header may carry`,
    ],
    ['', 'an empty string'],
    [{ BEARER_TOKEN }, 'an object'],
    [[BEARER_TOKEN], 'an array'],
    [7, 'a number'],
    [null, 'null'],
  ])('rejects %j', (accessToken, got) => {
    const options = { accessToken } as AuthleteClientOptions;
    expectOptionsError(() => resolveBearer(options, { AUTHLETE_BEARER: 'a' }), WANTED + got);
  });

  it('rejects an empty environment variable', () => {
    const message = `${WANTED}an empty string`;
    expectOptionsError(() => resolveBearer({}, { AUTHLETE_BEARER: '' }), message);
  });
});

describe('resolveCredentials2', () => {
  const ENV = {
    AUTHLETE_SERVICE_APIKEY: 'env-key',
    AUTHLETE_SERVICE_APISECRET: 'env-secret',
    AUTHLETE_SERVICE_ACCESSTOKEN: 'env-token',
    AUTHLETE_BEARER: 'not-this-one',
  };
  const { AUTHLETE_SERVICE_ACCESSTOKEN: _token, ...ENV_WITHOUT_TOKEN } = ENV;

  it.each<[string, AuthleteClientOptions, NodeJS.ProcessEnv, object]>([
    ['the access token', { accessToken: 'token' }, {}, createBearerCredentials('token')],
    ['the access token function', { accessToken: rotate }, {}, { accessToken: rotate }],
    ['the API key', { apiKey: 'key', apiSecret: 'secret' }, {}, basic('key', 'secret')],
    ['the access token of the environment', {}, ENV, createBearerCredentials('env-token')],
    ['the API key of the environment', {}, ENV_WITHOUT_TOKEN, basic('env-key', 'env-secret')],
    [
      'the access token rather than anything of the environment',
      { accessToken: 'token' },
      ENV,
      createBearerCredentials('token'),
    ],
    [
      'the API key rather than the access token of the environment',
      { apiKey: 'key', apiSecret: 'secret' },
      ENV,
      basic('key', 'secret'),
    ],
    [
      'the API key with the API secret of the environment',
      { apiKey: 'key' },
      ENV,
      basic('key', 'env-secret'),
    ],
    [
      'the API secret with the API key of the environment',
      { apiSecret: 'secret' },
      ENV,
      basic('env-key', 'secret'),
    ],
    [
      'an API secret with a colon, and with letters that are not ASCII',
      { apiKey: 'key', apiSecret: 'ä:b' },
      {},
      basic('key', 'ä:b'),
    ],
  ])('takes %s', (_what, options, env, credentials) => {
    expect(resolveCredentials2(options, env)).toMatchObject(credentials);
  });

  it.each<[string, AuthleteClientOptions, NodeJS.ProcessEnv, string]>([
    [
      'nothing at all',
      {},
      { AUTHLETE_BEARER: BEARER_TOKEN },
      'apiKey is missing: pass the option or set the environment variable AUTHLETE_SERVICE_APIKEY',
    ],
    [
      'an API key without its secret',
      { apiKey: 'key' },
      {},
      'apiSecret is missing: pass the option or set the environment variable AUTHLETE_SERVICE_APISECRET',
    ],
    [
      'an API secret without its key',
      { apiSecret: CLIENT_SECRET },
      {},
      'apiKey is missing: pass the option or set the environment variable AUTHLETE_SERVICE_APIKEY',
    ],
    [
      'both kinds',
      { accessToken: BEARER_TOKEN, apiKey: 'key', apiSecret: CLIENT_SECRET },
      {},
      'accessToken cannot be used together with apiKey and apiSecret',
    ],
    [
      'an API key with a colon',
      { apiKey: `${CLIENT_SECRET}:a`, apiSecret: CLIENT_SECRET },
      {},
      "apiKey must be a string of the service's credentials, got a string (masked)",
    ],
    [
      'an API secret with a line break',
      { apiKey: 'key', apiSecret: `${CLIENT_SECRET}\n` },
      {},
      "apiSecret must be a string of the service's credentials, got a string (masked)",
    ],
    [
      'an API key that is a number',
      { apiKey: 7 as never, apiSecret: CLIENT_SECRET },
      {},
      "apiKey must be a string of the service's credentials, got a number (masked)",
    ],
    [
      'an API secret that is null',
      { apiKey: 'key', apiSecret: null as never },
      { AUTHLETE_SERVICE_APISECRET: CLIENT_SECRET },
      "apiSecret must be a string of the service's credentials, got null (masked)",
    ],
    [
      'an empty API secret of the environment',
      { apiKey: 'key' },
      { AUTHLETE_SERVICE_APISECRET: '' },
      "apiSecret must be a string of the service's credentials, got an empty string (masked)",
    ],
  ])('rejects %s', (_what, options, env, message) => {
    expectOptionsError(() => resolveCredentials2(options, env), message);
  });

  it('rejects a token that no header may carry', () => {
    const error = thrownBy(() => resolveCredentials2({ accessToken: `${BEARER_TOKEN}\n` }, {}));
    expect(error).toHaveProperty('message', expect.stringMatching(/^accessToken must be .*masked/));
    expectNoSecretIn(error);
  });
});

describe('requireOption', () => {
  it('returns whatever the option is, unless it is absent', () => {
    for (const value of ['', 0, false, null]) {
      expect(requireOption('a', value, 'A', { A: 'env' })).toBe(value);
    }
    expect(requireOption('a', undefined, 'A', { A: '' })).toBe('');
  });

  it('names the option and the variable', () => {
    const message = 'a is missing: pass the option or set the environment variable A';
    expectOptionsError(() => requireOption('a', undefined, 'A', {}), message);
  });
});

describe('isBearerToken', () => {
  it.each(['a', 'AZaz09-._~+/=', '!'])('takes %p', (token) => {
    expect(isBearerToken(token)).toBe(true);
  });

  it.each(['', ' a', 'a b', 'a\r\nb', 'ä', '\u0000', 7, null])('rejects %p', (token) => {
    expect(isBearerToken(token)).toBe(false);
  });
});
