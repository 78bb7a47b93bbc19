import { optionsError } from './errors.js';
import { kindOf } from './redact.js';

/** Gives the bearer token for one call. It is called anew for each, so a token can be rotated. */
export type AccessTokenFunction = () => string | Promise<string>;

/**
 * As much of an axios instance as is used: an `AxiosInstance` of axios 1.8.2 or newer is one. axios
 * is an optional peer, so its own type may not be there.
 */
export interface AxiosLike {
  /** Sends a request; `config` is an `AxiosRequestConfig`, and an `AxiosResponse` comes back. */
  request(config: object): Promise<unknown>;
}

/** Options of `createAuthleteClient`, and of `tokenFail` when it makes its own client. */
export interface AuthleteClientOptions {
  /** The service's ID at Authlete. Default: the environment variable `AUTHLETE_SERVICE_ID`. */
  serviceId?: string | undefined;
  /**
   * A Service Access Token or an Organization Token, or a function that gives one.
   * Default: the environment variable `AUTHLETE_BEARER`.
   */
  accessToken?: string | AccessTokenFunction | undefined;
  /**
   * Where the API is: https, or http on loopback only. A path is kept as a prefix.
   * Default: the environment variable `AUTHLETE_BASE_URL`, else `https://us.authlete.com`.
   */
  baseUrl?: string | undefined;
  /** Milliseconds for one API call as a whole. Default: 5000. */
  timeout?: number | undefined;
  /** API calls under way at once. Default: 512. */
  maxConcurrent?: number | undefined;
  /**
   * API calls that wait for one under way to end, for half of `timeout` at most; past that a call
   * fails at once. Default: 4096.
   */
  maxQueued?: number | undefined;
  /**
   * An axios instance of the host's, for proxies, mutual TLS or interceptors; its transport is used
   * as it is. Default: none. Calls go over a connection pool of undici's, which obeys no proxy
   * environment variable.
   */
  axios?: AxiosLike | undefined;
}

/** Client options once checked, with the defaults filled in. */
export interface ClientSettings {
  readonly serviceId: string;
  readonly accessToken: string | AccessTokenFunction;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly axios: AxiosLike | undefined;
}

/** Authlete's cluster in the United States. */
export const DEFAULT_BASE_URL = 'https://us.authlete.com';

/** Milliseconds. Authlete answers in tens of them; a client application gives up after some 30 s. */
const DEFAULT_TIMEOUT = 5000;

/** Calls. */
const DEFAULT_MAX_CONCURRENT = 512;

/** Calls. */
const DEFAULT_MAX_QUEUED = 4096;

/** Milliseconds. A Node timer that is set for longer fires at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** A compile-time check that these are all of them: a forgotten option would be called unknown. */
export const CLIENT_OPTION_NAMES = Object.keys({
  serviceId: true,
  accessToken: true,
  baseUrl: true,
  timeout: true,
  maxConcurrent: true,
  maxQueued: true,
  axios: true,
} satisfies Record<keyof AuthleteClientOptions, true>) as (keyof AuthleteClientOptions)[];

/**
 * Checks client options and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveClientOptions(
  options: AuthleteClientOptions,
  env: NodeJS.ProcessEnv = process.env,
): ClientSettings {
  checkOptionNames('createAuthleteClient', options, CLIENT_OPTION_NAMES);
  const {
    serviceId = env['AUTHLETE_SERVICE_ID'],
    accessToken = env['AUTHLETE_BEARER'],
    baseUrl = env['AUTHLETE_BASE_URL'] ?? DEFAULT_BASE_URL,
    timeout = DEFAULT_TIMEOUT,
    maxConcurrent = DEFAULT_MAX_CONCURRENT,
    maxQueued = DEFAULT_MAX_QUEUED,
    axios,
  } = options;
  return {
    serviceId: checkedServiceId(present(serviceId, 'serviceId', 'AUTHLETE_SERVICE_ID')),
    accessToken: checkedAccessToken(present(accessToken, 'accessToken', 'AUTHLETE_BEARER')),
    baseUrl: checkedBaseUrl(baseUrl),
    timeout: checkedMilliseconds('timeout', timeout),
    maxConcurrent: checkedCount('maxConcurrent', maxConcurrent, 1),
    maxQueued: checkedCount('maxQueued', maxQueued, 0),
    axios: checkedAxios(axios),
  };
}

/**
 * Checks that options are an object and that each has a name we know.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkOptionNames(caller: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw optionsError(`${caller}: options must be an object, got ${kindOf(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw optionsError(
      `${caller}: unknown option ${JSON.stringify(unknown)}; it takes ${known.join(', ')}`,
    );
  }
}

/**
 * Checks that a hook is a function, or not given at all.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkHook(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw optionsError(`${option} must be a function, got ${kindOf(value)}`);
  }
}

/** What HTTP lets stand in an Authorization header (RFC 9110 section 5.5), without white space. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function present<T>(value: T | undefined, option: string, variable: string): T {
  if (value === undefined) {
    throw optionsError(
      `${option} is missing: pass the option or set the environment variable ${variable}`,
    );
  }
  return value;
}

/**
 * Checks a service ID. It never shows the value: a token pasted into the wrong option must not end
 * up in a log.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkedServiceId(value: unknown): string {
  const wanted = "serviceId must be the service's ID as a string";
  if (typeof value !== 'string' || value === '') {
    throw optionsError(`${wanted}, got ${kindOf(value)}`);
  }
  // A URL parser would resolve a dot segment; everything else is percent-encoded into the path.
  if (/^\.{1,2}$|[\p{C}\s]/u.test(value)) {
    throw optionsError(
      `${wanted}, got one that is a dot segment or has white space or a control character`,
    );
  }
  return value;
}

function checkedAccessToken(value: unknown): string | AccessTokenFunction {
  if (typeof value === 'function') return value as AccessTokenFunction;
  if (isBearerToken(value)) return value;
  const got =
    typeof value === 'string' && value !== ''
      ? `a string of ${value.length} characters (masked) with one that no HTTP header may carry`
      : kindOf(value);
  throw optionsError(
    `accessToken must be a Service Access Token or an Organization Token, visible ASCII without ` +
      `white space or line breaks, or a function that gives one; got ${got}`,
  );
}

function checkedBaseUrl(value: unknown): string {
  const wanted =
    'baseUrl must be an https URL (http on loopback only) without user information, query or fragment';
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  // Something with another scheme may be a token pasted into the wrong option, so it is not shown.
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw optionsError(
      `${wanted}, got ${typeof value === 'string' && value !== '' ? 'a string that is no such URL' : kindOf(value)}`,
    );
  }
  // User information and query are where a URL carries secrets, so neither is shown.
  const shown = JSON.stringify(`${url.protocol}//${url.host}${url.pathname}`);
  // `url.search` and `url.hash` are empty for a bare question mark or number sign.
  if (url.username !== '' || url.password !== '' || /[?#]/.test(url.href)) {
    throw optionsError(`${wanted}, got ${shown} with one of them (masked)`);
  }
  const secure = url.protocol === 'https:' || isLoopback(url.hostname);
  if (!secure) throw optionsError(`${wanted}, got ${shown}`);
  return url.href.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Checks a time span that a Node timer can take.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkedMilliseconds(option: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value <= MAX_TIMEOUT)) {
    throw optionsError(
      `${option} must be a positive number of milliseconds, ${MAX_TIMEOUT} at most, ` +
        `got ${typeof value === 'number' ? value : kindOf(value)}`,
    );
  }
  return value;
}

/**
 * Checks a number of things.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkedCount(option: string, value: unknown, min: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < min) {
    throw optionsError(
      `${option} must be a whole number of ${min} or more, ` +
        `got ${typeof value === 'number' ? value : kindOf(value)}`,
    );
  }
  return value as number;
}

function checkedAxios(value: AxiosLike | undefined): AxiosLike | undefined {
  const { request } = (value ?? {}) as Partial<AxiosLike>;
  if (value !== undefined && typeof request !== 'function') {
    throw optionsError(`axios must be an axios instance, got ${kindOf(value)}`);
  }
  return value;
}
