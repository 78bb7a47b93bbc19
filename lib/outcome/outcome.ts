import type { AuthleteApiError, CallbackError, TokenFailReason } from '../errors.js';

/** What became of a token request. */
export type OutcomeName =
  /** An access token was issued, or a handler of your app answered: 200. */
  | 'issued'
  /** Authlete or the endpoint refused the request itself: a bad client, a malformed request. */
  | 'rejected'
  /** A failed grant, answered as Authlete said. */
  | 'failed'
  /** Brute force protection did not let the password be checked. */
  | 'blocked'
  /** The client application got a 500, an `INTERNAL_SERVER_ERROR` of Authlete's included. */
  | 'error'
  /** The client application disconnected before it was answered. */
  | 'aborted';

/**
 * What became of a token request that the package answered: the same object for `onOutcome`, the log
 * line, the channel `express-authlete-token-fail:outcome` and the metrics. No secret and no username
 * is in it. A field without a value is absent.
 */
export interface TokenOutcome {
  readonly outcome: OutcomeName;
  /** The `grant_type` of the token request, if it was read and has a plausible form. */
  readonly grantType?: string | undefined;
  /** The client application's ID at Authlete, if Authlete said it. */
  readonly clientId?: number | undefined;
  /** The `reason` of the call to `/auth/token/fail`, if there was one. */
  readonly reason?: TokenFailReason | undefined;
  /** The `action` of Authlete's last reply. */
  readonly action?: string | undefined;
  /** The HTTP status of the answer; absent if nobody was there to get one. */
  readonly status?: number | undefined;
  /** Authlete's `resultCode`, if it has the form of one. */
  readonly resultCode?: string | undefined;
  /** Authlete's `resultMessage`, 300 characters at most; withheld if it repeats a secret. */
  readonly resultMessage?: string | undefined;
  /** Why the client application got a 500, or why its grant was failed with reason `UNKNOWN`. */
  readonly error?: AuthleteApiError | CallbackError | undefined;
  /** Milliseconds from the token request, or from the error that `tokenFail` got, to the answer. */
  readonly duration: number;
}

/** Copies an object without the fields that are undefined. */
export function omitUndefined<T extends object>(fields: T): T {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}
