import type { Request } from 'express';
import type { ResolvedHooks } from './fail-options.js';
import { asFailedGrant, failedGrantOf, type ReadGrant } from './recognise.js';
import { kindOf } from './redact.js';

/**
 * The failed grant that an error stands for, by itself or by what the host's `mapError` says of it;
 * and what is wrong with `mapError`, if anything is.
 */
export function grantOf(
  error: unknown,
  req: Request,
  { mapError }: Pick<ResolvedHooks, 'mapError'>,
): ReadGrant {
  const own = failedGrantOf(error);
  if (own) return { grant: own };
  if (!mapError) return {};
  try {
    const mapped: unknown = mapError(error, req);
    if (mapped === null || mapped === undefined || mapped === false) return {};
    const grant = failedGrantOf(mapped);
    if (grant) return { grant };
    const read = asFailedGrant(mapped);
    return read.grant ? read : { problem: notMapped(mapped) };
  } catch (problem) {
    return { problem };
  }
}

function notMapped(mapped: unknown): TypeError {
  if (!isThenable(mapped)) {
    return new TypeError(`mapError gave ${kindOf(mapped)} that is no failed grant`);
  }
  // An error that is not ours goes to `next` at once, so nobody can wait for it, or hear it reject.
  mapped.then(ignore, ignore);
  return new TypeError('mapError gave a promise; it must not be async');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

function ignore(): void {
  // Told above.
}
