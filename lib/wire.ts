import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { AuthleteApiError, type AuthleteApiErrorCode } from './errors.js';

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
}

/** Sends API calls. Fails with {@link AuthleteApiError} only, and never repeats one. */
export interface Wire {
  send(request: WireRequest): Promise<WireReply>;
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

/** Node's and axios's error codes, by what they tell of the call. */
const FAILURES: readonly { pattern: RegExp; code: AuthleteApiErrorCode; message: string }[] = [
  {
    pattern: /^(ETIMEDOUT|ECONNABORTED)$/,
    code: 'ERR_ATF_TIMEOUT',
    message: 'Authlete did not answer in time',
  },
  {
    pattern: /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL)$/,
    code: 'ERR_ATF_UNREACHABLE',
    message: 'Authlete cannot be reached',
  },
  {
    // Node's names for OpenSSL's verdicts on a certificate, and its own.
    pattern: /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_)\w+$|^EPROTO$/,
    code: 'ERR_ATF_UNREACHABLE',
    message: 'TLS with Authlete cannot be set up',
  },
  {
    // The HTTP parser, then the decompressors.
    pattern: /^(HPE_|Z_|ZSTD_|ERR_BROTLI_|ERR__ERROR_FORMAT_)\w+$/,
    code: 'ERR_ATF_RESPONSE_INVALID',
    message: 'What Authlete sent is no valid HTTP response',
  },
];

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
        throw error instanceof AuthleteApiError ? error : wireError(error);
      }
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

/** A host's adapter or interceptor may give anything. */
function replyOf(response: AxiosResponse<unknown> | undefined): WireReply {
  const data = response?.data;
  const body = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  if (typeof response?.status !== 'number' || !(body instanceof Uint8Array)) {
    throw new AuthleteApiError(
      'ERR_ATF_RESPONSE_INVALID',
      'The axios instance gave something else than a status and bytes',
    );
  }
  if (body.byteLength > MAX_REPLY_BYTES) throw tooLarge();
  return { status: response.status, body };
}

/**
 * Our own error for what axios threw. Nothing of that error is kept but a code that Node or axios
 * is known to give: the error itself holds the bearer token and the request body several times over.
 */
function wireError(error: unknown): AuthleteApiError {
  const { code, message } = readable(error);
  if (typeof message === 'string' && message.startsWith('maxContentLength')) return tooLarge();
  const known =
    typeof code === 'string' ? FAILURES.find(({ pattern }) => pattern.test(code)) : undefined;
  return known
    ? new AuthleteApiError(known.code, `${known.message} (${String(code)})`)
    : new AuthleteApiError(
        'ERR_ATF_CONNECTION_LOST',
        'The call to Authlete broke off before the reply was complete',
      );
}

/** A host's interceptor may throw anything, a value with throwing getters included. */
function readable(error: unknown): { code?: unknown; message?: unknown } {
  try {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { code, message };
  } catch {
    return {};
  }
}

function tooLarge(): AuthleteApiError {
  return new AuthleteApiError(
    'ERR_ATF_RESPONSE_INVALID',
    `Authlete's reply exceeds ${MAX_REPLY_BYTES} bytes`,
  );
}
