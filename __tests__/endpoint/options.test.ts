import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Request } from 'express';
import { createAuthleteClient, tokenEndpoint } from 'express-authlete-token-fail';
import { resolveEndpointOptions } from '../../lib/endpoint/options';

const CLIENT_OPTIONS = { serviceId: '715948317', accessToken: 'token' };

const authenticate = () => null;

const OPTIONS = { ...CLIENT_OPTIONS, authenticate };

/** Functions that the resolved options have, which are never the same ones. */
const FUNCTIONS = {
  getClient: expect.any(Function) as unknown,
  reporter: expect.anything() as unknown,
};

const request = createRequest();

function createRequest(): Request {
  return new IncomingMessage(new Socket()) as Request;
}

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
  it('create a middleware with a name of its own and no error argument', () => {
    const middleware = tokenEndpoint(OPTIONS);
    expect(middleware.name).toBe('tokenEndpointMiddleware');
    expect(middleware).toHaveLength(3);
  });

  it('may have a client instead of the options for one', () => {
    const client = createAuthleteClient(CLIENT_OPTIONS);
    const { getClient } = resolveEndpointOptions({ client, authenticate });
    expect(getClient(request)).toBe(client);
  });

  it('create one client for all requests', () => {
    const { getClient } = resolveEndpointOptions(OPTIONS);
    expect(getClient(request)).toBe(getClient(createRequest()));
  });

  it('have defaults', () => {
    expect(resolveEndpointOptions(OPTIONS)).toEqual({
      ...FUNCTIONS,
      mapError: undefined,
      authenticate,
      authenticateTimeout: 10_000,
      bruteForce: undefined,
      realm: 'token endpoint',
      tokenRequest: undefined,
      issueRequest: undefined,
      handlers: {},
      bodyLimit: 16_384,
      url: undefined,
      clientCertificate: undefined,
    });
  });

  it('may all be set', () => {
    const handlers = {
      tokenExchange: () => ({ responseContent: '{}' }),
      jwtBearer: () => ({ responseContent: '{}' }),
      nativeSso: () => ({ responseContent: '{}' }),
      idTokenReissuable: () => ({ responseContent: '{}' }),
    };
    const own = {
      mapError: () => null,
      authenticate,
      authenticateTimeout: 0.5,
      bruteForce: false as const,
      realm: "~ Joe's realm !#[]",
      tokenRequest: { dpopNonceRequired: true },
      issueRequest: { accessTokenDuration: 60 },
      handlers,
      bodyLimit: 1,
      url: 'http://localhost:3000/token',
      clientCertificate: () => undefined,
    };
    const outcome = { onOutcome: () => undefined, logger: console };
    const options = { ...CLIENT_OPTIONS, timeout: 1, ...outcome, ...own };
    expect(resolveEndpointOptions(options)).toEqual({ ...FUNCTIONS, ...own });
  });

  it.each([
    'accessToken accessTokenDuration jwtAtClaims properties refreshTokenDuration cimdOptions dpopNonceRequired',
  ])('may have these fields in tokenRequest: %s', (names) => {
    const tokenRequest = {
      accessToken: 'token',
      accessTokenDuration: 60,
      jwtAtClaims: '{"a":1}',
      properties: [{ key: 'a', value: 'b', hidden: true }],
      refreshTokenDuration: 3600,
      cimdOptions: {},
      dpopNonceRequired: false,
    };
    expect(Object.keys(tokenRequest)).toEqual(names.split(' '));
    expect(resolveEndpointOptions({ ...OPTIONS, tokenRequest }).tokenRequest).toBe(tokenRequest);
  });

  it('may have fields in issueRequest', () => {
    const issueRequest = {
      accessToken: 'token',
      accessTokenDuration: 60,
      jwtAtClaims: '{"a":1}',
      properties: [{ key: 'a', value: 'b', hidden: true }],
      refreshTokenDuration: 3600,
    };
    expect(resolveEndpointOptions({ ...OPTIONS, issueRequest }).issueRequest).toBe(issueRequest);
  });

  it.each(['tokenRequest', 'issueRequest'] as const)('may have a function for %s', (name) => {
    const fields = () => undefined;
    expect(resolveEndpointOptions({ ...OPTIONS, [name]: fields })[name]).toBe(fields);
  });

  it('may be undefined one by one, which means not set', () => {
    const nothing = {
      authenticateTimeout: undefined,
      bruteForce: undefined,
      realm: undefined,
      tokenRequest: undefined,
      issueRequest: undefined,
      handlers: undefined,
      bodyLimit: undefined,
      url: undefined,
      clientCertificate: undefined,
      mapError: undefined,
      onOutcome: undefined,
      logger: undefined,
    };
    expect(resolveEndpointOptions({ ...OPTIONS, ...nothing })).toEqual({
      ...resolveEndpointOptions(OPTIONS),
      ...FUNCTIONS,
    });
  });

  it.each([
    ['https://as.example/token', 'https://as.example/token'],
    ['HTTPS://AS.example:443/a/../token', 'https://as.example/token'],
    ['https://as.example', 'https://as.example/'],
    [false, false],
  ] as const)('may have the url %s', (url, resolved) => {
    expect(resolveEndpointOptions({ ...OPTIONS, url }).url).toBe(resolved);
  });

  it('of a client may come from the environment', () => {
    const variables = { AUTHLETE_SERVICE_ID: '715948317', AUTHLETE_BEARER: 'token' };
    const middleware = withEnvironment(variables, () => tokenEndpoint({ authenticate }));
    expect(middleware.name).toBe('tokenEndpointMiddleware');
  });

  it('may be an instance of a class, whose own fields count', () => {
    class Config {
      readonly serviceId = '715948317';
      readonly accessToken = 'token';
      readonly authenticate = authenticate;
      readonly realm = 'my realm';
    }
    expect(resolveEndpointOptions(new Config())).toMatchObject({ authenticate, realm: 'my realm' });
  });

  it('are not inherited, so that a polluted prototype sets none', () => {
    const inherited = { realm: 'polluted', bodyLimit: 1, clientCertificate: 7, timeout: -1 };
    const options = Object.assign(Object.create(inherited) as typeof OPTIONS, OPTIONS);
    expect(resolveEndpointOptions(options)).toEqual({
      ...resolveEndpointOptions(OPTIONS),
      ...FUNCTIONS,
    });
  });

  it.each([
    ['serviceId', 'AUTHLETE_SERVICE_ID', { AUTHLETE_BEARER: 'token' }],
    ['accessToken', 'AUTHLETE_BEARER', { AUTHLETE_SERVICE_ID: '715948317' }],
  ])('need %s, as an option or from the environment', (option, variable, variables) => {
    const mount = () => withEnvironment(variables, () => tokenEndpoint({ authenticate }));
    expect(mount).toThrow(
      expect.objectContaining({
        code: 'ERR_ATF_OPTIONS',
        message: `${option} is missing: pass the option or set the environment variable ${variable}`,
      }) as Error,
    );
  });
});
