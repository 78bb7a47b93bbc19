import {
  AuthleteApiError,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { asFailedGrant, failedGrantOf, isServerFailure } from '../lib/recognise';
import { anotherCopy } from './support/another-copy';
import { TICKET } from './support/secrets';
import { STRANGERS } from './support/strangers';

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
