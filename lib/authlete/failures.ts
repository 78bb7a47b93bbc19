import { AuthleteApiError, type AuthleteApiErrorCode, type AuthleteApiPath } from '../errors.js';

/** What a call says of Authlete: that it is up, that it is down, or nothing. */
export type Health = 'up' | 'down' | 'unknown';

/** A way in which a call can fail. */
export interface FailureKind {
  readonly code: AuthleteApiErrorCode;
  readonly message: string;
  /**
   * Whether Authlete surely did not process the call. A ticket is used once, so a call that may have
   * arrived is not sent again.
   */
  readonly safeToRetry: boolean;
  readonly health: Health;
}

/** A call that failed. */
export interface CallFailure {
  readonly kind: FailureKind;
  readonly error: AuthleteApiError;
  /** Milliseconds after which the server asked to be called again. */
  readonly retryAfter?: number | undefined;
  /** What came with the HTTP response, unchecked. */
  readonly reply?: unknown;
}

/** What came of sending a call. Both fields are always there, or they would be inherited. */
export type CallResult =
  | { readonly reply: object; readonly failure: undefined }
  | { readonly reply: undefined; readonly failure: CallFailure };

function defineKind(
  code: AuthleteApiErrorCode,
  message: string,
  safety: 'safe to retry' | 'may have arrived',
  health: Health,
): FailureKind {
  return { code, message, safeToRetry: safety === 'safe to retry', health };
}

const UNREACHABLE = 'ERR_ATF_UNREACHABLE';
const LOST = 'ERR_ATF_CONNECTION_LOST';
const INVALID = 'ERR_ATF_RESPONSE_INVALID';
const STATUS = 'ERR_ATF_HTTP_STATUS';
const SAFE = 'safe to retry';
const UNSAFE = 'may have arrived';
const NO_TLS = 'TLS with Authlete cannot be set up';

/** The rule for each kind of failure. */
export const FAILURE_KINDS = {
  /** The name was not resolved, or the connection not set up. */
  unreachable: defineKind(UNREACHABLE, 'Authlete cannot be reached', SAFE, 'down'),
  /** EMFILE or ENFILE: this process or this machine is at fault, not Authlete. */
  noSocket: defineKind(
    UNREACHABLE,
    'No socket was left, so the call was not sent',
    SAFE,
    'unknown',
  ),
  /** Node checks the certificate before it sends the first byte of the request. */
  certificate: defineKind(UNREACHABLE, NO_TLS, SAFE, 'down'),
  /** Mostly in the handshake, but an alert may also come later (RFC 8446 section 6). */
  tls: defineKind(UNREACHABLE, NO_TLS, UNSAFE, 'down'),
  /** Headers and body are one write, so a write that fails has sent nothing of them. */
  notSent: defineKind(LOST, 'The connection was closed before the call was sent', SAFE, 'unknown'),
  /**
   * A kept-alive connection that ended before any byte of a reply. Most often the server closed the
   * idle connection at that moment, but one that took the call and crashed looks the same.
   */
  staleConnection: defineKind(LOST, 'A reused connection was closed unanswered', UNSAFE, 'unknown'),
  connectionLost: defineKind(LOST, 'The connection was lost before the reply', UNSAFE, 'down'),
  timedOut: defineKind('ERR_ATF_TIMEOUT', 'Authlete did not answer in time', UNSAFE, 'down'),
  /** What came is not HTTP, or cannot be decompressed. */
  malformedResponse: defineKind(INVALID, 'The response is not valid HTTP', UNSAFE, 'down'),
  tooLarge: defineKind(INVALID, 'The reply is too large', UNSAFE, 'down'),
  /** 200 with something other than the API describes. */
  invalidReply: defineKind(INVALID, 'The reply is invalid', UNSAFE, 'down'),
  /** 429: the call was not processed. */
  throttled: defineKind('ERR_ATF_THROTTLED', 'Authlete throttles calls', SAFE, 'unknown'),
  /** 503 with Retry-After: the server itself says that it did not process the call. */
  unavailable: defineKind(STATUS, 'Authlete asked to be called again later', SAFE, 'down'),
  serverError: defineKind(STATUS, 'Authlete could not process the call', UNSAFE, 'down'),
  /** Any other status: Authlete is up, and does not accept the call. */
  rejected: defineKind(STATUS, 'Authlete rejected the call', UNSAFE, 'up'),
};

/** Node's and axios's codes. A code that is not here means a lost connection. */
const KINDS_BY_CODE: readonly { pattern: RegExp; kind: FailureKind }[] = [
  { pattern: /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EADDRNOTAVAIL)$/, kind: FAILURE_KINDS.unreachable },
  { pattern: /^(EMFILE|ENFILE)$/, kind: FAILURE_KINDS.noSocket },
  { pattern: /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)\w+$/, kind: FAILURE_KINDS.certificate },
  { pattern: /^ERR_TLS_CERT_\w+$/, kind: FAILURE_KINDS.certificate },
  { pattern: /^(EPROTO|ERR_TLS_\w+|ERR_SSL_\w+)$/, kind: FAILURE_KINDS.tls },
  { pattern: /^EPIPE$/, kind: FAILURE_KINDS.notSent },
  { pattern: /^(ETIMEDOUT|ECONNABORTED)$/, kind: FAILURE_KINDS.timedOut },
  { pattern: /^HPE_\w+$/, kind: FAILURE_KINDS.malformedResponse },
];

/** Codes that can come while a connection is set up, and later as well. */
const CONNECTION_CODES = /^(ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN))$/;

/** What is known of a thrown value, all of it unchecked. */
interface Thrown {
  readonly code?: unknown;
  readonly syscall?: unknown;
  /** Whether the connection had carried another call before. */
  readonly reusedSocket?: unknown;
}

/** Finds out how a call failed from what the HTTP client threw. */
export function classifyThrown({ code, syscall, reusedSocket }: Thrown): FailureKind {
  if (typeof code === 'string') {
    if (CONNECTION_CODES.test(code) && syscall === 'connect') return FAILURE_KINDS.unreachable;
    // A failed write is as good as EPIPE, which says the same of a connection closed earlier.
    if (code === 'ECONNRESET' && syscall === 'write') return FAILURE_KINDS.notSent;
    const known = KINDS_BY_CODE.find(({ pattern }) => pattern.test(code));
    if (known) return known.kind;
  }
  return reusedSocket === true ? FAILURE_KINDS.staleConnection : FAILURE_KINDS.connectionLost;
}

/** Finds out how a call failed from the HTTP status of the reply. */
export function classifyStatus(status: number, retryAfter: number | undefined): FailureKind {
  if (status === 429) return FAILURE_KINDS.throttled;
  if (status === 503 && retryAfter !== undefined) return FAILURE_KINDS.unavailable;
  return status >= 500 ? FAILURE_KINDS.serverError : FAILURE_KINDS.rejected;
}

/** @param message - defaults to that of the kind */
export function createFailure(
  kind: FailureKind,
  api: AuthleteApiPath,
  message: string = kind.message,
): CallFailure {
  return { kind, error: new AuthleteApiError(kind.code, `${api}: ${message}`, { api }) };
}
