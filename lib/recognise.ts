import { checkedHeaders, FAILED_GRANT, type FailedGrant, SERVER_FAILURE } from './errors.js';
import { isTokenFailReason } from './reasons.js';

/**
 * The failed grant that an error stands for, whichever copy of this package made the error.
 * Gives `undefined` for every other value, whatever that value does when it is looked at.
 */
export function failedGrantOf(error: unknown): FailedGrant | undefined {
  try {
    const method = (error as { [FAILED_GRANT]?: unknown } | null | undefined)?.[FAILED_GRANT];
    return typeof method === 'function' ? asFailedGrant(method.call(error)).grant : undefined;
  } catch {
    return undefined;
  }
}

/** A failed grant that was read from a value, if it is one, and what is wrong with it. */
export interface ReadGrant {
  readonly grant?: FailedGrant;
  readonly problem?: unknown;
}

/**
 * Reads a failed grant from a value of any shape. Headers that HTTP does not allow are left out and
 * are a problem, but the ticket is to be closed all the same.
 *
 * @throws whatever the value's getters throw
 */
export function asFailedGrant(value: unknown): ReadGrant {
  if (typeof value !== 'object' || value === null) return {};
  const { ticket, reason, headers } = value as Record<keyof FailedGrant, unknown>;
  if (typeof ticket !== 'string' || ticket === '' || !isTokenFailReason(reason)) return {};
  try {
    return { grant: { ticket, reason, headers: checkedHeaders(headers ?? {}) } };
  } catch (problem) {
    return { grant: { ticket, reason, headers: {} }, problem };
  }
}

/**
 * Tells whether an error is an `AuthleteApiError` or a `HostFunctionError`, whichever copy of this
 * package made it: both stand for a token request that the server failed to process.
 */
export function isServerFailure(error: unknown): boolean {
  try {
    const method = (error as { [SERVER_FAILURE]?: unknown } | null | undefined)?.[SERVER_FAILURE];
    // The result counts too: some proxies have a function for every name.
    return typeof method === 'function' && method.call(error) === true;
  } catch {
    return false;
  }
}
