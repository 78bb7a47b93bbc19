import {
  createAuthleteClient,
  tokenEndpoint,
  type TokenEndpointOptions,
} from 'express-authlete-token-fail';
import { resolveEndpointOptions } from '../lib/endpoint-options';
import { thrownBy } from './support/thrown';

const CLIENT_OPTIONS = { serviceId: '715948317', accessToken: 'token' };

const authenticate = () => null;

const OPTIONS = { ...CLIENT_OPTIONS, authenticate };

/** Runs with these environment variables and no other of the package's. */
function withEnvironment<T>(variables: Record<string, string>, run: () => T): T {
  const saved = { ...process.env };
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AUTHLETE_')) Reflect.deleteProperty(process.env, name);
  }
  Object.assign(process.env, variables);
  try {
    return run();
  } finally {
    process.env = saved;
  }
}

describe('the options of tokenEndpoint', () => {
  it('give a middleware with a name of its own and no error argument', () => {
    const middleware = tokenEndpoint(OPTIONS);
    expect(middleware.name).toBe('tokenEndpointMiddleware');
    expect(middleware).toHaveLength(3);
  });

  it('may be a client instead of the options for one', () => {
    const client = createAuthleteClient(CLIENT_OPTIONS);
    expect(resolveEndpointOptions({ client, authenticate }).client).toBe(client);
  });

  it('have defaults', () => {
    expect(resolveEndpointOptions(OPTIONS)).toMatchObject({
      authenticate,
      authenticateTimeout: 10_000,
      realm: 'token endpoint',
      properties: undefined,
      handlers: {},
      bodyLimit: 16_384,
      url: undefined,
      clientCertificate: undefined,
    });
  });

  it('may all be given', () => {
    const hooks = { mapError: () => null, onFail: () => undefined, onError: () => undefined };
    const handlers = {
      tokenExchange: () => ({ responseContent: '{}' }),
      jwtBearer: () => ({ responseContent: '{}' }),
      nativeSso: () => ({ responseContent: '{}' }),
      idTokenReissuable: () => ({ responseContent: '{}' }),
    };
    const own = {
      authenticate,
      authenticateTimeout: 0.5,
      realm: "~ Joe's realm !#[]",
      properties: [{ key: 'a', value: 'b', hidden: true }],
      handlers,
      bodyLimit: 1,
      url: 'http://localhost:3000/token',
      clientCertificate: () => undefined,
    };
    const options = { ...CLIENT_OPTIONS, timeout: 1, ...hooks, ...own };
    expect(resolveEndpointOptions(options)).toMatchObject({ ...own, hooks });
  });

  it('may have a function for the properties', () => {
    const properties = () => undefined;
    expect(resolveEndpointOptions({ ...OPTIONS, properties }).properties).toBe(properties);
  });

  it('may be undefined one by one, which is to say not given', () => {
    const nothing = {
      authenticateTimeout: undefined,
      realm: undefined,
      properties: undefined,
      handlers: undefined,
      bodyLimit: undefined,
      url: undefined,
      clientCertificate: undefined,
      mapError: undefined,
      onFail: undefined,
      onError: undefined,
    };
    const { client: _client, ...resolved } = resolveEndpointOptions({ ...OPTIONS, ...nothing });
    const { client: _other, ...defaults } = resolveEndpointOptions(OPTIONS);
    expect(resolved).toEqual(defaults);
  });

  it.each([
    ['https://as.example/token', 'https://as.example/token'],
    ['HTTPS://AS.example:443/a/../token', 'https://as.example/token'],
    ['https://as.example', 'https://as.example/'],
  ])('may have the url %s', (url, resolved) => {
    expect(resolveEndpointOptions({ ...OPTIONS, url }).url).toBe(resolved);
  });

  it('of a client may come from the environment', () => {
    const variables = { AUTHLETE_SERVICE_ID: '715948317', AUTHLETE_BEARER: 'token' };
    const middleware = withEnvironment(variables, () => tokenEndpoint({ authenticate }));
    expect(middleware.name).toBe('tokenEndpointMiddleware');
  });

  it.each([
    ['serviceId', 'AUTHLETE_SERVICE_ID', { AUTHLETE_BEARER: 'token' }],
    ['accessToken', 'AUTHLETE_BEARER', { AUTHLETE_SERVICE_ID: '715948317' }],
  ])('are refused with %s neither given nor in the environment', (option, variable, variables) => {
    const mount = () => withEnvironment(variables, () => tokenEndpoint({ authenticate }));
    expect(thrownBy(mount)).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: `${option} is missing: pass the option or set the environment variable ${variable}`,
    });
  });

  it.each([undefined, null, 'options', 7, []])('are refused as %p', (options) => {
    const mount = () => tokenEndpoint(options as unknown as TokenEndpointOptions);
    expect(thrownBy(mount)).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(mount).toThrow(/^tokenEndpoint: options must be an object, got /);
  });

  const CLIENT = createAuthleteClient(CLIENT_OPTIONS);
  const { tokenIssue: _tokenIssue, ...WITHOUT_ISSUE } = CLIENT;
  const { token: _token, ...WITHOUT_TOKEN } = CLIENT;
  const { tokenFail: _tokenFail, ...WITHOUT_FAIL } = CLIENT;

  it.each<[string, Record<string, unknown>, string]>([
    [
      'without authenticate',
      { authenticate: undefined },
      'authenticate must be a function (username, password, context) that gives a subject or null, got undefined',
    ],
    [
      'with an authenticate that is null',
      { authenticate: null },
      'authenticate must be a function',
    ],
    [
      'with an authenticate that is an object',
      { authenticate: { authenticate } },
      'that gives a subject or null, got an object',
    ],
    [
      'with an authenticateTimeout of zero',
      { authenticateTimeout: 0 },
      'authenticateTimeout must be a positive number of milliseconds, 2147483647 at most, got 0',
    ],
    [
      'with a negative authenticateTimeout',
      { authenticateTimeout: -1 },
      'authenticateTimeout must be a positive number of milliseconds, 2147483647 at most, got -1',
    ],
    ['with an authenticateTimeout of NaN', { authenticateTimeout: NaN }, 'at most, got NaN'],
    [
      'with an endless authenticateTimeout',
      { authenticateTimeout: Infinity },
      'authenticateTimeout must be a positive number of milliseconds, 2147483647 at most, got Infinity',
    ],
    [
      'with an authenticateTimeout that no timer can take',
      { authenticateTimeout: 2 ** 31 },
      'authenticateTimeout must be a positive number of milliseconds, 2147483647 at most, got 2147483648',
    ],
    [
      'with an authenticateTimeout that is a string',
      { authenticateTimeout: '1000' },
      'authenticateTimeout must be a positive number of milliseconds, 2147483647 at most, got a string',
    ],
    [
      'with a realm that has a quotation mark',
      { realm: 'a"b' },
      'realm must be visible ASCII without quotation marks and backslashes, got a string',
    ],
    ['with a realm that has a backslash', { realm: 'a\\b' }, 'realm must be visible ASCII'],
    ['with a realm that has a line break', { realm: 'a\r\nb' }, 'realm must be visible ASCII'],
    ['with a realm that ends in a line break', { realm: 'a\n' }, 'realm must be visible ASCII'],
    ['with a realm that has a tab', { realm: 'a\tb' }, 'realm must be visible ASCII'],
    ['with a realm that is not ASCII', { realm: 'réalm' }, 'realm must be visible ASCII'],
    ['with an empty realm', { realm: '' }, 'backslashes, got an empty string'],
    ['with a realm that is null', { realm: null }, 'realm must be visible ASCII'],
    ['with a realm that is a number', { realm: 7 }, 'backslashes, got a number'],
    ...[
      ['null', null],
      ['an object', { key: 'a', value: 'b' }],
      ['a string', '[]'],
      ['an array of strings', ['a']],
      ['an array of pairs', [['a', 'b']]],
      ['a value that is a number', [{ key: 'a', value: 7 }]],
      ['a hidden that is a string', [{ key: 'a', value: 'b', hidden: 'true' }]],
      ['an unknown field', [{ key: 'a', value: 'b', secret: true }]],
    ].map<[string, Record<string, unknown>, string]>(([what, properties]) => [
      `with properties that are or have ${what as string}`,
      { properties },
      'properties must be an array of { key, value, hidden? }, or a function that gives one: ',
    ]),
    [
      'with handlers that are null',
      { handlers: null },
      'handlers: options must be an object, got null',
    ],
    ['with handlers that are an array', { handlers: [] }, 'handlers: options must be an object'],
    [
      'with handlers that are a function',
      { handlers: () => undefined },
      'handlers: options must be an object, got a function',
    ],
    [
      'with a handler of an unknown name',
      { handlers: { TOKEN_EXCHANGE: () => undefined } },
      'handlers: unknown option "TOKEN_EXCHANGE"; it takes tokenExchange, jwtBearer, nativeSso, idTokenReissuable',
    ],
    ...['tokenExchange', 'jwtBearer', 'nativeSso', 'idTokenReissuable'].map<
      [string, Record<string, unknown>, string]
    >((name) => [
      `with a ${name} that is no function`,
      { handlers: { [name]: 'a string' } },
      `handlers.${name} must be a function, got a string`,
    ]),
    [
      'with a bodyLimit of zero',
      { bodyLimit: 0 },
      'bodyLimit must be a whole number of 1 or more, got 0',
    ],
    [
      'with a bodyLimit that is not whole',
      { bodyLimit: 1.5 },
      'bodyLimit must be a whole number of 1 or more, got 1.5',
    ],
    [
      'with a bodyLimit that is a string',
      { bodyLimit: '16kb' },
      'bodyLimit must be a whole number of 1 or more, got a string',
    ],
    ['with a negative bodyLimit', { bodyLimit: -1 }, 'number of 1 or more, got -1'],
    ['with a bodyLimit of NaN', { bodyLimit: NaN }, 'number of 1 or more, got NaN'],
    ['with an endless bodyLimit', { bodyLimit: Infinity }, 'number of 1 or more, got Infinity'],
    ['with a bodyLimit that is null', { bodyLimit: null }, 'number of 1 or more, got null'],
    ...[
      ['a query', 'https://as.example/token?a=b', 'a string'],
      ['an empty query', 'https://as.example/token?', 'a string'],
      ['a fragment', 'https://as.example/token#a', 'a string'],
      ['an empty fragment', 'https://as.example/token#', 'a string'],
      ['a username', 'https://user@as.example/token', 'a string'],
      ['a password', 'https://:secret@as.example/token', 'a string'],
      ['another scheme', 'ftp://as.example/token', 'a string'],
      ['no scheme', 'as.example/token', 'a string'],
      ['a path alone', '/token', 'a string'],
      ['nothing in it', '', 'an empty string'],
      ['the type URL', new URL('https://as.example/token'), 'an object'],
      ['the value null', null, 'null'],
    ].map<[string, Record<string, unknown>, string]>(([what, url, got]) => [
      `with a url that has ${what as string}`,
      { url },
      `url must be the token endpoint's public http or https URL, without user information, query or fragment; got ${got as string}`,
    ]),
    [
      'with a clientCertificate that is no function',
      { clientCertificate: '-----BEGIN CERTIFICATE-----' },
      'clientCertificate must be a function, got a string',
    ],
    [
      'with a clientCertificate that is null',
      { clientCertificate: null },
      'clientCertificate must be a function, got null',
    ],
    ['with a mapError that is no function', { mapError: 7 }, 'mapError must be a function'],
    [
      'with an onFail that is no function',
      { onFail: 7 },
      'onFail must be a function, got a number',
    ],
    ['with an onError that is no function', { onError: 7 }, 'onError must be a function'],
    [
      'with an unknown option',
      { authenticat: authenticate },
      'tokenEndpoint: unknown option "authenticat"; it takes authenticate, authenticateTimeout, ',
    ],
    ['with a wrong option of the client', { timeout: 0 }, 'timeout must be a positive number'],
    [
      'with a client that cannot issue',
      { serviceId: undefined, accessToken: undefined, client: WITHOUT_ISSUE },
      'client must be what createAuthleteClient gives, got an object without tokenIssue',
    ],
    [
      'with a client that makes no token call',
      { serviceId: undefined, accessToken: undefined, client: WITHOUT_TOKEN },
      'client must be what createAuthleteClient gives, got an object without token',
    ],
    [
      'with a client that cannot fail',
      { serviceId: undefined, accessToken: undefined, client: WITHOUT_FAIL },
      'client must be what createAuthleteClient gives, got an object without tokenFail',
    ],
    [
      'with a client beside serviceId',
      { client: CLIENT, accessToken: undefined },
      'serviceId cannot be passed beside client: pass it to createAuthleteClient',
    ],
  ])('are refused %s', (_what, change, expected) => {
    const error = thrownBy(() => tokenEndpoint({ ...OPTIONS, ...change }));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(expected);
  });

  it('may be an instance of a class', () => {
    class Config {
      readonly serviceId = '715948317';
      readonly accessToken = 'token';
      readonly authenticate = authenticate;
      readonly #realm = 'my realm';
      get realm() {
        return this.#realm;
      }
    }
    expect(resolveEndpointOptions(new Config())).toMatchObject({ authenticate, realm: 'my realm' });
  });
});
