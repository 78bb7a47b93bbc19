import {
  API_ERROR,
  checkedHeaders,
  FAILED_GRANT,
  type AuthleteApiError,
  type FailedGrant,
} from './errors.js';
import { isTokenFailReason } from './reasons.js';

/**
 * The failed grant that an error stands for, whichever copy of this package made the error.
 * Gives `undefined` for every other value, whatever that value does when it is looked at.
 */
export function failedGrantOf(error: unknown): FailedGrant | undefined {
  try {
    const method = (error as { [FAILED_GRANT]?: unknown } | null | undefined)?.[FAILED_GRANT];
    return typeof method === 'function' ? asFailedGrant(method.call(error)) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A failed grant read from a value of any shape, or `undefined` if it is none.
 *
 * @throws whatever the value's getters throw, and TypeError for headers that HTTP does not allow
 */
export function asFailedGrant(value: unknown): FailedGrant | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { ticket, reason, headers } = value as Record<keyof FailedGrant, unknown>;
  if (typeof ticket !== 'string' || ticket === '' || !isTokenFailReason(reason)) return undefined;
  return { ticket, reason, headers: checkedHeaders((headers ?? {}) as Record<string, string>) };
}

/** Tells whether an error is an {@link AuthleteApiError}, whichever copy of this package made it. */
export function isAuthleteApiError(error: unknown): error is AuthleteApiError {
  try {
    return (
      typeof (error as { [API_ERROR]?: unknown } | null | undefined)?.[API_ERROR] === 'function'
    );
  } catch {
    return false;
  }
}
