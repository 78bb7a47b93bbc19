import {
  checkCount,
  checkMilliseconds,
  checkMethods,
  checkOptionNames,
  createOptionsError,
  describeType,
  parsePlainUrl,
} from './option-checks.js';
import {
  type AccessTokenFunction,
  type Credentials,
  requireOption,
  resolveBearer,
  resolveCredentials2,
} from './credentials.js';

/** As much of an axios instance as is used: an `AxiosInstance` of axios 1.8.2 or newer is one. */
export interface AxiosLike {
  /** Sends a request; `config` is an `AxiosRequestConfig`, and an `AxiosResponse` comes back. */
  request(config: object): Promise<unknown>;
}

/** Options of `createAuthleteClient`, and of the middleware when it creates its own client. */
export interface AuthleteClientOptions {
  /**
   * The service's ID at Authlete. Default: the environment variable `AUTHLETE_SERVICE_ID`.
   * Authlete 2.3 has none.
   */
  serviceId?: string | undefined;
  /**
   * A Service Access Token or an Organization Token, or a function that returns one. Default: the
   * environment variable `AUTHLETE_BEARER`; with `apiVersion` 2, `AUTHLETE_SERVICE_ACCESSTOKEN`.
   */
  accessToken?: string | AccessTokenFunction | undefined;
  /**
   * Where the API is: https, or http on loopback only. A path is kept as a prefix.
   * Default: the environment variable `AUTHLETE_BASE_URL`, else `https://us.authlete.com`; with
   * `apiVersion` 2, `https://api.authlete.com`.
   */
  baseUrl?: string | undefined;
  /** Milliseconds for one API call as a whole, retries included. Default: 5000. */
  timeout?: number | undefined;
  /** API calls in flight at once. Default: 512. */
  maxConcurrent?: number | undefined;
  /**
   * API calls that wait for one in flight to end, for half of `timeout` at most; past that a call
   * fails at once with `ERR_ATF_OVERLOADED`. Default: 4096.
   */
  maxQueued?: number | undefined;
  /**
   * An axios instance of your app, for proxies, mutual TLS or interceptors; its adapter is used as
   * it is. Default: an instance of the package's with an adapter over `node:http`, which obeys no
   * proxy environment variable.
   */
  axios?: AxiosLike | undefined;
  /**
   * 3, or 2 for Authlete 2.3. Default: the environment variable `AUTHLETE_API_VERSION` (`V2` or
   * `V3`), else 3.
   */
  apiVersion?: 2 | 3 | undefined;
  /**
   * The service's API key, for HTTP Basic with Authlete 2.3.
   * Default: the environment variable `AUTHLETE_SERVICE_APIKEY`.
   */
  apiKey?: string | undefined;
  /**
   * The service's API secret, for HTTP Basic with Authlete 2.3.
   * Default: the environment variable `AUTHLETE_SERVICE_APISECRET`.
   */
  apiSecret?: string | undefined;
}

/** Client options once checked, with the defaults filled in. */
export interface ResolvedClientOptions {
  readonly apiVersion: 2 | 3;
  /** `undefined` with API version 2. */
  readonly serviceId: string | undefined;
  readonly credentials: Credentials;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly axios: AxiosLike | undefined;
}

/** Authlete's cluster in the United States, and the shared server of Authlete 2. */
export const DEFAULT_BASE_URLS = { 2: 'https://api.authlete.com', 3: 'https://us.authlete.com' };

/** Milliseconds. Authlete answers in tens of them; a client application gives up after some 30 s. */
const DEFAULT_TIMEOUT = 5000;

/** Calls. See docs/performance.md for why. */
const DEFAULT_MAX_CONCURRENT = 512;

/** Calls. See docs/performance.md for why. */
const DEFAULT_MAX_QUEUED = 4096;

export const CLIENT_OPTION_NAMES =
  'serviceId accessToken baseUrl timeout maxConcurrent maxQueued axios apiVersion apiKey apiSecret'.split(
    ' ',
  );

/**
 * Checks client options and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveClientOptions(
  given: AuthleteClientOptions,
  env: NodeJS.ProcessEnv = process.env,
): ResolvedClientOptions {
  const options = checkOptionNames('createAuthleteClient', given, CLIENT_OPTION_NAMES);
  const apiVersion = checkApiVersion(options.apiVersion, env['AUTHLETE_API_VERSION']);
  const {
    baseUrl = env['AUTHLETE_BASE_URL'] ?? DEFAULT_BASE_URLS[apiVersion],
    timeout = DEFAULT_TIMEOUT,
    maxConcurrent = DEFAULT_MAX_CONCURRENT,
    maxQueued = DEFAULT_MAX_QUEUED,
    axios,
  } = options;
  if (axios !== undefined) checkMethods('axios', axios, ['request'], 'an axios instance');
  return {
    apiVersion,
    serviceId: resolveServiceId(apiVersion, options, env),
    credentials: apiVersion === 2 ? resolveCredentials2(options, env) : resolveBearer(options, env),
    baseUrl: checkBaseUrl(baseUrl),
    timeout: checkMilliseconds('timeout', timeout),
    maxConcurrent: checkCount('maxConcurrent', maxConcurrent, 1),
    maxQueued: checkCount('maxQueued', maxQueued, 0),
    axios,
  };
}

function checkApiVersion(option: unknown, variable: string | undefined): 2 | 3 {
  if (option === undefined && variable !== undefined) {
    const version = /^V([23])$/i.exec(variable)?.[1];
    if (version === undefined) {
      throw createOptionsError('The environment variable AUTHLETE_API_VERSION must be V2 or V3');
    }
    return version === '2' ? 2 : 3;
  }
  if (option === undefined) return 3;
  if (option !== 2 && option !== 3) {
    const got = typeof option === 'number' ? option : describeType(option);
    throw createOptionsError(`apiVersion must be 2 or 3, got ${got}`);
  }
  return option;
}

function resolveServiceId(
  apiVersion: 2 | 3,
  { serviceId }: AuthleteClientOptions,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (apiVersion === 3) {
    return checkServiceId(requireOption('serviceId', serviceId, 'AUTHLETE_SERVICE_ID', env));
  }
  if (serviceId === undefined) return undefined;
  throw createOptionsError('serviceId cannot be used with apiVersion 2, whose paths have none');
}

/**
 * Checks a service ID. The message never shows the value: a token pasted into the wrong option must
 * not end up in a log.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkServiceId(value: unknown): string {
  const wanted = "serviceId must be the service's ID as a string";
  if (typeof value !== 'string' || value === '') {
    throw createOptionsError(`${wanted}, got ${describeType(value)}`);
  }
  // A URL parser would resolve a dot segment; everything else is percent-encoded into the path.
  if (/^\.{1,2}$|[\p{C}\s]/u.test(value)) {
    throw createOptionsError(
      `${wanted}, got one that is a dot segment or has white space or a control character`,
    );
  }
  return value;
}

function checkBaseUrl(value: unknown): string {
  const wanted =
    'baseUrl must be an https URL (http on loopback only) without user information, query or fragment';
  const url = parsePlainUrl(value);
  if (url && (url.protocol === 'https:' || isLoopback(url.hostname))) {
    return url.href.replace(/\/+$/, '');
  }
  throw createOptionsError(`${wanted}, got ${describeUrl(value)}`);
}

/** What may be shown of a wrong URL: something that is none may be a token in the wrong option. */
function describeUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    if (typeof value !== 'string' || value === '') return describeType(value);
    return /^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?(\/|$)/.test(value)
      ? 'one without a scheme: add https:// before it (http:// on loopback)'
      : 'a string that is no such URL';
  }
  // User information and query are where a URL carries secrets, so neither is shown.
  const shown = JSON.stringify(`${url.protocol}//${url.host}${url.pathname}`);
  return parsePlainUrl(value) ? shown : `${shown} with one of them (masked)`;
}

/** Whether only programs on this machine listen there. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
