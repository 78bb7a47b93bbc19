import type { Health } from './breaker.js';
import type { AuthleteApiError, AuthleteApiErrorCode } from './errors.js';

/** One way in which a call can fail once it is on its way. */
export interface FailureKind {
  readonly code: AuthleteApiErrorCode;
  readonly message: string;
  /**
   * Whether Authlete may have processed the call. A ticket is used once, so only a call that was
   * surely not processed may be sent again.
   */
  readonly processed: 'surely not' | 'perhaps';
  /** What the failure tells the circuit breaker. */
  readonly health: Health;
}

/** A call that failed. */
export interface CallFailure {
  readonly kind: FailureKind;
  readonly error: AuthleteApiError;
  /** Milliseconds after which the server asked to come back, if it did. */
  readonly retryAfter?: number;
}

/** What came of sending a call. */
export type Outcome<T> = { readonly value: T } | { readonly failure: CallFailure };

/** The rule, for every kind of failure. */
export const FAILURE_KINDS = {
  /** The name was not resolved or the connection not set up. */
  unreachable: {
    code: 'ERR_ATF_UNREACHABLE',
    message: 'Authlete cannot be reached',
    processed: 'surely not',
    health: 'down',
  },
  /** Node checks the certificate before it lets the first byte of the request go. */
  certificate: {
    code: 'ERR_ATF_UNREACHABLE',
    message: 'TLS with Authlete cannot be set up',
    processed: 'surely not',
    health: 'down',
  },
  /** Mostly from the handshake, but an alert may also come later (RFC 8446 section 6). */
  tls: {
    code: 'ERR_ATF_UNREACHABLE',
    message: 'TLS with Authlete cannot be set up',
    processed: 'perhaps',
    health: 'down',
  },
  /**
   * The peer had closed a kept-alive socket before the request went into it: a write that fails with
   * EPIPE sent nothing of its data, and headers and body go out in one write.
   */
  notSent: {
    code: 'ERR_ATF_CONNECTION_LOST',
    message: 'The connection to Authlete was closed before the call was sent',
    processed: 'surely not',
    health: 'unknown',
  },
  /**
   * Anything that ends a connection later. That includes a reset on a reused socket before any byte
   * of an answer: it is most often a peer that closed the idle socket just then, but a peer that took
   * the request and crashed looks the same from here, so it is not repeated. What keeps it rare is
   * that idle sockets are retired before the peer retires them.
   */
  lost: {
    code: 'ERR_ATF_CONNECTION_LOST',
    message: 'The call to Authlete broke off before the reply was complete',
    processed: 'perhaps',
    health: 'down',
  },
  timedOut: {
    code: 'ERR_ATF_TIMEOUT',
    message: 'Authlete did not answer in time',
    processed: 'perhaps',
    health: 'down',
  },
  /** What came is no HTTP, or cannot be decompressed. */
  garbled: {
    code: 'ERR_ATF_RESPONSE_INVALID',
    message: 'What Authlete sent is no valid HTTP response',
    processed: 'perhaps',
    health: 'down',
  },
  tooLarge: {
    code: 'ERR_ATF_RESPONSE_INVALID',
    message: "Authlete's reply is too large",
    processed: 'perhaps',
    health: 'down',
  },
  /** 200 with something else than the API describes. */
  unexpected: {
    code: 'ERR_ATF_RESPONSE_INVALID',
    message: "Authlete's reply is invalid",
    processed: 'perhaps',
    health: 'down',
  },
  /** 429 or 503 with Retry-After: the server itself says that it left the call undone. */
  turnedAway: {
    code: 'ERR_ATF_HTTP_STATUS',
    message: 'Authlete asked to come back later',
    processed: 'surely not',
    health: 'down',
  },
  /** 429 without Retry-After, or any 5xx. */
  serverError: {
    code: 'ERR_ATF_HTTP_STATUS',
    message: 'Authlete could not process the call',
    processed: 'perhaps',
    health: 'down',
  },
  /** Another status: Authlete is there, and it is us that it does not understand. */
  refused: {
    code: 'ERR_ATF_HTTP_STATUS',
    message: 'Authlete refused the call',
    processed: 'perhaps',
    health: 'up',
  },
} as const satisfies Record<string, FailureKind>;

/** The codes of Node, undici and axios for failures of the wire; what is not here is `lost`. */
const CODES: readonly { pattern: RegExp; kind: FailureKind }[] = [
  { pattern: /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EADDRNOTAVAIL)$/, kind: FAILURE_KINDS.unreachable },
  { pattern: /^UND_ERR_CONNECT_TIMEOUT$/, kind: FAILURE_KINDS.unreachable },
  { pattern: /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)\w+$/, kind: FAILURE_KINDS.certificate },
  { pattern: /^ERR_TLS_CERT_\w+$/, kind: FAILURE_KINDS.certificate },
  { pattern: /^(EPROTO|ERR_TLS_\w+|ERR_SSL_\w+)$/, kind: FAILURE_KINDS.tls },
  { pattern: /^EPIPE$/, kind: FAILURE_KINDS.notSent },
  { pattern: /^(ETIMEDOUT|ECONNABORTED)$/, kind: FAILURE_KINDS.timedOut },
  // The HTTP parser, then the decompressors.
  { pattern: /^(HPE_|Z_|ZSTD_|ERR_BROTLI_|ERR__ERROR_FORMAT_)\w+$/, kind: FAILURE_KINDS.garbled },
  {
    pattern: /^UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/,
    kind: FAILURE_KINDS.garbled,
  },
];

/** Codes that can come while a connection is set up, and later as well. */
const CONNECTION_CODES = /^(ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN))$/;

/**
 * The kind of a failure of the wire.
 *
 * @param code - the `code` of what axios threw
 * @param syscall - that of its cause, which tells a connection that was never set up
 */
export function failureKindOf(code: string, syscall: unknown): FailureKind {
  if (CONNECTION_CODES.test(code) && syscall === 'connect') return FAILURE_KINDS.unreachable;
  return CODES.find(({ pattern }) => pattern.test(code))?.kind ?? FAILURE_KINDS.lost;
}
