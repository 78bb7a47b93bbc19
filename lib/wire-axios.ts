import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { FAILURE_KINDS, type Outcome } from './failures.js';
import type { AxiosLike } from './options.js';
import {
  failure,
  failureOf,
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
    async send({ path, bearerToken, body, deadline }) {
      try {
        const response = await instance.request({
          ...FIXED_CONFIG,
          url: origin + path,
          signal: deadline.signal,
          data: body,
          headers: {
            Accept: 'application/json',
            'Content-Type': 'application/json',
            Authorization: `Bearer ${bearerToken}`,
          },
        });
        return replyOf(response as AxiosResponse<unknown> | undefined);
      } catch (error) {
        const thrown = readThrown(error);
        const exceeds = String(thrown.message).startsWith('maxContentLength');
        return { failure: exceeds ? tooLarge() : failureOf(thrown) };
      }
    },
    close: () => Promise.resolve(),
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
