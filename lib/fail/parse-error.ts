import type { Request } from 'express';
import {
  CallbackError,
  DESCRIBE,
  type FailedGrant,
  isTokenFailReason,
  validateHeaders,
} from '../errors.js';
import { describeType } from '../authlete/option-checks.js';
import type { MapError } from './options.js';

/** What an error stands for. */
export type ErrorMeaning =
  /** A ticket to close. */
  | {
      readonly kind: 'failed grant';
      readonly grant: FailedGrant;
      readonly problem: Error | undefined;
    }
  /** An `AuthleteApiError` or a `CallbackError`: the server could not process the token request. */
  | { readonly kind: 'server error'; readonly problem: undefined }
  /** An error that is not this package's. */
  | { readonly kind: 'not ours'; readonly problem: Error | undefined };

const NOT_OURS: ErrorMeaning = { kind: 'not ours', problem: undefined };

/**
 * Finds out what an error stands for, whichever copy of this package created it. Never throws, even
 * for throwing getters or proxies.
 */
export function parseError(error: unknown): ErrorMeaning {
  try {
    const describe = (error as { [DESCRIBE]?: unknown } | null | undefined)?.[DESCRIBE];
    if (typeof describe !== 'function') return NOT_OURS;
    const description: unknown = describe.call(error);
    // The kind is compared, because a proxy may have a function for every name.
    const { kind } = description as { kind?: unknown };
    if (kind === 'server error') return { kind, problem: undefined };
    return kind === 'failed grant' ? (parseGrant(description) ?? NOT_OURS) : NOT_OURS;
  } catch {
    return NOT_OURS;
  }
}

/**
 * As {@link parseError}, and asks the app's `mapError` about errors that are not this package's.
 *
 * `problem` is what is wrong with `mapError`, or with the headers that it returned.
 */
export function parseErrorWith(
  mapError: MapError | undefined,
  error: unknown,
  req: Request,
): ErrorMeaning {
  const meaning = parseError(error);
  if (meaning.kind !== 'not ours' || !mapError) return meaning;
  try {
    const mapped: unknown = mapError(error, req);
    if (mapped === null || mapped === undefined || mapped === false) return NOT_OURS;
    const ours = parseError(mapped);
    if (ours.kind === 'failed grant') return ours;
    return parseGrant(mapped) ?? { kind: 'not ours', problem: describeWrongResult(mapped) };
  } catch (cause) {
    const problem = new CallbackError('ERR_ATF_CALLBACK_THREW', 'mapError', 'threw', { cause });
    return { kind: 'not ours', problem };
  }
}

/**
 * Headers that HTTP does not allow are left out and are a problem, but the ticket is closed.
 *
 * @throws whatever the value's getters throw
 */
function parseGrant(value: unknown): ErrorMeaning | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { ticket, reason, headers } = value as Record<keyof FailedGrant, unknown>;
  if (typeof ticket !== 'string' || ticket === '' || !isTokenFailReason(reason)) return undefined;
  const kind = 'failed grant';
  try {
    const grant = { ticket, reason, headers: validateHeaders(headers ?? {}) };
    return { kind, grant, problem: undefined };
  } catch {
    const problem = new CallbackError(
      'ERR_ATF_CALLBACK_RESULT',
      'mapError',
      'returned headers that HTTP does not allow',
    );
    return { kind, grant: { ticket, reason, headers: {} }, problem };
  }
}

function describeWrongResult(mapped: unknown): CallbackError {
  const create = (problem: string): CallbackError =>
    new CallbackError('ERR_ATF_CALLBACK_RESULT', 'mapError', problem);
  if (typeof (mapped as Partial<PromiseLike<unknown>>).then !== 'function') {
    return create(`returned ${describeType(mapped)} that is not a failed grant`);
  }
  // An error that is not ours goes to `next` at once, so nobody can wait for the promise.
  Promise.resolve(mapped).catch(() => undefined);
  return create('returned a promise; it must not be async');
}
