import { validateHeaderName, validateHeaderValue } from 'node:http';

/** RFC 6749 section 5.2: a failed token request is a 400 unless the server itself is at fault. */
const REASONS = {
  UNKNOWN: { status: 500, message: 'The token request failed.' },
  INVALID_RESOURCE_OWNER_CREDENTIALS: {
    status: 400,
    message: 'The resource owner credentials are invalid.',
  },
  INVALID_TARGET: { status: 400, message: 'The requested resource is invalid.' },
  INVALID_CLIENT: { status: 400, message: 'The client is invalid.' },
  UNAUTHORIZED_CLIENT: { status: 400, message: 'The client may not use this grant type.' },
  INVALID_SCOPE: { status: 400, message: 'The requested scope is invalid.' },
} as const;

/** Why a token request failed: the `reason` of Authlete's `/auth/token/fail`. */
export type TokenFailReason = keyof typeof REASONS;

/**
 * The values of `reason` that `/auth/token/fail` takes. The last three are newer than Authlete's
 * published API description 3.0.16: its Java library has had them since 4.46.
 */
export const TOKEN_FAIL_REASONS = Object.keys(REASONS) as readonly TokenFailReason[];

/** Checks whether a value is one of {@link TOKEN_FAIL_REASONS}. */
export function isTokenFailReason(value: unknown): value is TokenFailReason {
  return (TOKEN_FAIL_REASONS as readonly unknown[]).includes(value);
}

/**
 * The method by which this package knows its own errors. A registered symbol, because `instanceof`
 * fails between two installed copies of the package, and between its CommonJS and ES module builds.
 *
 * @internal
 */
export const DESCRIBE: unique symbol = Symbol.for('express-authlete-token-fail/describe@2');

/** An open ticket and how to close it. */
export interface FailedGrant {
  /** The `ticket` of Authlete's `/auth/token` reply. */
  readonly ticket: string;
  /** The `reason` for `/auth/token/fail`. */
  readonly reason: TokenFailReason;
  /** Extra headers for the answer to the client application. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Options of {@link TokenRequestError}. */
export interface TokenRequestErrorOptions {
  /** What made the grant fail. It stays in your app: nothing of it is sent or logged. */
  cause?: unknown;
  /**
   * Extra headers for the answer to the client application, such as `DPoP-Nonce`. Default: none.
   * They cannot replace `Content-Type`, `Content-Length`, `Cache-Control` or `Pragma`, and cannot be
   * headers that frame the answer, such as `Connection` or `Transfer-Encoding`.
   */
  headers?: Readonly<Record<string, string>>;
}

/**
 * Whether a {@link TokenRequestError} has stack frames. A wrong password is no bug, and to collect
 * them takes a twentieth of a failed grant's CPU time.
 */
const HAS_STACK = process.env['NODE_ENV'] !== 'production';

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** Leaves `Error` alone where an app has frozen it. */
function limitStackTraces(limit: number): void {
  Reflect.set(Error, 'stackTraceLimit', limit);
}

/**
 * Sets an error class's `name`, which a minifier that renames classes would change. On the
 * prototype, so that the first line of `stack` has it too.
 */
function setErrorName(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', {
    value: name,
    configurable: true,
    writable: true,
  });
}

/**
 * A token request that failed after Authlete opened a ticket for it. Throw it, or pass it to `next`:
 * `tokenFail()` closes the ticket through `/auth/token/fail` and answers the client application.
 *
 * The ticket is a private field, so `util.inspect`, `JSON.stringify` and loggers do not show it.
 * `status`, `statusCode`, `expose` and `headers` are what Express and http-errors expect. `stack`
 * has no frames if `NODE_ENV` is `production` as the package is loaded.
 */
export class TokenRequestError extends Error {
  /** The `reason` for `/auth/token/fail`. */
  readonly reason: TokenFailReason;
  /** Stable, and documented in `docs/errors.md`. */
  readonly code = 'ERR_ATF_TOKEN_REQUEST';
  /** The HTTP status that any other error handler should answer. */
  readonly status: 400 | 500;
  /** The same as `status`, by the other name that error handlers look for. */
  readonly statusCode: 400 | 500;
  /** Whether the message may be shown to the client application (http-errors). */
  readonly expose: boolean;
  /** Extra headers for the answer to the client application. */
  readonly headers: Readonly<Record<string, string>>;
  /** What made the grant fail, if your app said it. */
  declare readonly cause?: unknown;
  readonly #ticket: string;

  /**
   * @param ticket - the `ticket` of Authlete's `/auth/token` reply, a non-empty string
   * @param reason - the `reason` for `/auth/token/fail`
   * @param options - `cause` and extra `headers`
   * @throws TypeError if the ticket is not a non-empty string, the reason is unknown, or a header is
   * not valid in HTTP
   */
  constructor(ticket: string, reason: TokenFailReason, options?: TokenRequestErrorOptions) {
    if (typeof ticket !== 'string' || ticket === '') {
      throw new TypeError('ticket must be a non-empty string');
    }
    if (!isTokenFailReason(reason)) {
      throw new TypeError(`reason must be one of ${TOKEN_FAIL_REASONS.join(', ')}`);
    }
    const { status, message } = REASONS[reason];
    // Nothing inherited: a polluted Object.prototype must not set an option.
    const own = { __proto__: null, ...options };
    const { cause, headers } = own;
    const { stackTraceLimit } = Error;
    if (!HAS_STACK) limitStackTraces(0);
    super(
      `${message} To have it answered, mount app.use(tokenFail()) after your routes.`,
      'cause' in own ? { cause } : undefined,
    );
    if (!HAS_STACK) limitStackTraces(stackTraceLimit);
    this.reason = reason;
    this.status = status;
    this.statusCode = status;
    this.expose = status < 500;
    this.headers = validateHeaders(headers ?? NO_HEADERS);
    this.#ticket = ticket;
  }

  /** @internal */
  [DESCRIBE](): { kind: 'failed grant' } & FailedGrant {
    const { reason, headers } = this;
    return { kind: 'failed grant', ticket: this.#ticket, reason, headers };
  }
}
setErrorName(TokenRequestError, 'TokenRequestError');

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
setErrorName(InvalidResourceOwnerCredentialsError, 'InvalidResourceOwnerCredentialsError');

/**
 * Your app issues no token for the requested resource (RFC 8707 section 2): a
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
setErrorName(InvalidTargetError, 'InvalidTargetError');

/** The path of one of Authlete's three token APIs, below the service. */
export type AuthleteApiPath = '/auth/token' | '/auth/token/issue' | '/auth/token/fail';

/** What can go wrong with a call to Authlete. `docs/errors.md` has an entry for each. */
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
  | 'ERR_ATF_THROTTLED'
  | 'ERR_ATF_TIMEOUT'
  | 'ERR_ATF_UNREACHABLE';

/** What an {@link AuthleteApiError} says besides its code and message. */
export interface AuthleteApiErrorDetails {
  /** The API that was called. */
  api?: AuthleteApiPath | undefined;
  /** The HTTP status of the reply, if there was one. */
  status?: number | undefined;
  /** `resultCode` of the reply, if it had one that may be shown. */
  resultCode?: string | undefined;
  /** `resultMessage` of the reply, if it had one; withheld if it repeats a secret. */
  resultMessage?: string | undefined;
  /** Seconds after which Authlete asked to be called again, with `ERR_ATF_THROTTLED`. */
  retryAfter?: number | undefined;
}

/**
 * A call to Authlete that gave no usable reply. It is built from what is safe to show: no property
 * holds a secret, and there is no `cause`.
 */
export class AuthleteApiError extends Error {
  /** Stable, and documented in `docs/errors.md`. */
  readonly code: AuthleteApiErrorCode;
  /** The API that was called. */
  declare readonly api?: AuthleteApiPath;
  /** The HTTP status of Authlete's reply, if there was one. It is not a status for the client. */
  declare readonly status?: number;
  /** `resultCode` of Authlete's reply, if it had one that may be shown. */
  declare readonly resultCode?: string;
  /** `resultMessage` of Authlete's reply, if it had one; withheld if it repeats a secret. */
  declare readonly resultMessage?: string;
  /** Seconds after which Authlete asked to be called again, with `ERR_ATF_THROTTLED`. */
  declare readonly retryAfter?: number;

  constructor(code: AuthleteApiErrorCode, message: string, details: AuthleteApiErrorDetails = {}) {
    super(message);
    this.code = code;
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) Object.assign(this, { [name]: value as unknown });
    }
  }

  /** @internal */
  [DESCRIBE](): { kind: 'server error' } {
    return { kind: 'server error' };
  }
}
setErrorName(AuthleteApiError, 'AuthleteApiError');

/** What can go wrong with a function of your app; see `docs/errors.md`. */
export type CallbackErrorCode =
  'ERR_ATF_CALLBACK_RESULT' | 'ERR_ATF_CALLBACK_THREW' | 'ERR_ATF_CALLBACK_TIMEOUT';

/**
 * A function of your app, such as `authenticate`, threw, did not settle in time, or returned
 * something that it must not.
 */
export class CallbackError extends Error {
  /** Stable, and documented in `docs/errors.md`. */
  readonly code: CallbackErrorCode;
  /** The option that the function was given as, such as `authenticate`. */
  readonly callback: string;
  /** What the function threw, unless it repeats a secret of the token request. */
  declare readonly cause?: unknown;

  /**
   * @param callback - the name of the option
   * @param problem - what went wrong, to follow that name in the message
   * @param options - `cause`: what the function threw
   */
  constructor(
    code: CallbackErrorCode,
    callback: string,
    problem: string,
    options?: { cause?: unknown },
  ) {
    super(`${callback} ${problem}`, options);
    this.code = code;
    this.callback = callback;
  }

  /** @internal */
  [DESCRIBE](): { kind: 'server error' } {
    return { kind: 'server error' };
  }
}
setErrorName(CallbackError, 'CallbackError');

/** Headers that frame the answer: Node sets them. */
const FRAMING_HEADERS = [
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Copies and freezes headers that Node accepts: a line break in one would split the answer.
 *
 * @throws TypeError if Node would not, or if they are not an object of strings
 * @internal
 */
export function validateHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw new TypeError('headers must be a plain object of strings');
  }
  const entries = Object.entries(headers);
  if (entries.length === 0) return NO_HEADERS;
  const copy: Record<string, string> = {};
  for (const [name, value] of entries) {
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
