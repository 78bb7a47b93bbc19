import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AxiosInstance } from 'axios';
import type { AuthleteApiPath } from '../errors.js';
import { CIRCUITS, type CircuitState, type ClientIdentity } from '../outcome/channels.js';
import { createWarnOnce } from '../outcome/reporter.js';
import type {
  TokenFailRequest,
  TokenFailResponse,
  TokenIssueRequest,
  TokenIssueResponse,
  TokenRequest,
  TokenResponse,
} from '../schemas/types.generated.js';
import { type Api, APIS, TOKEN, TOKEN_FAIL, TOKEN_ISSUE } from './apis.js';
import { type CallOptions, publishLoad, type SharedClient, startCall } from './call.js';
import { createOptionsError } from './option-checks.js';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';
import { createConcurrencyLimiter } from './concurrency-limiter.js';
import {
  type AuthleteClientOptions,
  checkServiceId,
  resolveClientOptions,
} from './client-options.js';
import { FAIR_SHARE } from './retry.js';
import { createTransport } from './transport.js';

/** What a client is doing, for readiness probes. */
export interface AuthleteClientStatus {
  /** The circuit breaker of each API. */
  readonly circuit: Readonly<Record<AuthleteApiPath, CircuitState>>;
  /** Calls in flight, `maxConcurrent` at most. */
  readonly active: number;
  /** Calls that wait for one in flight to end, `maxQueued` at most. */
  readonly queued: number;
  /** Whether `close` was called. */
  readonly closed: boolean;
}

/**
 * A client of Authlete's three token APIs. Requests and replies are checked against Authlete's API
 * description. Every failure is an {@link AuthleteApiError}, within the timeout.
 */
export interface AuthleteClient {
  /**
   * Calls `/auth/token`: what to do with a token request. If a reply cannot be returned because it is
   * invalid, the ticket in it is closed.
   */
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
   * Returns a client of another service, with the same connections, limits and circuit breakers: one
   * Organization Token serves many services. To close one of them is to close all.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS` if the ID cannot work, or with API version 2
   */
  readonly forService: (serviceId: string) => AuthleteClient;
  /** The service's ID; `undefined` with API version 2. */
  readonly serviceId: string | undefined;
  /** What the client is doing, for readiness probes. */
  readonly status: () => AuthleteClientStatus;
  /**
   * The axios instance in use: add interceptors to it, or pass it to axios-mock-adapter. The
   * package's own instance has no default headers and sets `Content-Type` and `Authorization` in
   * `config.transformRequest`, after request interceptors: keep what is in that list.
   */
  readonly axios: AxiosInstance;
  /**
   * Opens no new tickets, lets the calls in flight end, and frees the connections. Tickets that are
   * open can still be closed; every other call fails with `ERR_ATF_CLOSED`.
   */
  readonly close: () => Promise<void>;
}

const warnOnce = createWarnOnce();

/**
 * Creates a client of Authlete's token APIs.
 *
 * @param options - see {@link AuthleteClientOptions}; each has an environment variable or a default
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function createAuthleteClient(options: AuthleteClientOptions = {}): AuthleteClient {
  const resolved = resolveClientOptions(options);
  const { apiVersion, serviceId, baseUrl, timeout, maxConcurrent, maxQueued } = resolved;
  if (baseUrl.startsWith('http:') && process.env['NODE_ENV'] === 'production') {
    warnOnce(
      'ERR_ATF_EMULATOR_URL',
      `baseUrl is ${baseUrl}, which looks like the emulator, and NODE_ENV is production`,
    );
  }
  const { pathname } = new URL(baseUrl);
  const prefix = `${pathname.replace(/\/$/, '')}/api`;
  const identity: ClientIdentity = Object.freeze({
    baseUrl,
    basePath: apiVersion === 2 ? prefix : `${prefix}/{serviceId}`,
  });
  const maxWait = timeout * (1 - FAIR_SHARE);
  const shared: SharedClient = {
    options: resolved,
    identity,
    transport: createTransport(resolved),
    limiter: createConcurrencyLimiter({ maxConcurrent, maxQueued, maxWait }),
    breakers: createBreakers(identity),
    state: 'open',
    pending: 0,
    openTickets: new Set(),
    onIdle: [],
  };
  return createServiceClient(shared, serviceId);
}

function createBreakers(client: ClientIdentity): SharedClient['breakers'] {
  const entries = APIS.map(({ path: api }) => {
    const onChange = (state: CircuitState): void => {
      if (CIRCUITS.hasListeners()) CIRCUITS.publish({ client, api, state });
    };
    return [api, createCircuitBreaker({ api, onChange })] as const;
  });
  return Object.fromEntries(entries) as Record<AuthleteApiPath, CircuitBreaker>;
}

/** @param serviceId - `undefined` with API version 2 */
function createServiceClient(shared: SharedClient, serviceId: string | undefined): AuthleteClient {
  const { options, transport, limiter, breakers } = shared;
  const service = serviceId === undefined ? '' : `/${encodeURIComponent(serviceId)}`;
  const serviceUrl = `${options.baseUrl}/api${service}`;

  function createMethod(api: Api) {
    return (request: unknown, callOptions?: CallOptions): Promise<unknown> =>
      startCall({ shared, api, serviceUrl, request, callOptions });
  }

  return {
    token: createMethod(TOKEN) as AuthleteClient['token'],
    tokenIssue: createMethod(TOKEN_ISSUE) as AuthleteClient['tokenIssue'],
    tokenFail: createMethod(TOKEN_FAIL) as AuthleteClient['tokenFail'],
    forService(other) {
      if (serviceId === undefined) {
        throw createOptionsError('forService needs apiVersion 3: Authlete 2.3 has no service IDs');
      }
      return createServiceClient(shared, checkServiceId(other));
    },
    serviceId,
    status() {
      const states = APIS.map(({ path }) => [path, breakers[path].state] as const);
      const circuit = Object.fromEntries(states) as AuthleteClientStatus['circuit'];
      return { circuit, ...limiter.load(), closed: shared.state !== 'open' };
    },
    axios: transport.axios,
    close: () => closeShared(shared),
  };
}

async function closeShared(shared: SharedClient): Promise<void> {
  if (shared.state === 'open') shared.state = 'closing';
  // A call that ends may leave a ticket, which the next call closes.
  while (shared.pending > 0) {
    await new Promise<void>((resolve) => shared.onIdle.push(resolve));
    await nextTurn();
  }
  shared.state = 'closed';
  publishLoad(shared);
  shared.transport.close();
}
