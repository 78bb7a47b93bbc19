import {
  createAuthleteClient,
  tokenEndpoint,
  type TokenEndpointOptions,
} from 'express-authlete-token-fail';
import { thrownBy } from '../support/errors/thrown';

const CLIENT_OPTIONS = { serviceId: '715948317', accessToken: 'token' };

const authenticate = () => null;

const OPTIONS = { ...CLIENT_OPTIONS, authenticate };

type Case = [what: string, changes: Record<string, unknown>, message: string];

/** Wrong values of one option, and the end of the message. */
const valuesOf = (option: string, cases: [what: string, value: unknown, message: string][]) =>
  cases.map<Case>(([what, value, message]) => [`${option} ${what}`, { [option]: value }, message]);

const CLIENT = createAuthleteClient(CLIENT_OPTIONS);

/** A client without one of its methods. */
function clientWithout(method: string) {
  const client = Object.fromEntries(Object.entries(CLIENT).filter(([name]) => name !== method));
  return { serviceId: undefined, accessToken: undefined, client };
}

const WANTED = {
  authenticate:
    'authenticate must be a function (username, password, context) that returns a subject or null',
  time: 'authenticateTimeout must be a positive number of milliseconds, 2147483647 at most, got',
  realm: 'realm must be visible ASCII without quotation marks and backslashes, got',
  count: 'bodyLimit must be a whole number of 1 or more, got',
  client: 'client must be what createAuthleteClient returns, got an object without',
  url: "url must be the token endpoint's public http or https URL, without user information, query or fragment, or false; got",
};

const FIELDS = {
  tokenRequest:
    'accessToken, accessTokenDuration, jwtAtClaims, properties, refreshTokenDuration, cimdOptions, dpopNonceRequired',
  issueRequest: 'accessToken, accessTokenDuration, jwtAtClaims, properties, refreshTokenDuration',
};

describe('wrong options of tokenEndpoint', () => {
  it.each([undefined, null, 'options', 7, []])('throw where they are %p', (options) => {
    const mount = () => tokenEndpoint(options as unknown as TokenEndpointOptions);
    expect(thrownBy(mount)).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(mount).toThrow(/^tokenEndpoint: options must be an object, got /);
  });

  it.each<Case>([
    ...valuesOf('authenticate', [
      ['that is missing', undefined, `${WANTED.authenticate}, got undefined`],
      ['that is null', null, `${WANTED.authenticate}, got null`],
      ['that is an object', { authenticate }, `${WANTED.authenticate}, got an object`],
    ]),
    ...valuesOf('authenticateTimeout', [
      ['of zero', 0, `${WANTED.time} 0`],
      ['below zero', -1, `${WANTED.time} -1`],
      ['of NaN', NaN, `${WANTED.time} NaN`],
      ['without end', Infinity, `${WANTED.time} Infinity`],
      ['that no timer can take', 2 ** 31, `${WANTED.time} 2147483648`],
      ['that is a string', '1000', `${WANTED.time} a string`],
    ]),
    ...valuesOf('realm', [
      ['with a quotation mark', 'a"b', `${WANTED.realm} a string`],
      ['with a backslash', 'a\\b', `${WANTED.realm} a string`],
      ['with a line break', 'a\r\nb', `${WANTED.realm} a string`],
      ['with a line break at its end', 'a\n', `${WANTED.realm} a string`],
      ['with a tab', 'a\tb', `${WANTED.realm} a string`],
      ['that is not ASCII', 'réalm', `${WANTED.realm} a string`],
      ['that is empty', '', `${WANTED.realm} an empty string`],
      ['that is null', null, `${WANTED.realm} null`],
      ['that is a number', 7, `${WANTED.realm} a number`],
    ]),
    ...(['tokenRequest', 'issueRequest'] as const).flatMap((option) =>
      valuesOf(option, [
        ['that is null', null, `${option}: options must be an object, got null`],
        ['that is a string', '{}', `${option}: options must be an object, got a string`],
        ['that is an array', [], `${option}: options must be an object, got an array`],
        [
          'with an unknown field',
          { subject: 'jane' },
          `${option}: unknown option "subject"; it takes ${FIELDS[option]}`,
        ],
        [
          'with a field that the endpoint sends',
          { ticket: 'a', parameters: 'b' },
          `${option}: unknown option "ticket"; it takes ${FIELDS[option]}`,
        ],
        [
          'with a duration that is a string',
          { accessTokenDuration: '60' },
          `${option} is invalid: accessTokenDuration must be integer`,
        ],
        [
          'with properties that are an object',
          { properties: { key: 'a', value: 'b' } },
          `${option} is invalid: properties must be array`,
        ],
        [
          'with a property whose value is a number',
          { properties: [{ key: 'a', value: 7 }] },
          `${option} is invalid: properties/0/value must be string`,
        ],
        [
          'with a property that is a pair',
          { properties: [['a', 'b']] },
          `${option} is invalid: properties/0 must be object`,
        ],
        [
          'with a property of an unknown field',
          { properties: [{ key: 'a', value: 'b', secret: true }] },
          `${option} is invalid: properties/0 must NOT have additional properties "secret"`,
        ],
      ]),
    ),
    ...valuesOf('issueRequest', [
      [
        'with a field of tokenRequest',
        { dpopNonceRequired: true },
        `issueRequest: unknown option "dpopNonceRequired"; it takes ${FIELDS.issueRequest}`,
      ],
    ]),
    ...valuesOf('handlers', [
      ['that are null', null, 'handlers: options must be an object, got null'],
      ['that are an array', [], 'handlers: options must be an object, got an array'],
      [
        'that are a function',
        () => undefined,
        'handlers: options must be an object, got a function',
      ],
      [
        'of an unknown name',
        { TOKEN_EXCHANGE: () => undefined },
        'handlers: unknown option "TOKEN_EXCHANGE"; it takes tokenExchange, jwtBearer, nativeSso, idTokenReissuable',
      ],
      ...['tokenExchange', 'jwtBearer', 'nativeSso', 'idTokenReissuable'].map<
        [string, unknown, string]
      >((name) => [
        `with a ${name} that is not a function`,
        { [name]: 'a string' },
        `handlers.${name} must be a function, got a string`,
      ]),
    ]),
    ...valuesOf('bodyLimit', [
      ['of zero', 0, `${WANTED.count} 0`],
      ['that is not whole', 1.5, `${WANTED.count} 1.5`],
      ['that is a string', '16kb', `${WANTED.count} a string`],
      ['below zero', -1, `${WANTED.count} -1`],
      ['of NaN', NaN, `${WANTED.count} NaN`],
      ['without end', Infinity, `${WANTED.count} Infinity`],
      ['that is null', null, `${WANTED.count} null`],
    ]),
    ...valuesOf('url', [
      ['with a query', 'https://as.example/token?a=b', `${WANTED.url} a string`],
      ['with an empty query', 'https://as.example/token?', `${WANTED.url} a string`],
      ['with a fragment', 'https://as.example/token#a', `${WANTED.url} a string`],
      ['with an empty fragment', 'https://as.example/token#', `${WANTED.url} a string`],
      ['with a username', 'https://user@as.example/token', `${WANTED.url} a string`],
      ['with a password', 'https://:secret@as.example/token', `${WANTED.url} a string`],
      ['of another scheme', 'ftp://as.example/token', `${WANTED.url} a string`],
      ['without a scheme', 'as.example/token', `${WANTED.url} a string`],
      ['that is a path', '/token', `${WANTED.url} a string`],
      ['that is empty', '', `${WANTED.url} an empty string`],
      ['that is a URL object', new URL('https://as.example/token'), `${WANTED.url} an object`],
      ['that is null', null, `${WANTED.url} null`],
      ['that is true', true, `${WANTED.url} a boolean`],
    ]),
    ...valuesOf('clientCertificate', [
      ['that is a string', '-----BEGIN', 'clientCertificate must be a function, got a string'],
      ['that is null', null, 'clientCertificate must be a function, got null'],
    ]),
    ...valuesOf('bruteForce', [
      ['that is true', true, 'bruteForce: options must be an object, got a boolean'],
    ]),
    ...valuesOf('mapError', [['that is a number', 7, 'mapError must be a function, got a number']]),
    ...valuesOf('onOutcome', [
      ['that is a number', 7, 'onOutcome must be a function, got a number'],
    ]),
    ...valuesOf('logger', [
      [
        'without its methods',
        { info: () => undefined },
        "logger must be a logger such as pino's or console, got an object without error",
      ],
      ['that is null', null, 'got null without info'],
    ]),
    [
      'an unknown option',
      { authenticat: authenticate },
      'tokenEndpoint: unknown option "authenticat"; it takes authenticate, authenticateTimeout, ',
    ],
    ['a wrong option of the client', { timeout: 0 }, 'timeout must be a positive number'],
    ['a client that cannot issue', clientWithout('tokenIssue'), `${WANTED.client} tokenIssue`],
    ['a client that makes no token call', clientWithout('token'), `${WANTED.client} token`],
    ['a client that cannot fail', clientWithout('tokenFail'), `${WANTED.client} tokenFail`],
    [
      'a client beside serviceId',
      { client: CLIENT, accessToken: undefined },
      'serviceId cannot be passed beside client: pass it to createAuthleteClient',
    ],
  ])('throw for %s', (_what, changes, expected) => {
    const error = thrownBy(() => tokenEndpoint({ ...OPTIONS, ...changes }));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(expected);
  });

  it('do not hold a url in the message, which may have a password', () => {
    const url = 'https://:PLANTED@as.example/token';
    expect(String(thrownBy(() => tokenEndpoint({ ...OPTIONS, url })))).not.toContain('PLANTED');
  });

  it('of a client instead of options say what was meant', () => {
    const mount = () => tokenEndpoint(CLIENT as unknown as TokenEndpointOptions);
    expect(thrownBy(mount)).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: 'tokenEndpoint got a client instead of options; did you mean { client }?',
    });
  });
});
