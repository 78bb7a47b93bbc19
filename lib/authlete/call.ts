import { AuthleteApiError, type AuthleteApiPath } from '../errors.js';
import { type CallEvent, CALLS, type ClientIdentity, LOADS } from '../outcome/channels.js';
import type { TokenFailRequest } from '../schemas/types.generated.js';
import { type Api, TOKEN, TOKEN_FAIL } from './apis.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ConcurrencyLimiter, Permit } from './concurrency-limiter.js';
import { getAuthorization } from './credentials.js';
import { Deadline, type DeadlineErrors } from './deadline.js';
import type { CallResult } from './failures.js';
import type { ResolvedClientOptions } from './client-options.js';
import { getSecrets, type Secrets, shareSecrets } from './redact.js';
import { type Sender, sendWithRetries } from './retry.js';
import type { Transport } from './transport.js';

/** What the clients of several services share. */
export interface SharedClient {
  readonly options: ResolvedClientOptions;
  readonly identity: ClientIdentity;
  readonly transport: Transport;
  readonly limiter: ConcurrencyLimiter;
  readonly breakers: Readonly<Record<AuthleteApiPath, CircuitBreaker>>;
  state: 'open' | 'closing' | 'closed';
  /** Calls that have not ended, queued ones included. */
  pending: number;
  /** Tickets that the client opened and has not used: they can be closed even after `close`. */
  readonly openTickets: Set<string>;
  /** Resolvers of `close`, which waits until no call is pending. */
  onIdle: (() => void)[];
}

/** Options of one call. */
export interface CallOptions {
  /** Aborts the call, which then fails with `ERR_ATF_ABORTED`. It may have reached Authlete. */
  signal?: AbortSignal | undefined;
}

/** One call, as it was asked for. */
export interface CallParameters {
  readonly shared: SharedClient;
  readonly api: Api;
  readonly serviceUrl: string;
  readonly request: unknown;
  readonly callOptions: CallOptions | undefined;
}

export function startCall(parameters: CallParameters): Promise<object> {
  const call = new Call(parameters);
  return CALLS.hasListeners() ? publishCall(call) : call.run();
}

/** A call until its reply. A class, because closures would cost several times as much. */
class Call implements Sender, DeadlineErrors {
  readonly parameters: CallParameters;
  readonly secrets: Secrets;
  attempts = 0;
  /** JSON. Made before the call waits: the app may change the request meanwhile. */
  #body = '';

  constructor(parameters: CallParameters) {
    this.parameters = parameters;
    this.secrets = getSecrets(parameters.request);
  }

  // One function: each further async function costs up to a per cent of a failed grant.
  async run(): Promise<object> {
    checkCall(this.parameters);
    const { shared, api, request, callOptions } = this.parameters;
    const { limiter, breakers, options } = shared;
    this.secrets.addRequest(request);
    const deadline = new Deadline(options.timeout, callOptions?.signal, this);
    shared.pending++;
    let permit: Permit | undefined;
    try {
      this.#body = JSON.stringify(request);
      const usedTicket = getTicket(request);
      permit = limiter.acquire(api.path);
      publishLoad(shared);
      if (permit.ready) await deadline.race(permit.ready);
      const reply = await sendWithRetries(deadline, breakers[api.path], this);
      if (api === TOKEN) rememberTicket(shared, reply);
      else shared.openTickets.delete(usedTicket);
      return reply;
    } finally {
      permit?.release();
      publishLoad(shared);
      deadline.clear();
      if (--shared.pending === 0) {
        for (const resolve of shared.onIdle) resolve();
        shared.onIdle = [];
      }
    }
  }

  authorize(): string | Promise<string> {
    const { shared, api } = this.parameters;
    return getAuthorization(shared.options.credentials, api.path, this.secrets);
  }

  send(authorization: string, deadline: Deadline): Promise<CallResult> {
    this.attempts++;
    const { shared, api, serviceUrl } = this.parameters;
    const url = serviceUrl + api.path;
    const { secrets } = this;
    return shared.transport.send({ api, url, authorization, body: this.#body, deadline, secrets });
  }

  onUnused(result: CallResult): void {
    closeUnusedTicket(this, result);
  }

  timedOut(): AuthleteApiError {
    const { shared, api } = this.parameters;
    const message = `Authlete did not answer within ${shared.options.timeout} ms`;
    return createError('ERR_ATF_TIMEOUT', api, message);
  }

  aborted(): AuthleteApiError {
    return createError(
      'ERR_ATF_ABORTED',
      this.parameters.api,
      'The call was aborted by its caller',
    );
  }
}

/** Tickets that are remembered: a route of the app's may leave them open. */
const MAX_OPEN_TICKETS = 10_000;

function rememberTicket({ openTickets }: SharedClient, reply: object): void {
  const ticket = findTicket(reply);
  if (ticket === undefined) return;
  openTickets.add(ticket);
  const [oldest] = openTickets;
  if (openTickets.size > MAX_OPEN_TICKETS && oldest !== undefined) openTickets.delete(oldest);
}

/** The ticket of a request; empty for `/auth/token`, which opens one. */
function getTicket(request: unknown): string {
  return findTicket(request) ?? '';
}

/** A reply that the caller will not get may have a ticket, which nobody else could close. */
function closeUnusedTicket({ parameters, secrets }: Call, result: CallResult): void {
  const { shared, api, serviceUrl } = parameters;
  const reply = result.reply ?? result.failure.reply;
  const ticket = findTicket(reply);
  if (api !== TOKEN || ticket === undefined) return;
  const request: TokenFailRequest = { ticket, reason: 'UNKNOWN' };
  shareSecrets(request, secrets);
  const call = { shared, api: TOKEN_FAIL, serviceUrl, request, callOptions: undefined };
  // Whoever made the call gets its own error; that of this one goes to the channel.
  startCall(call).catch(() => undefined);
}

/** The ticket of a request or of a reply, however odd the rest of it is. */
export function findTicket(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'ticket'))
    return undefined;
  const { ticket } = value as { ticket: unknown };
  return typeof ticket === 'string' && ticket !== '' ? ticket : undefined;
}

/** @throws AuthleteApiError if the call must not be made at all */
function checkCall({ shared, api, request, callOptions }: CallParameters): void {
  const isRefused = api === TOKEN ? shared.state !== 'open' : shared.state === 'closed';
  if (isRefused && !shared.openTickets.has(getTicket(request))) {
    throw createError('ERR_ATF_CLOSED', api, 'The client is closed');
  }
  const signal = callOptions?.signal;
  const problem =
    signal === undefined || isAbortSignal(signal)
      ? api.checkRequest(request)
      : 'signal must be an AbortSignal';
  if (problem === undefined) return;
  const message = `The request for ${api.path} is invalid: ${problem}`;
  throw new AuthleteApiError('ERR_ATF_REQUEST_INVALID', message, { api: api.path });
}

/** By its shape: the signals of another realm, or of a polyfill, are accepted. */
function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return (
    typeof aborted === 'boolean' &&
    [addEventListener, removeEventListener].every((method) => typeof method === 'function')
  );
}

function createError(
  code: AuthleteApiError['code'],
  { path }: Api,
  message: string,
): AuthleteApiError {
  return new AuthleteApiError(code, `${path}: ${message}`, { api: path });
}

export function publishLoad({ identity, limiter, state }: SharedClient): void {
  if (!LOADS.hasListeners()) return;
  LOADS.publish({ client: identity, ...limiter.load(), closed: state === 'closed' });
}

/** Makes a call and publishes how it ended. */
async function publishCall(call: Call): Promise<object> {
  const startTime = Date.now();
  const start = performance.now();
  const publish = (result: Pick<CallEvent, 'status' | 'action' | 'resultCode' | 'error'>): void => {
    const duration = performance.now() - start;
    const { attempts, parameters } = call;
    const client = parameters.shared.identity;
    const api = parameters.api.path;
    CALLS.publish({ client, api, startTime, duration, attempts, ...result });
  };
  let reply: object;
  try {
    reply = await call.run();
  } catch (thrown) {
    const error = thrown as AuthleteApiError;
    const { status, resultCode } = error;
    publish({ status, action: undefined, resultCode, error });
    throw error;
  }
  const { action } = reply as { action: string };
  const { resultCode } = call.secrets.describeResult(reply);
  publish({ status: 200, action, resultCode, error: undefined });
  return reply;
}
