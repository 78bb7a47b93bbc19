import { createContext, runInContext } from 'node:vm';
import {
  AuthleteApiError,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { asFailedGrant, failedGrantOf, isServerFailure } from '../lib/recognise';
import { TICKET } from './support/secrets';

type Package = typeof import('express-authlete-token-fail');

/** A second installed copy of the package. */
function anotherCopy(): Package {
  jest.resetModules();
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('express-authlete-token-fail') as Package;
}

/** Values that are not failed grants, some of which do not like to be looked at. */
const STRANGERS: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'route'],
  ['a number', 42],
  ['a symbol', Symbol('s')],
  ['a function', () => undefined],
  ['an Error', new Error('x')],
  ['a frozen Error', Object.freeze(new Error('x'))],
  ['an object that only looks alike', { ticket: TICKET, reason: 'UNKNOWN' }],
  ['an object without a prototype', Object.create(null)],
  ['a Proxy of a failed grant', new Proxy(new TokenRequestError(TICKET, 'UNKNOWN'), {})],
  ['a revoked Proxy', revokedProxy()],
  [
    'a Proxy whose traps throw',
    new Proxy(
      {},
      {
        get() {
          throw new Error('trap');
        },
      },
    ),
  ],
  ['a Proxy that has a function for every name', new Proxy({}, { get: () => () => ({}) })],
  ['a Proxy that has itself for every name and result', endlessProxy()],
  ['an error from another realm', runInContext('new Error("x")', createContext())],
];

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** As mocking libraries make them: whatever is done with it gives it once more. */
function endlessProxy(): unknown {
  const proxy: unknown = new Proxy(() => undefined, { get: () => proxy, apply: () => proxy });
  return proxy;
}

describe('failedGrantOf', () => {
  it('reads ticket, reason and headers of a TokenRequestError', () => {
    const error = new InvalidTargetError(TICKET, { headers: { 'DPoP-Nonce': 'n' } });
    expect(failedGrantOf(error)).toEqual({
      ticket: TICKET,
      reason: 'INVALID_TARGET',
      headers: { 'DPoP-Nonce': 'n' },
    });
  });

  it('recognises the error of another copy of the package', () => {
    const copy = anotherCopy();
    const error = new copy.InvalidTargetError(TICKET);
    expect(error).not.toBeInstanceOf(TokenRequestError);
    expect(failedGrantOf(error)).toEqual({ ticket: TICKET, reason: 'INVALID_TARGET', headers: {} });
  });

  it('recognises a frozen one', () => {
    expect(failedGrantOf(Object.freeze(new InvalidTargetError(TICKET)))).toBeDefined();
  });

  it.each(STRANGERS)('gives undefined for %s', (_kind, value) => {
    expect(failedGrantOf(value)).toBeUndefined();
  });
});

describe('asFailedGrant', () => {
  it('takes a plain object with ticket and reason', () => {
    expect(asFailedGrant({ ticket: TICKET, reason: 'UNKNOWN' })).toEqual({
      grant: { ticket: TICKET, reason: 'UNKNOWN', headers: {} },
    });
  });

  it('takes headers too', () => {
    const value = { ticket: TICKET, reason: 'UNKNOWN', headers: { 'DPoP-Nonce': 'n' } };
    expect(asFailedGrant(value)).toEqual({ grant: value });
  });

  it.each([
    ['a name that HTTP does not allow', { 'bad name': 'x' }],
    ['a line break', { 'DPoP-Nonce': 'a\r\nSet-Cookie: b' }],
    ['a value that is no string', { 'DPoP-Nonce': 7 }],
    ['a name that frames the answer', { 'Transfer-Encoding': 'chunked' }],
    ['the shape of an array', [['DPoP-Nonce', 'n']]],
  ])('leaves out headers with %s, and says what is wrong with them', (_what, headers) => {
    expect(asFailedGrant({ ticket: TICKET, reason: 'UNKNOWN', headers })).toEqual({
      grant: { ticket: TICKET, reason: 'UNKNOWN', headers: {} },
      problem: expect.objectContaining({ name: 'TypeError' }) as unknown,
    });
  });

  it.each([
    ['null', null],
    ['a string', TICKET],
    ['an empty ticket', { ticket: '', reason: 'UNKNOWN' }],
    ['no ticket', { reason: 'UNKNOWN' }],
    ['an unknown reason', { ticket: TICKET, reason: 'BECAUSE' }],
  ])('gives neither a grant nor a problem for %s', (_kind, value) => {
    expect(asFailedGrant(value)).toEqual({});
  });
});

describe('isServerFailure', () => {
  it('recognises an AuthleteApiError of this and of another copy of the package', () => {
    const copy = anotherCopy();
    const theirs = new copy.AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
    expect(theirs).not.toBeInstanceOf(AuthleteApiError);
    expect(isServerFailure(theirs)).toBe(true);
    expect(isServerFailure(new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late'))).toBe(true);
  });

  it.each(STRANGERS)('is false for %s', (_kind, value) => {
    expect(isServerFailure(value)).toBe(false);
  });
});
