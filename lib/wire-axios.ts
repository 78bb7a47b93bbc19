import { getSystemErrorMap } from 'node:util';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { FAILURE_KINDS, type Outcome } from './failures.js';
import type { AxiosLike } from './options.js';
import {
  failure,
  failureOf,
  headersOf,
  MAX_REPLY_BYTES,
  readThrown,
  tooLarge,
  type Wire,
  type WireReply,
} from './wire.js';

/** What must hold for every call, whatever the instance was made for. */
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
 * Makes a wire over the host's axios instance, whose transport, interceptors and agents are used as
 * they are.
 */
export function createAxiosWire(instance: AxiosLike, origin: string): Wire {
  return {
    async send({ path, bearerToken, body, deadline, read }) {
      const url = origin + path;
      let outcome: Outcome<WireReply>;
      try {
        const response = await instance.request({
          ...FIXED_CONFIG,
          url,
          signal: deadline.signal,
          data: body,
          headers: headersOf(bearerToken),
        });
        outcome = replyOf(response as AxiosResponse<unknown> | undefined);
      } catch (error) {
        const thrown = readThrown(error);
        if (String(thrown.message).startsWith('maxContentLength')) return { failure: tooLarge() };
        const kept = isOfThisCall(error, url);
        return { failure: kept ? failureOf(thrown, isKnown) : failure(FAILURE_KINDS.lost) };
      }
      return 'value' in outcome ? read(outcome.value) : outcome;
    },
    close: () => Promise.resolve(),
  };
}

/**
 * Whether an error is of sending this call: an interceptor of the host's may make calls of its own,
 * before or after this one, and let their errors through.
 */
function isOfThisCall(error: unknown, url: string): boolean {
  try {
    const { config, response } = error as { config?: { url?: unknown }; response?: unknown };
    return config?.url === url && response === undefined;
  } catch {
    return false;
  }
}

/** Node's codes; whatever else a host's interceptor gives as a code may be a secret. */
const KNOWN_CODES: ReadonlySet<string> = new Set([
  ...[...getSystemErrorMap().values()].map(([name]) => name),
  'ENOTFOUND',
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);

function isKnown(code: string): boolean {
  return KNOWN_CODES.has(code);
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
