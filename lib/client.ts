import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DeadlineErrors, startDeadline } from './deadline.js';
import { FAIR_SHARE, sendWithin } from './attempts.js';
import { createBreaker } from './breaker.js';
import {
  type CallEvent,
  type CallRecord,
  CALLS,
  CIRCUITS,
  type ClientIdentity,
  LOADS,
  publishCall,
} from './diagnostics.js';
import { AuthleteApiError } from './errors.js';
import { createLimiter, type Slot } from './limiter.js';
import {
  type AccessTokenFunction,
  type AuthleteClientOptions,
  type ClientSettings,
  isBearerToken,
  resolveClientOptions,
} from './options.js';
import { kindOf, secretsOfParameters } from './redact.js';
import { readReply } from './reply.js';
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
import type { WireReply } from './wire.js';
import { createAxiosWire } from './wire-axios.js';
import { createUndiciWire } from './wire-undici.js';

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
  /**
   * Opens no new tickets, lets the calls under way end and the tickets that they leave be closed,
   * then refuses every call and frees the sockets.
   */
  readonly close: () => Promise<void>;
}

interface Api {
  readonly path: CallEvent['api'];
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

/**
 * Makes a client of Authlete's token APIs.
 *
 * @param options - see {@link AuthleteClientOptions}; each has an environment variable or a default
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function createAuthleteClient(options: AuthleteClientOptions = {}): AuthleteClient {
  const settings = resolveClientOptions(options);
  const { origin, pathname } = new URL(settings.baseUrl);
  const wire = settings.axios
    ? createAxiosWire(settings.axios, origin)
    : createUndiciWire(origin, settings);
  const service = `${pathname.replace(/\/$/, '')}/api/${encodeURIComponent(settings.serviceId)}`;
  const { maxConcurrent, maxQueued, timeout } = settings;
  const limiter = createLimiter({ maxConcurrent, maxQueued, maxWait: timeout * (1 - FAIR_SHARE) });
  const identity: ClientIdentity = Object.freeze({ baseUrl: settings.baseUrl });
  const breaker = createBreaker({
    onChange(circuit) {
      if (CIRCUITS.hasListeners()) CIRCUITS.publish({ client: identity, state: circuit });
    },
  });
  let state: 'open' | 'closing' | 'closed' = 'open';
  let underWay = 0;
  /** Who waits until no call is under way. */
  let whenIdle: (() => void)[] = [];

  function publishLoad(): void {
    if (!LOADS.hasListeners()) return;
    LOADS.publish({ client: identity, ...limiter.load(), closed: state === 'closed' });
  }

  // One function: each that waits for another costs a few per cent of a failed grant.
  async function call(
    api: Api,
    request: unknown,
    options: CallOptions | undefined,
    record?: CallRecord,
  ): Promise<unknown> {
    checkCall(api, request, options);
    const deadline = startDeadline(timeout, options?.signal, DEADLINE_ERRORS);
    underWay++;
    let slot: Slot | undefined;
    try {
      slot = limiter.enter();
      publishLoad();
      if (slot.ready) await deadline.race(slot.ready);
      const path = service + api.path;
      const body = JSON.stringify(request);
      return await sendWithin(deadline, breaker, {
        prepare: () => bearerTokenOf(settings),
        send(bearerToken) {
          if (record) record.attempts++;
          const secrets = () => [bearerToken, ...api.secretsOf(request as never)];
          const read = (reply: WireReply) => readReply(api.path, api.checkResponse, reply, secrets);
          return wire.send({ path, bearerToken, body, deadline, read });
        },
      });
    } finally {
      slot?.leave();
      publishLoad();
      deadline.clear();
      if (--underWay === 0) {
        for (const resolve of whenIdle) resolve();
        whenIdle = [];
      }
    }
  }

  /** @throws AuthleteApiError if the call is not to be made at all */
  function checkCall(api: Api, request: unknown, options: CallOptions | undefined): void {
    if (state === 'closed' || (state === 'closing' && api === TOKEN)) {
      throw new AuthleteApiError('ERR_ATF_CLOSED', 'The client is closed');
    }
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
  }

  function methodOf(api: Api) {
    return (request: unknown, options?: CallOptions): Promise<unknown> =>
      CALLS.hasListeners()
        ? publishCall(identity, api.path, (record) => call(api, request, options, record))
        : call(api, request, options);
  }

  return {
    token: methodOf(TOKEN) as AuthleteClient['token'],
    tokenIssue: methodOf(TOKEN_ISSUE) as AuthleteClient['tokenIssue'],
    tokenFail: methodOf(TOKEN_FAIL) as AuthleteClient['tokenFail'],
    async close() {
      if (state === 'open') state = 'closing';
      // A call that ends may leave a ticket that the next one closes.
      while (underWay > 0) {
        await new Promise<void>((resolve) => whenIdle.push(resolve));
        await nextTurn();
      }
      state = 'closed';
      publishLoad();
      await wire.close();
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

/** The bearer token for one attempt. */
function bearerTokenOf({ accessToken }: ClientSettings): string | Promise<string> {
  return typeof accessToken === 'string' ? accessToken : bearerTokenFrom(accessToken);
}

/** What a host's function throws stays with the host: it may well hold a secret. */
async function bearerTokenFrom(accessToken: AccessTokenFunction): Promise<string> {
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
