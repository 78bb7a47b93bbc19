import {
  AuthleteApiError,
  CallbackError,
  InvalidResourceOwnerCredentialsError,
  InvalidTargetError,
  TokenRequestError,
  type TokenFailReason,
} from 'express-authlete-token-fail';
import { DESCRIBE, isTokenFailReason, TOKEN_FAIL_REASONS, validateHeaders } from '../lib/errors';
import { thrownBy } from './support/errors/thrown';
import { expectNoSecretIn, TICKET } from './support/secrets/secrets';

/** The errors as an app with this NODE_ENV loads them. */
function loadIn(environment: string): typeof import('express-authlete-token-fail') {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = environment;
  try {
    jest.resetModules();
    return jest.requireActual('../lib/index');
  } finally {
    process.env['NODE_ENV'] = before;
  }
}

describe('TokenRequestError', () => {
  it.each([
    ['UNKNOWN', 500],
    ['INVALID_RESOURCE_OWNER_CREDENTIALS', 400],
    ['INVALID_TARGET', 400],
    ['INVALID_CLIENT', 400],
    ['UNAUTHORIZED_CLIENT', 400],
    ['INVALID_SCOPE', 400],
  ] as const)('with reason %s carries what Express expects of a %i', (reason, status) => {
    const error = new TokenRequestError(TICKET, reason);
    expect(error).toMatchObject({
      name: 'TokenRequestError',
      code: 'ERR_ATF_TOKEN_REQUEST',
      reason,
      status,
      statusCode: status,
      expose: status === 400,
      headers: {},
    });
    expect(error.message).not.toBe('');
  });

  it('keeps its cause and its headers', () => {
    const cause = new Error('disk full');
    const error = new TokenRequestError(TICKET, 'UNKNOWN', {
      cause,
      headers: { 'DPoP-Nonce': 'n' },
    });
    expect(error.cause).toBe(cause);
    expect(error.headers).toEqual({ 'DPoP-Nonce': 'n' });
  });

  it('has no cause property unless it was given one', () => {
    expect(Object.keys(new TokenRequestError(TICKET, 'UNKNOWN'))).not.toContain('cause');
    expect(new TokenRequestError(TICKET, 'UNKNOWN')).not.toHaveProperty('cause');
    expect(new TokenRequestError(TICKET, 'UNKNOWN', { cause: undefined })).toHaveProperty('cause');
  });

  it('does not show its ticket anywhere', () => {
    expectNoSecretIn(new TokenRequestError(TICKET, 'UNKNOWN'));
  });

  it.each([
    ['an empty string', ''],
    ['undefined', undefined],
    ['a number', 7],
    ['an object', {}],
  ])('throws a TypeError when the ticket is %s', (_kind, ticket) => {
    expect(() => new TokenRequestError(ticket as string, 'UNKNOWN')).toThrow(
      new TypeError('ticket must be a non-empty string'),
    );
  });

  it.each(['', 'unknown', 'INVALID_GRANT', undefined, 'toString'])(
    'throws a TypeError when the reason is %p',
    (reason) => {
      const construct = () => new TokenRequestError(TICKET, reason as TokenFailReason);
      expect(construct).toThrow(TypeError);
      expect(construct).toThrow(/^reason must be one of UNKNOWN, INVALID_RESOURCE/);
    },
  );

  it.each([
    ['a name that HTTP does not allow', { 'bad name': 'x' }],
    ['a line break', { 'DPoP-Nonce': 'a\r\nSet-Cookie: b' }],
    ['a value that is not a string', { 'DPoP-Nonce': 7 as unknown as string }],
  ])('throws a TypeError when a header has %s', (_what, headers) => {
    // By name: Node's own TypeError is of another realm than Jest's.
    expect(thrownBy(() => new TokenRequestError(TICKET, 'UNKNOWN', { headers }))).toHaveProperty(
      'name',
      'TypeError',
    );
  });

  it.each(['Connection', 'Keep-Alive', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade'])(
    'throws a TypeError when a header is %s, in any case',
    (name) => {
      for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
        const headers = { 'DPoP-Nonce': 'n', [spelling]: 'x' };
        expect(thrownBy(() => new TokenRequestError(TICKET, 'UNKNOWN', { headers }))).toMatchObject(
          {
            name: 'TypeError',
            message: `header ${spelling} cannot be set: it frames the answer`,
          },
        );
      }
    },
  );

  it.each<[string, unknown]>([
    ['a Headers object', new Headers({ 'DPoP-Nonce': 'n' })],
    ['an empty Headers object', new Headers()],
    ['a Map', new Map([['DPoP-Nonce', 'n']])],
    ['an array', ['DPoP-Nonce: n']],
    ['an empty array', []],
    ['a string', 'DPoP-Nonce: n'],
    ['a number', 7],
  ])('throws a TypeError when its headers are %s', (_kind, value) => {
    const headers = value as Record<string, string>;
    expect(thrownBy(() => new TokenRequestError(TICKET, 'UNKNOWN', { headers }))).toMatchObject({
      name: 'TypeError',
      message: 'headers must be a plain object of strings',
    });
  });

  it('shows in its stack who created it', () => {
    const createFailure = () => new InvalidResourceOwnerCredentialsError(TICKET);
    expect(createFailure().stack).toMatch(/\n +at createFailure /);
  });

  it('has no stack frames in production, and leaves those of other errors alone', () => {
    const { InvalidTargetError: InProduction } = loadIn('production');
    const before = Error.stackTraceLimit;
    const { message, stack } = new InProduction(TICKET);
    expect(stack).toBe(`InvalidTargetError: ${message}`);
    expect(Error.stackTraceLimit).toBe(before);
  });

  it('can be created where Error is frozen', () => {
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
    Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false });
    try {
      const { TokenRequestError: InProduction } = loadIn('production');
      expect(new InProduction(TICKET, 'UNKNOWN').stack).toMatch(/\n +at /);
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', { ...limit });
    }
  });

  it('does not let its headers be changed afterwards', () => {
    const headers = { 'DPoP-Nonce': 'n' };
    const error = new TokenRequestError(TICKET, 'UNKNOWN', { headers });
    headers['DPoP-Nonce'] = 'a\r\nb';
    expect(error.headers).toEqual({ 'DPoP-Nonce': 'n' });
    expect(Object.isFrozen(error.headers)).toBe(true);
  });
});

describe.each([
  [InvalidResourceOwnerCredentialsError, 'INVALID_RESOURCE_OWNER_CREDENTIALS'],
  [InvalidTargetError, 'INVALID_TARGET'],
] as const)('%p', (Subclass, reason) => {
  it('is a TokenRequestError with its reason and its own name', () => {
    const error = new Subclass(TICKET, { headers: { 'DPoP-Nonce': 'n' } });
    expect(error).toBeInstanceOf(TokenRequestError);
    expect(error).toMatchObject({ name: Subclass.name, reason, status: 400 });
    expect(error.headers).toEqual({ 'DPoP-Nonce': 'n' });
  });

  it('throws a TypeError when the ticket is missing', () => {
    expect(() => new Subclass(undefined as unknown as string)).toThrow(TypeError);
  });
});

describe('AuthleteApiError', () => {
  it('has the details it was given and no others', () => {
    const bare = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late', { status: undefined });
    expect(Object.keys(bare)).toEqual(['code']);
    expect(bare).toMatchObject({ name: 'AuthleteApiError', message: 'too late' });
    const details = {
      api: '/auth/token/fail',
      status: 429,
      resultCode: 'A001215',
      resultMessage: 'locked',
      retryAfter: 7,
    } as const;
    const full = new AuthleteApiError('ERR_ATF_THROTTLED', 'no', details);
    expect(full).toMatchObject({ code: 'ERR_ATF_THROTTLED', message: 'no', ...details });
    expect(Object.keys(full)).toEqual(['code', ...Object.keys(details)]);
  });

  it('is a server error to error handlers that know the package, with no status for the client', () => {
    const error = new AuthleteApiError('ERR_ATF_HTTP_STATUS', 'no', { status: 403 });
    expect(error[DESCRIBE]()).toEqual({ kind: 'server error' });
    expect(error).not.toHaveProperty('statusCode');
    expect(error).not.toHaveProperty('expose');
  });
});

describe('CallbackError', () => {
  it('names the function, and has its error as the cause, if there is one', () => {
    const cause = new Error('disk full');
    const error = new CallbackError('ERR_ATF_CALLBACK_THREW', 'authenticate', 'threw', { cause });
    expect(error).toMatchObject({
      name: 'CallbackError',
      code: 'ERR_ATF_CALLBACK_THREW',
      callback: 'authenticate',
      message: 'authenticate threw',
      cause,
    });
    const late = new CallbackError('ERR_ATF_CALLBACK_TIMEOUT', 'authenticate', 'did not settle');
    expect(late).not.toHaveProperty('cause');
  });

  it('is a server error to error handlers that know the package', () => {
    const error = new CallbackError('ERR_ATF_CALLBACK_RESULT', 'authenticate', 'returned 7');
    expect(error[DESCRIBE]()).toEqual({ kind: 'server error' });
  });
});

describe('DESCRIBE', () => {
  it('is the same symbol for every copy of the package', () => {
    expect(DESCRIBE).toBe(Symbol.for('express-authlete-token-fail/describe@2'));
  });

  it('tells the ticket of a failed grant, how to close it, and the headers', () => {
    const headers = { 'DPoP-Nonce': 'n' };
    const error = new InvalidTargetError(TICKET, { headers });
    expect(error[DESCRIBE]()).toEqual({
      kind: 'failed grant',
      ticket: TICKET,
      reason: 'INVALID_TARGET',
      headers,
    });
  });
});

describe('isTokenFailReason', () => {
  it('knows the six reasons', () => {
    expect(TOKEN_FAIL_REASONS).toHaveLength(6);
    for (const reason of TOKEN_FAIL_REASONS) expect(isTokenFailReason(reason)).toBe(true);
  });

  it.each(['', 'unknown', 'INVALID_GRANT', 'toString', undefined, 7, ['UNKNOWN']])(
    'does not know %p',
    (value) => {
      expect(isTokenFailReason(value)).toBe(false);
    },
  );
});

describe('validateHeaders', () => {
  it('returns a frozen copy', () => {
    const headers = { 'DPoP-Nonce': 'n', 'X-Other': '' };
    const copy = validateHeaders(headers);
    expect(copy).toEqual(headers);
    expect(copy).not.toBe(headers);
    expect(Object.isFrozen(copy)).toBe(true);
  });

  it('takes own headers only', () => {
    expect(validateHeaders(Object.create({ 'X-Other': 'a' }))).toEqual({});
  });

  it.each([undefined, null, 7, 'a: b', [], new Map()])('rejects %p', (headers) => {
    expect(thrownBy(() => validateHeaders(headers))).toMatchObject({
      name: 'TypeError',
      message: 'headers must be a plain object of strings',
    });
  });
});
