import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { AuthleteApiError } from './errors.js';
import {
  type CallFailure,
  FAILURE_KINDS,
  type FailureKind,
  failureKindOf,
  type Outcome,
} from './failures.js';

/** One API call as it goes over the wire. */
export interface WireRequest {
  readonly url: string;
  /** Goes into the Authorization header (RFC 6750 section 2.1). */
  readonly bearerToken: string;
  /** JSON. */
  readonly body: string;
  readonly signal: AbortSignal;
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
  send(request: WireRequest): Promise<Outcome<WireReply>>;
  /** Frees idle sockets; those of the host's own axios instance are the host's. */
  close(): void;
}

/**
 * Bytes of a reply after decompression. Replies have a few thousand; with large claims in a JWT,
 * some ten thousand. This leaves room for a `responseContent` of a megabyte.
 */
const MAX_REPLY_BYTES = 2 * 1024 * 1024;

/**
 * Milliseconds until an idle socket is closed. It is below the 5 s after which Node servers, among
 * the quickest to do so, close theirs: a socket reused just as the server closes it loses the call.
 */
const IDLE_SOCKET_TIMEOUT = 4000;

/** What must hold for every call, whoever made the axios instance. */
const FIXED_CONFIG = {
  method: 'post',
  // The host's would replace the bearer token, and `undefined` would let it.
  auth: null as never,
  // A redirect would hand the ticket to whoever it names.
  maxRedirects: 0,
  maxContentLength: MAX_REPLY_BYTES,
  responseType: 'arraybuffer',
  decompress: true,
  validateStatus: () => true,
  allowAbsoluteUrls: true,
  transformRequest: [(data: unknown) => data],
  transformResponse: [(data: unknown) => data],
} satisfies AxiosRequestConfig;

/**
 * Makes a wire over the host's axios instance, or over one of our own with keep-alive that obeys
 * no proxy environment variable.
 */
export function createWire(hostAxios: AxiosInstance | undefined): Wire {
  const agents = hostAxios
    ? []
    : [
        new HttpAgent({ keepAlive: true, timeout: IDLE_SOCKET_TIMEOUT }),
        new HttpsAgent({ keepAlive: true, timeout: IDLE_SOCKET_TIMEOUT }),
      ];
  const [httpAgent, httpsAgent] = agents;
  // Not `axios.create`: it would take over what the host has put into axios's global defaults.
  const instance =
    hostAxios ?? new axios.Axios({ adapter: 'http', proxy: false, httpAgent, httpsAgent });

  return {
    async send({ url, bearerToken, body, signal }) {
      try {
        const response = await instance.request({
          ...FIXED_CONFIG,
          url,
          signal,
          data: body,
          headers: {
            Accept: 'application/json',
            'Content-Type': 'application/json',
            Authorization: `Bearer ${bearerToken}`,
          },
        });
        return replyOf(response);
      } catch (error) {
        return { failure: failureOf(error) };
      }
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

/** A host's adapter or interceptor may give anything. */
function replyOf(response: AxiosResponse<unknown> | undefined): Outcome<WireReply> {
  const data = response?.data;
  const body = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  if (typeof response?.status !== 'number' || !(body instanceof Uint8Array)) {
    const message = 'The axios instance gave something else than a status and bytes';
    return { failure: failure(FAILURE_KINDS.unexpected, message) };
  }
  if (body.byteLength > MAX_REPLY_BYTES) return { failure: tooLarge() };
  const headers = (response.headers ?? {}) as Record<string, unknown>;
  return { value: { status: response.status, body, retryAfter: headers['retry-after'] } };
}

/**
 * What axios threw as a failure of our own. Nothing of that error is kept but a code that Node or
 * axios is known to give: the error itself holds the bearer token and the request body several times
 * over.
 */
function failureOf(error: unknown): CallFailure {
  const { code, message, syscall } = readable(error);
  if (typeof message === 'string' && message.startsWith('maxContentLength')) return tooLarge();
  if (typeof code !== 'string') return failure(FAILURE_KINDS.lost);
  const kind = failureKindOf(code, syscall);
  return failure(kind, kind === FAILURE_KINDS.lost ? kind.message : `${kind.message} (${code})`);
}

/** A host's interceptor may throw anything, a value with throwing getters included. */
function readable(error: unknown): { code?: unknown; message?: unknown; syscall?: unknown } {
  try {
    const { code, message, cause } = error as {
      code?: unknown;
      message?: unknown;
      cause?: unknown;
    };
    return { code, message, syscall: (cause as { syscall?: unknown } | undefined)?.syscall };
  } catch {
    return {};
  }
}

function tooLarge(): CallFailure {
  return failure(FAILURE_KINDS.tooLarge, `Authlete's reply exceeds ${MAX_REPLY_BYTES} bytes`);
}

function failure(kind: FailureKind, message: string = kind.message): CallFailure {
  return { kind, error: new AuthleteApiError(kind.code, message) };
}
