import { type Deadline, type DeadlineErrors, startDeadline } from './deadline.js';
import { AuthleteApiError, type AuthleteApiErrorDetails } from './errors.js';
import {
  type AuthleteClientOptions,
  type ClientSettings,
  isBearerToken,
  resolveClientOptions,
} from './options.js';
import { kindOf, safeText, secretsOfParameters } from './redact.js';
import type { TokenFailRequest, TokenFailResponse } from './schemas/token-fail.js';
import type { TokenIssueRequest, TokenIssueResponse } from './schemas/token-issue.js';
import type { TokenRequest, TokenResponse } from './schemas/token.js';
import {
  type Check,
  checkTokenFailRequest,
  checkTokenFailResponse,
  checkTokenIssueRequest,
  checkTokenIssueResponse,
  checkTokenRequest,
  checkTokenResponse,
} from './validate.js';
import { createWire, type WireReply } from './wire.js';

/** Options of one call. */
export interface CallOptions {
  /** Aborts the call, which then fails with `ERR_ATF_ABORTED`. It may have reached Authlete. */
  signal?: AbortSignal | undefined;
}

/**
 * A client of Authlete's three token APIs. Requests and replies are checked against the schemas of
 * Authlete's API description. Every failure is an {@link AuthleteApiError}, within the timeout.
 */
export interface AuthleteClient {
  /** Calls `/auth/token`: what to do with a token request. */
  readonly token: (request: TokenRequest, options?: CallOptions) => Promise<TokenResponse>;
  /** Calls `/auth/token/issue`: closes a ticket by issuing an access token. */
  readonly tokenIssue: (
    request: TokenIssueRequest,
    options?: CallOptions,
  ) => Promise<TokenIssueResponse>;
  /** Calls `/auth/token/fail`: closes a ticket by failing the token request. */
  readonly tokenFail: (
    request: TokenFailRequest,
    options?: CallOptions,
  ) => Promise<TokenFailResponse>;
  /** Refuses new calls, lets those under way end, then frees the idle sockets. */
  readonly close: () => Promise<void>;
}

interface Api {
  readonly path: string;
  readonly checkRequest: Check;
  readonly checkResponse: Check;
  /** The secrets that a request carries: none of them may show in an error. */
  secretsOf(request: never): string[];
}

const TOKEN: Api = {
  path: '/auth/token',
  checkRequest: checkTokenRequest,
  checkResponse: checkTokenResponse,
  secretsOf: ({ parameters, clientSecret, accessToken }: TokenRequest) => [
    ...secretsOfParameters(parameters),
    clientSecret ?? '',
    accessToken ?? '',
  ],
};

const TOKEN_ISSUE: Api = {
  path: '/auth/token/issue',
  checkRequest: checkTokenIssueRequest,
  checkResponse: checkTokenIssueResponse,
  secretsOf: ({ ticket, accessToken }: TokenIssueRequest) => [ticket, accessToken ?? ''],
};

const TOKEN_FAIL: Api = {
  path: '/auth/token/fail',
  checkRequest: checkTokenFailRequest,
  checkResponse: checkTokenFailResponse,
  secretsOf: ({ ticket }: TokenFailRequest) => [ticket],
};

const DEADLINE_ERRORS: DeadlineErrors = {
  timedOut: (timeout) =>
    new AuthleteApiError('ERR_ATF_TIMEOUT', `Authlete did not answer within ${timeout} ms`),
  aborted: () => new AuthleteApiError('ERR_ATF_ABORTED', 'The call was aborted by its caller'),
};

/** Fields of a reply that are secrets: none of them may show in an error either. */
const SECRET_REPLY_FIELDS = [
  'ticket',
  'password',
  'accessToken',
  'jwtAccessToken',
  'refreshToken',
  'idToken',
  'subjectToken',
  'actorToken',
  'assertion',
  'deviceSecret',
];

/**
 * Makes a client of Authlete's token APIs.
 *
 * @param options - see {@link AuthleteClientOptions}; each has an environment variable or a default
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function createAuthleteClient(options: AuthleteClientOptions = {}): AuthleteClient {
  const settings = resolveClientOptions(options);
  const wire = createWire(settings.axios);
  const service = `${settings.baseUrl}/api/${encodeURIComponent(settings.serviceId)}`;
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  async function send(api: Api, request: object, deadline: Deadline): Promise<unknown> {
    const bearerToken = await bearerTokenOf(settings);
    const reply = await wire.send({
      url: service + api.path,
      bearerToken,
      body: JSON.stringify(request),
      signal: deadline.signal,
    });
    const secrets = () => [bearerToken, ...api.secretsOf(request as never)];
    return readReply(api, reply, secrets);
  }

  async function call(api: Api, request: unknown, options?: CallOptions): Promise<unknown> {
    if (closed) throw new AuthleteApiError('ERR_ATF_CLOSED', 'The client is closed');
    const signal = options?.signal;
    const problem =
      signal === undefined || isAbortSignal(signal)
        ? api.checkRequest(request)
        : 'signal must be an AbortSignal';
    if (problem !== undefined) {
      throw new AuthleteApiError(
        'ERR_ATF_REQUEST_INVALID',
        `The request for ${api.path} is invalid: ${problem}`,
      );
    }
    const deadline = startDeadline(settings.timeout, signal, DEADLINE_ERRORS);
    const work = deadline.race(send(api, request as object, deadline));
    underWay.add(work);
    try {
      return await work;
    } finally {
      deadline.clear();
      underWay.delete(work);
    }
  }

  return {
    token: (request, options) => call(TOKEN, request, options) as Promise<TokenResponse>,
    tokenIssue: (request, options) =>
      call(TOKEN_ISSUE, request, options) as Promise<TokenIssueResponse>,
    tokenFail: (request, options) =>
      call(TOKEN_FAIL, request, options) as Promise<TokenFailResponse>,
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      wire.close();
    },
  };
}

/** By its shape: the signals of another realm, or of a polyfill, will do. */
function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>;
  const listenable = [addEventListener, removeEventListener].every(
    (method) => typeof method === 'function',
  );
  return listenable && typeof aborted === 'boolean';
}

/**
 * The bearer token for one call. What a host's function threw stays with the host: it may well
 * hold a secret.
 */
async function bearerTokenOf({ accessToken }: ClientSettings): Promise<string> {
  if (typeof accessToken === 'string') return accessToken;
  let token: unknown;
  try {
    token = await accessToken();
  } catch {
    throw new AuthleteApiError('ERR_ATF_ACCESS_TOKEN', 'The accessToken function failed');
  }
  if (!isBearerToken(token)) {
    throw new AuthleteApiError(
      'ERR_ATF_ACCESS_TOKEN',
      `The accessToken function gave ${kindOf(token)} that no Authorization header may carry`,
    );
  }
  return token;
}

/** Authlete answers 200 whatever the `action`; every other status comes without one. */
function readReply(api: Api, { status, body }: WireReply, secrets: () => string[]): unknown {
  const reply = parseJson(body);
  if (status !== 200) {
    throw new AuthleteApiError(
      'ERR_ATF_HTTP_STATUS',
      `Authlete answered ${api.path} with HTTP status ${status}`,
      { status, ...resultOf(reply, secrets) },
    );
  }
  const problem = reply === undefined ? 'it is no JSON in UTF-8' : api.checkResponse(reply);
  if (problem !== undefined) {
    throw new AuthleteApiError(
      'ERR_ATF_RESPONSE_INVALID',
      `Authlete's reply for ${api.path} is invalid: ${problem}`,
      { status, ...resultOf(reply, secrets) },
    );
  }
  return reply;
}

/** RFC 8259 section 8.1: JSON is UTF-8, whatever a charset parameter says; a BOM may be ignored. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** The `result` object that comes with an HTTP error of the API. */
function resultOf(reply: unknown, secretsOfCall: () => string[]): AuthleteApiErrorDetails {
  const fields = (reply ?? {}) as Record<string, unknown>;
  const secrets = [...secretsOfCall(), ...SECRET_REPLY_FIELDS.map((name) => fields[name])].filter(
    (secret) => typeof secret === 'string',
  );
  const { resultCode, resultMessage } = fields;
  return {
    ...(typeof resultCode === 'string' && { resultCode: safeText(resultCode, secrets) }),
    ...(typeof resultMessage === 'string' && { resultMessage: safeText(resultMessage, secrets) }),
  };
}
