import { getSystemErrorMap } from 'node:util';
import axios, {
  type AxiosInstance,
  type AxiosRequestConfig,
  type AxiosRequestTransformer,
} from 'axios';
import type { Api } from './apis.js';
import type { Deadline } from './deadline.js';
import { type CallResult, classifyThrown, createFailure, FAILURE_KINDS } from './failures.js';
import { createHttpAdapter } from './http-adapter.js';
import type { ResolvedClientOptions } from './client-options.js';
import type { Secrets } from './redact.js';
import { createTooLargeFailure, readReply, type TransportResponse } from './response.js';

/** One API call, to be sent once. */
export interface TransportRequest {
  readonly api: Api;
  readonly url: string;
  /** The Authorization header. */
  readonly authorization: string;
  /** JSON. */
  readonly body: string;
  /** Ends the call wherever it is. */
  readonly deadline: Deadline;
  readonly secrets: Secrets;
}

/** Sends API calls through an axios instance. */
export interface Transport {
  readonly axios: AxiosInstance;
  /** Does not reject. */
  send(request: TransportRequest): Promise<CallResult>;
  /** Frees the connections; those of an app's instance belong to the app. */
  readonly close: () => void;
}

/**
 * For our own instance and adapter, which need no more. Headers are set by a transformer, after the
 * app's request interceptors: to merge those of a config with the instance's takes axios five
 * microseconds.
 */
function buildOwnConfig({ url, authorization, body, api, deadline }: TransportRequest) {
  const setHeaders: AxiosRequestTransformer = (data: unknown, headers) => {
    headers['Content-Type'] = 'application/json';
    headers.Authorization = authorization;
    return data;
  };
  return {
    url,
    data: body,
    // A list, as interceptors expect it.
    transformRequest: [setHeaders],
    maxContentLength: api.maxReplyBytes,
    // As much of a signal as our adapter needs: a real one takes microseconds.
    signal: deadline,
  } satisfies AxiosRequestConfig;
}

/** For any other instance, whatever its defaults, and for what is only like one. */
function buildFullConfig({ url, authorization, body, api, deadline }: TransportRequest) {
  return {
    url,
    method: 'post',
    headers: {
      Accept: 'application/json',
      // Replies are small: decompressing one would cost more than it saves.
      'Accept-Encoding': 'identity',
      'Content-Type': 'application/json',
      Authorization: authorization,
    },
    data: body,
    transformRequest: KEEP_DATA,
    transformResponse: KEEP_DATA,
    maxContentLength: api.maxReplyBytes,
    signal: deadline.signal,
    // The instance's would replace the Authorization header, and `undefined` would let it.
    auth: null as never,
    // A redirect would hand the ticket to the server that it names.
    maxRedirects: 0,
    responseType: 'arraybuffer',
    // readReply does it, so that the bytes that were sent are counted as well.
    decompress: false,
    validateStatus: acceptAny,
    allowAbsoluteUrls: true,
  } satisfies AxiosRequestConfig;
}

/** No transformers: the instance's own would parse a reply. */
const KEEP_DATA: [] = [];

const acceptAny = (): boolean => true;

/** Creates a transport over the app's axios instance, or over one of its own. */
export function createTransport({
  axios: given,
  maxConcurrent,
  baseUrl,
}: Pick<ResolvedClientOptions, 'axios' | 'maxConcurrent' | 'baseUrl'>): Transport {
  const own = given ? undefined : createOwnInstance(maxConcurrent);
  const instance = own ? own.instance : (given as AxiosInstance);
  const { host } = new URL(baseUrl);
  /** Whether calls use the adapter that needs nothing else; a mock may have replaced it. */
  const isOurs = (): boolean => own !== undefined && instance.defaults.adapter === own.adapter;

  return {
    axios: instance,
    async send(call) {
      const { api, url, secrets } = call;
      try {
        const config = isOurs() ? buildOwnConfig(call) : buildFullConfig(call);
        const response = readResponse(await instance.request(config));
        // Awaited here: what an interceptor returned may throw when it is read.
        if (response) return await readReply(api, response, secrets);
      } catch (thrown) {
        return { reply: undefined, failure: describeThrown(thrown, { api, url, host }) };
      }
      const message = 'The axios instance did not return a response with a status and data';
      return {
        reply: undefined,
        failure: createFailure(FAILURE_KINDS.invalidReply, api.path, message),
      };
    },
    close() {
      own?.close();
    },
  };
}

/**
 * An axios instance without the library's defaults, most of which a call does not need: with them, a
 * call costs about three times as much in axios.
 */
function createOwnInstance(maxConcurrent: number) {
  const { adapter, close } = createHttpAdapter(maxConcurrent);
  const instance = axios.create();
  const defaults = instance.defaults as unknown as Record<string, unknown>;
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  Object.assign(defaults, { method: 'post', adapter });
  return { instance, adapter, close };
}

/** Reads what an instance returned: an app's adapter, an interceptor or a mock may return anything. */
function readResponse(response: unknown): TransportResponse | undefined {
  const { status, data, headers } = (response ?? {}) as Record<string, unknown>;
  // A mock may leave the data out.
  const body = data instanceof ArrayBuffer ? new Uint8Array(data) : (data ?? '');
  if (typeof status !== 'number') return undefined;
  if (typeof body !== 'string' && typeof body !== 'object') return undefined;
  return { status, body, header: (name) => findHeader(headers, name) };
}

/** Whatever case the name is in: a mock's headers are as a test wrote them. */
function findHeader(headers: unknown, lowerCaseName: string): unknown {
  const lines = Object.entries((headers ?? {}) as Record<string, unknown>);
  return lines.find(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
}

/** The call that something was thrown for. */
interface FailedCall {
  readonly api: Api;
  readonly url: string;
  readonly host: string;
}

/**
 * Describes what an instance threw. Only its code is kept: the error itself holds the Authorization
 * header and the request body, several times over.
 */
function describeThrown(thrown: unknown, { api, url, host }: FailedCall) {
  try {
    const { code, message, config, request, response } = thrown as Record<string, unknown>;
    // An app's interceptor may make calls of its own, and pass on their errors.
    const isOfThisCall = (config as { url?: unknown } | undefined)?.url === url && !response;
    if (isOfThisCall && String(message).startsWith('maxContentLength')) {
      return createTooLargeFailure(api);
    }
    const kind = isOfThisCall
      ? classifyThrown({ code, syscall: findSyscall(thrown), reusedSocket: getReused(request) })
      : FAILURE_KINDS.connectionLost;
    const where = kind.code === 'ERR_ATF_UNREACHABLE' ? ` at ${host}` : '';
    const shown = isOfThisCall && KNOWN_CODES.has(code) ? ` (${String(code)})` : '';
    return createFailure(kind, api.path, `${kind.message}${where}${shown}`);
  } catch {
    return createFailure(FAILURE_KINDS.connectionLost, api.path);
  }
}

function getReused(request: unknown): unknown {
  return (request as { reusedSocket?: unknown } | null | undefined)?.reusedSocket;
}

/** Of the error itself, of its cause, or of the attempts to connect to several addresses. */
function findSyscall(thrown: unknown): unknown {
  const { syscall, cause = thrown } = thrown as { syscall?: unknown; cause?: unknown };
  const { syscall: inner, errors } = cause as {
    syscall?: unknown;
    errors?: readonly { syscall?: unknown }[];
  };
  return syscall ?? inner ?? errors?.[0]?.syscall;
}

/** Node's codes. Anything else that an interceptor gives as a code may be a secret. */
const KNOWN_CODES: ReadonlySet<unknown> = new Set([
  ...[...getSystemErrorMap().values()].map(([name]) => name),
  'ENOTFOUND',
  'EPROTO',
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);
