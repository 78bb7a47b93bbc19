import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Request } from 'express';
import {
  AuthleteApiError,
  CallbackError,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { parseError, parseErrorWith } from '../../lib/fail/parse-error';
import type { MapError } from '../../lib/fail/options';
import { STRANGERS } from '../support/errors/strangers';
import { anotherCopy } from '../support/package/another-copy';
import { TICKET } from '../support/secrets/secrets';

const REQUEST = new IncomingMessage(new Socket()) as Request;

const NOT_OURS = { kind: 'not ours' };

describe('parseError', () => {
  it('reads ticket, reason and headers of a TokenRequestError', () => {
    const error = new InvalidTargetError(TICKET, { headers: { 'DPoP-Nonce': 'n' } });
    expect(parseError(error)).toEqual({
      kind: 'failed grant',
      grant: { ticket: TICKET, reason: 'INVALID_TARGET', headers: { 'DPoP-Nonce': 'n' } },
    });
  });

  it('knows the TokenRequestError of another copy of the package', () => {
    const copy = anotherCopy();
    const error = new copy.InvalidTargetError(TICKET);
    expect(error).not.toBeInstanceOf(TokenRequestError);
    expect(parseError(error)).toEqual({
      kind: 'failed grant',
      grant: { ticket: TICKET, reason: 'INVALID_TARGET', headers: {} },
    });
  });

  it('knows a frozen one', () => {
    const error = Object.freeze(new InvalidTargetError(TICKET));
    expect(parseError(error)).toMatchObject({ kind: 'failed grant' });
  });

  it('knows that of a subclass', () => {
    class LockedError extends TokenRequestError {
      constructor() {
        super(TICKET, 'UNAUTHORIZED_CLIENT');
      }
    }
    expect(parseError(new LockedError())).toMatchObject({
      grant: { ticket: TICKET, reason: 'UNAUTHORIZED_CLIENT' },
    });
  });

  it('knows an AuthleteApiError and a CallbackError, of this and of another copy', () => {
    for (const { AuthleteApiError: ApiError, CallbackError: AppError } of [
      { AuthleteApiError, CallbackError },
      anotherCopy(),
    ]) {
      expect(parseError(new ApiError('ERR_ATF_TIMEOUT', 'late'))).toEqual({ kind: 'server error' });
      const callbackError = new AppError('ERR_ATF_CALLBACK_THREW', 'authenticate', 'threw');
      expect(parseError(callbackError)).toEqual({ kind: 'server error' });
    }
  });

  it.each(STRANGERS)('says that %s is not ours', (_kind, value) => {
    expect(parseError(value)).toEqual(NOT_OURS);
  });
});

describe('parseErrorWith', () => {
  const foreign = new Error('locked');

  it.each([
    ['a failed grant', new InvalidTargetError(TICKET), 'failed grant'],
    ['a server error', new AuthleteApiError('ERR_ATF_TIMEOUT', 'late'), 'server error'],
  ])('does not ask mapError about %s of ours', (_what, error, kind) => {
    const mapError = jest.fn();
    expect(parseErrorWith(mapError, error, REQUEST)).toMatchObject({ kind });
    expect(mapError).not.toHaveBeenCalled();
  });

  it('says that any other error is not ours without a mapError', () => {
    expect(parseErrorWith(undefined, foreign, REQUEST)).toEqual(NOT_OURS);
  });

  it('asks mapError with the error and the request', () => {
    const mapError = jest.fn(() => null);
    expect(parseErrorWith(mapError, foreign, REQUEST)).toEqual(NOT_OURS);
    expect(mapError.mock.calls).toEqual([[foreign, REQUEST]]);
  });

  it.each(STRANGERS)('asks mapError about %s', (_kind, value) => {
    const mapError = jest.fn(() => null);
    expect(parseErrorWith(mapError, value, REQUEST)).toEqual(NOT_OURS);
    expect(mapError.mock.calls).toHaveLength(1);
  });

  it('takes a TokenRequestError, also of another copy of the package', () => {
    for (const { TokenRequestError: Failure } of [{ TokenRequestError }, anotherCopy()]) {
      const mapError = () => new Failure(TICKET, 'INVALID_SCOPE');
      expect(parseErrorWith(mapError, foreign, REQUEST)).toEqual({
        kind: 'failed grant',
        grant: { ticket: TICKET, reason: 'INVALID_SCOPE', headers: {} },
      });
    }
  });

  it('takes a plain object with ticket and reason, and headers', () => {
    const grant = { ticket: TICKET, reason: 'UNKNOWN' as const };
    expect(parseErrorWith(() => grant, foreign, REQUEST)).toEqual({
      kind: 'failed grant',
      grant: { ...grant, headers: {} },
    });
    const withHeaders = { ...grant, headers: { 'DPoP-Nonce': 'n' } };
    expect(parseErrorWith(() => withHeaders, foreign, REQUEST)).toEqual({
      kind: 'failed grant',
      grant: withHeaders,
    });
  });

  it.each<[string, unknown]>([
    ['a name that HTTP does not allow', { 'bad name': 'x' }],
    ['a line break', { 'DPoP-Nonce': 'a\r\nSet-Cookie: b' }],
    ['a value that is not a string', { 'DPoP-Nonce': 7 }],
    ['a name that frames the answer', { 'Transfer-Encoding': 'chunked' }],
    ['the shape of an array', [['DPoP-Nonce', 'n']]],
  ])('leaves out headers with %s, and has a problem', (_what, headers) => {
    const mapError = (() => ({ ticket: TICKET, reason: 'UNKNOWN', headers })) as MapError;
    expect(parseErrorWith(mapError, foreign, REQUEST)).toEqual({
      kind: 'failed grant',
      grant: { ticket: TICKET, reason: 'UNKNOWN', headers: {} },
      problem: expect.objectContaining({
        code: 'ERR_ATF_CALLBACK_RESULT',
        message: 'mapError returned headers that HTTP does not allow',
      }) as unknown,
    });
  });

  it.each<[string, unknown, string]>([
    ['a string', TICKET, 'a string that is not a failed grant'],
    ['true', true, 'a boolean that is not a failed grant'],
    ['an empty ticket', { ticket: '', reason: 'UNKNOWN' }, 'an object that is not a failed grant'],
    ['no ticket', { reason: 'UNKNOWN' }, 'an object that is not a failed grant'],
    ['an unknown reason', { ticket: TICKET, reason: 'NO' }, 'an object that is not a failed grant'],
    [
      'a server error',
      new AuthleteApiError('ERR_ATF_TIMEOUT', 'late'),
      'an object that is not a failed grant',
    ],
    ['a promise', Promise.resolve(null), 'a promise; it must not be async'],
    ['a Proxy', new Proxy({}, { get: () => () => true }), 'a promise; it must not be async'],
  ])('has a problem with a mapError that returns %s', (_what, returned, problem) => {
    const meaning = parseErrorWith(() => returned as null, foreign, REQUEST);
    expect(meaning).toEqual({ kind: 'not ours', problem: expect.any(CallbackError) as unknown });
    expect(meaning).toMatchObject({
      problem: { code: 'ERR_ATF_CALLBACK_RESULT', message: `mapError returned ${problem}` },
    });
  });

  it.each<[string, MapError]>([
    [
      'throws',
      () => {
        throw foreign;
      },
    ],
    [
      'returns an object whose getter throws',
      () => ({
        get ticket(): string {
          throw foreign;
        },
        reason: 'UNKNOWN',
      }),
    ],
  ])('has a problem, and its cause, with a mapError that %s', (_what, mapError) => {
    expect(parseErrorWith(mapError, new Error('other'), REQUEST)).toEqual({
      kind: 'not ours',
      problem: expect.objectContaining({
        code: 'ERR_ATF_CALLBACK_THREW',
        message: 'mapError threw',
        cause: foreign,
      }) as unknown,
    });
  });
});
