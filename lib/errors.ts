import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isTokenFailReason, TOKEN_FAIL_REASONS, type TokenFailReason } from './reasons.js';

// Registered symbols, because `instanceof` fails between two installed copies of this package, and
// between its CommonJS and ES module builds.
/** @internal */
export const FAILED_GRANT: unique symbol = Symbol.for('express-authlete-token-fail/failedGrant@1');
/** @internal */
export const SERVER_FAILURE: unique symbol = Symbol.for(
  'express-authlete-token-fail/serverFailure@1',
);

/** What a {@link TokenRequestError} stands for: an open ticket and how to close it. */
export interface FailedGrant {
  /** The `ticket` of Authlete's `/auth/token` reply. */
  readonly ticket: string;
  /** The `reason` that `/auth/token/fail` is told. */
  readonly reason: TokenFailReason;
  /** Extra headers for the answer to the client application. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Options of {@link TokenRequestError}. */
export interface TokenRequestErrorOptions {
  /** What made the grant fail. It is the host's own and stays on the host's side. */
  cause?: unknown;
  /**
   * Extra headers for the answer to the client application, such as `DPoP-Nonce`.
   * Default: none. They cannot replace `Content-Type`, `Content-Length`, `Cache-Control` or `Pragma`,
   * and may not be of those that frame the answer, such as `Connection` or `Transfer-Encoding`.
   */
  headers?: Readonly<Record<string, string>>;
}

/** RFC 6749 section 5.2: a failed token request is a 400 unless it is the server's own failure. */
const FAILURES: Readonly<Record<TokenFailReason, { status: 400 | 500; message: string }>> = {
  UNKNOWN: { status: 500, message: 'The token request failed.' },
  INVALID_RESOURCE_OWNER_CREDENTIALS: {
    status: 400,
    message: 'The resource owner credentials are invalid.',
  },
  INVALID_TARGET: { status: 400, message: 'The requested resource is invalid.' },
  INVALID_CLIENT: { status: 400, message: 'The client is invalid.' },
  UNAUTHORIZED_CLIENT: { status: 400, message: 'The client may not use this grant type.' },
  INVALID_SCOPE: { status: 400, message: 'The requested scope is invalid.' },
};

/**
 * Calls that the stack of a failed grant shows: who made the error, and two before that. A wrong
 * password is no fault in the program, and the usual ten take a tenth of all that is done about it.
 */
const STACK_FRAMES = 3;

/** Where a host has frozen `Error`, it stays as it is. */
function limitStackTraces(limit: number): void {
  Reflect.set(Error, 'stackTraceLimit', limit);
}

/**
 * A token request that failed after Authlete opened a ticket for it. Throw it, or give it to
 * `next`, and `tokenFail()` closes the ticket through `/auth/token/fail` and answers the client
 * application.
 *
 * The ticket is held where neither `util.inspect` nor `JSON.stringify` nor a look at the properties
 * finds it. `status`, `statusCode`, `expose` and `headers` are what Express and http-errors expect.
 * `stack` shows where the error was made, and not all that led there.
 */
export class TokenRequestError extends Error {
  /** The `reason` that `/auth/token/fail` is told. */
  readonly reason: TokenFailReason;
  /** Stable, and documented in `docs/errors.md`. */
  readonly code = 'ERR_ATF_TOKEN_REQUEST';
  /** The HTTP status that an error handler which knows nothing of Authlete should answer. */
  readonly status: 400 | 500;
  /** The same, by the other name that error handlers look for. */
  readonly statusCode: 400 | 500;
  /** Whether the message may be shown to the client application (http-errors). */
  readonly expose: boolean;
  /** Extra headers for the answer to the client application. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #ticket: string;

  /**
   * @param ticket - the `ticket` of Authlete's `/auth/token` reply, a non-empty string
   * @param reason - the `reason` for `/auth/token/fail`
   * @param options - `cause` and extra `headers`
   * @throws TypeError if the ticket is not a non-empty string, the reason is unknown, or a header
   * is not one that HTTP allows
   */
  constructor(ticket: string, reason: TokenFailReason, options: TokenRequestErrorOptions = {}) {
    if (typeof ticket !== 'string' || ticket === '') {
      throw new TypeError('ticket must be a non-empty string');
    }
    if (!isTokenFailReason(reason)) {
      throw new TypeError(`reason must be one of ${TOKEN_FAIL_REASONS.join(', ')}`);
    }
    const { status, message } = FAILURES[reason];
    const given = 'cause' in options ? { cause: options.cause } : undefined;
    const { stackTraceLimit } = Error;
    limitStackTraces(Math.min(stackTraceLimit, STACK_FRAMES));
    super(message, given);
    limitStackTraces(stackTraceLimit);
    this.name = new.target.name;
    this.reason = reason;
    this.status = status;
    this.statusCode = status;
    this.expose = status < 500;
    this.headers = checkedHeaders(options.headers ?? {});
    this.#ticket = ticket;
  }

  /** @internal */
  [FAILED_GRANT](): FailedGrant {
    return { ticket: this.#ticket, reason: this.reason, headers: this.headers };
  }
}

/**
 * The resource owner's username or password is wrong (RFC 6749 section 4.3.2): a
 * {@link TokenRequestError} with reason `INVALID_RESOURCE_OWNER_CREDENTIALS`.
 */
export class InvalidResourceOwnerCredentialsError extends TokenRequestError {
  /**
   * @param ticket - the `ticket` of Authlete's `/auth/token` reply, a non-empty string
   * @param options - `cause` and extra `headers`
   * @throws TypeError as {@link TokenRequestError} does
   */
  constructor(ticket: string, options?: TokenRequestErrorOptions) {
    super(ticket, 'INVALID_RESOURCE_OWNER_CREDENTIALS', options);
  }
}

/**
 * The requested resource is not one the server can issue a token for (RFC 8707 section 2): a
 * {@link TokenRequestError} with reason `INVALID_TARGET`.
 */
export class InvalidTargetError extends TokenRequestError {
  /**
   * @param ticket - the `ticket` of Authlete's `/auth/token` reply, a non-empty string
   * @param options - `cause` and extra `headers`
   * @throws TypeError as {@link TokenRequestError} does
   */
  constructor(ticket: string, options?: TokenRequestErrorOptions) {
    super(ticket, 'INVALID_TARGET', options);
  }
}

/**
 * What can go wrong with a call to Authlete. `docs/errors.md` has one entry for each.
 */
export type AuthleteApiErrorCode =
  | 'ERR_ATF_ABORTED'
  | 'ERR_ATF_ACCESS_TOKEN'
  | 'ERR_ATF_CIRCUIT_OPEN'
  | 'ERR_ATF_CLOSED'
  | 'ERR_ATF_CONNECTION_LOST'
  | 'ERR_ATF_HTTP_STATUS'
  | 'ERR_ATF_OVERLOADED'
  | 'ERR_ATF_REQUEST_INVALID'
  | 'ERR_ATF_RESPONSE_INVALID'
  | 'ERR_ATF_TIMEOUT'
  | 'ERR_ATF_UNREACHABLE';

/** What Authlete, or something in front of it, said in an HTTP error. */
export interface AuthleteApiErrorDetails {
  /** The HTTP status of the reply, if there was one. */
  status?: number;
  /** `resultCode` of the reply, if it had one. */
  resultCode?: string;
  /** `resultMessage` of the reply, if it had one; withheld if it repeats a secret. */
  resultMessage?: string;
}

/**
 * A call to Authlete that gave no usable answer. It is built afresh from what is safe to show: no
 * property holds a secret, and there is no `cause`.
 */
export class AuthleteApiError extends Error {
  /** Stable, and documented in `docs/errors.md`. */
  readonly code: AuthleteApiErrorCode;
  /** The HTTP status of Authlete's reply, if there was one. It is not a status for the client. */
  declare readonly status?: number;
  /** `resultCode` of Authlete's reply, if it had one. */
  declare readonly resultCode?: string;
  /** `resultMessage` of Authlete's reply, if it had one; withheld if it repeats a secret. */
  declare readonly resultMessage?: string;

  constructor(code: AuthleteApiErrorCode, message: string, details: AuthleteApiErrorDetails = {}) {
    super(message);
    this.name = 'AuthleteApiError';
    this.code = code;
    if (details.status !== undefined) this.status = details.status;
    if (details.resultCode !== undefined) this.resultCode = details.resultCode;
    if (details.resultMessage !== undefined) this.resultMessage = details.resultMessage;
  }

  /** @internal */
  [SERVER_FAILURE](): true {
    return true;
  }
}

/** What can go wrong with a function that the host gave to `tokenEndpoint`; see `docs/errors.md`. */
export type HostFunctionErrorCode =
  'ERR_ATF_HOST_RESULT' | 'ERR_ATF_HOST_THREW' | 'ERR_ATF_HOST_TIMEOUT';

/**
 * A function of the host's that did not do what `tokenEndpoint` asked of it: it gave something that
 * it must not, did not settle in time, or threw (the `cause` is what it threw).
 */
export class HostFunctionError extends Error {
  /** Stable, and documented in `docs/errors.md`. */
  readonly code: HostFunctionErrorCode;

  constructor(code: HostFunctionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HostFunctionError';
    this.code = code;
  }

  /** @internal */
  [SERVER_FAILURE](): true {
    return true;
  }
}

/**
 * A TypeError with code `ERR_ATF_OPTIONS`: options that cannot work, told at start-up.
 *
 * @param message - names the option, what it got (secrets masked) and what it wants
 */
export function optionsError(message: string): TypeError & { code: 'ERR_ATF_OPTIONS' } {
  return Object.assign(new TypeError(message), { code: 'ERR_ATF_OPTIONS' } as const);
}

/** Headers that say how the answer is framed, which is for Node to say. */
const FRAMING_HEADERS = [
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * A frozen copy of headers that Node will accept; a line break in one would split the answer.
 *
 * @throws TypeError if Node would not, or if they are something else than an object of strings
 * @internal
 */
export function checkedHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw new TypeError('headers must be a plain object of strings');
  }
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    if (FRAMING_HEADERS.includes(name.toLowerCase())) {
      throw new TypeError(`header ${name} cannot be set: it frames the answer`);
    }
    if (typeof value !== 'string') throw new TypeError(`header ${name} must be a string`);
    validateHeaderValue(name, value);
    copy[name] = value;
  }
  return Object.freeze(copy);
}
