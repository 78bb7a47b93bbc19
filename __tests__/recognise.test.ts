import { createContext, runInContext } from 'node:vm';
import {
  AuthleteApiError,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { asFailedGrant, failedGrantOf, isAuthleteApiError } from '../lib/recognise';
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
  ['an error from another realm', runInContext('new Error("x")', createContext())],
];

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
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
      ticket: TICKET,
      reason: 'UNKNOWN',
      headers: {},
    });
  });

  it.each([
    ['null', null],
    ['a string', TICKET],
    ['an empty ticket', { ticket: '', reason: 'UNKNOWN' }],
    ['no ticket', { reason: 'UNKNOWN' }],
    ['an unknown reason', { ticket: TICKET, reason: 'BECAUSE' }],
  ])('gives undefined for %s', (_kind, value) => {
    expect(asFailedGrant(value)).toBeUndefined();
  });
});

describe('isAuthleteApiError', () => {
  it('recognises an AuthleteApiError of this and of another copy of the package', () => {
    const copy = anotherCopy();
    const theirs = new copy.AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
    expect(theirs).not.toBeInstanceOf(AuthleteApiError);
    expect(isAuthleteApiError(theirs)).toBe(true);
    expect(isAuthleteApiError(new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late'))).toBe(true);
  });

  it.each(STRANGERS)('is false for %s', (_kind, value) => {
    expect(isAuthleteApiError(value)).toBe(false);
  });
});
