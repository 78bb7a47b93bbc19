import type { Deadline } from './deadline.js';
import { AuthleteApiError } from './errors.js';
import {
  type CallFailure,
  FAILURE_KINDS,
  type FailureKind,
  failureKindOf,
  type Outcome,
} from './failures.js';

/** One API call as it goes over the wire. */
export interface WireRequest<T> {
  /** The path of the URL, with that of `baseUrl` before it. */
  readonly path: string;
  /** Goes into the Authorization header (RFC 6750 section 2.1). */
  readonly bearerToken: string;
  /** JSON. */
  readonly body: string;
  /** Ends the call wherever it is. */
  readonly deadline: Deadline;
  /** What the reply comes to. It does not throw. */
  readonly read: (reply: WireReply) => Outcome<T>;
}

/** The reply, whatever its status; its body decompressed and as bytes. */
export interface WireReply {
  readonly status: number;
  readonly body: Uint8Array;
  /** The Retry-After header, if there is one. */
  readonly retryAfter: unknown;
}

/** Sends API calls, each once. It does not reject. */
export interface Wire {
  send<T>(request: WireRequest<T>): Promise<Outcome<T>>;
  /** Frees the sockets; those of the host's own axios instance are the host's. */
  close(): Promise<void>;
}

/**
 * Bytes of a reply after decompression. Replies have a few thousand; with large claims in a JWT,
 * some ten thousand. This leaves room for a `responseContent` of a megabyte.
 */
export const MAX_REPLY_BYTES = 2 * 1024 * 1024;

/** The headers of a call, whatever sends it (RFC 6750 section 2.1). */
export function headersOf(bearerToken: string): Record<string, string> {
  return {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    Authorization: `Bearer ${bearerToken}`,
  };
}

/** What a transport may throw, as far as it can be told. */
export interface ThrownByTransport {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly syscall?: unknown;
}

interface NodeError extends ThrownByTransport {
  readonly cause?: ThrownByTransport | null;
  /** Of the attempts to connect to several addresses. */
  readonly errors?: readonly ThrownByTransport[];
}

/** Reads what a transport threw; a host's interceptor may throw a value with throwing getters. */
export function readThrown(thrown: unknown): ThrownByTransport {
  try {
    const { code, message, syscall, cause, errors } = thrown as NodeError;
    return { code, message, syscall: syscall ?? cause?.syscall ?? errors?.[0]?.syscall };
  } catch {
    return {};
  }
}

/**
 * What a transport threw as a failure of our own. Nothing of it is kept but its code: the error
 * itself may hold the bearer token and the request body several times over.
 *
 * @param isShown - whether a code may be shown
 */
export function failureOf(
  { code, syscall }: ThrownByTransport,
  isShown: (code: string) => boolean,
): CallFailure {
  if (typeof code !== 'string') return failure(FAILURE_KINDS.lost);
  const kind = failureKindOf(code, syscall);
  const shown = kind !== FAILURE_KINDS.lost && isShown(code);
  return failure(kind, shown ? `${kind.message} (${code})` : kind.message);
}

export function tooLarge(): CallFailure {
  return failure(FAILURE_KINDS.tooLarge, `Authlete's reply exceeds ${MAX_REPLY_BYTES} bytes`);
}

export function failure(kind: FailureKind, message: string = kind.message): CallFailure {
  return { kind, error: new AuthleteApiError(kind.code, message) };
}
