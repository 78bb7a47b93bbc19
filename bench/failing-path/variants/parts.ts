import express from 'express';
import {
  type Api,
  type CircuitBreaker,
  type ConcurrencyLimiter,
  createCircuitBreaker,
  createConcurrencyLimiter,
  createTransport,
  type Deadline,
  getSecrets,
  RealDeadline,
  type Secrets,
  sendWithRetries,
  TOKEN_FAIL,
} from '../internals.js';
import { answer, type Reply } from './answer.js';
import { nextTicket, PROTECTIONS, type Protection, type Variant } from './variant.js';

/** The defaults of the package's client. */
const TIMEOUT = 5000;
const LIMITS = { maxConcurrent: 512, maxQueued: 4096, maxWait: TIMEOUT / 2 };

const NO_LIMITER: ConcurrencyLimiter = {
  acquire: () => ({ ready: undefined, release: () => undefined }),
  load: () => ({ active: 0, queued: 0 }),
};

const NO_CIRCUIT: CircuitBreaker = {
  acquire: () => undefined,
  record: () => undefined,
  state: 'closed',
};

const UNCHECKED: Api = {
  ...TOKEN_FAIL,
  checkRequest: () => undefined,
  checkResponse: () => undefined,
};

/** As much of a deadline as is used, and it never ends. */
const NO_DEADLINE = {
  timeout: Infinity,
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  race: (work: unknown) => work,
  throwIfEnded: () => undefined,
  remaining: () => Infinity,
  clear: () => undefined,
} as unknown as Deadline;

const NO_SECRETS = {
  add: () => undefined,
  addFields: () => undefined,
  addRequest: () => undefined,
} as unknown as Secrets;

const ERRORS = {
  timedOut: () => new Error('timed out'),
  aborted: () => new Error('aborted'),
};

/**
 * The package's client as lib/authlete/call.ts composes it, with some of its parts left out. With
 * none left out it must cost what the client itself does, or this is out of date.
 */
export const createApp: Variant['createApp'] = ({
  baseUrl,
  serviceId,
  accessToken,
  without = [],
}) => {
  const has = Object.fromEntries(PROTECTIONS.map((one) => [one, !without.includes(one)])) as Record<
    Protection,
    boolean
  >;
  const { maxConcurrent } = LIMITS;
  const transport = createTransport({ axios: undefined, maxConcurrent, baseUrl });
  const limiter = has.limiter ? createConcurrencyLimiter(LIMITS) : NO_LIMITER;
  const breaker = has.circuit ? createCircuitBreaker({ api: TOKEN_FAIL.path }) : NO_CIRCUIT;
  const api = has.checks ? TOKEN_FAIL : UNCHECKED;
  const url = `${baseUrl}/api/${serviceId}${api.path}`;
  const authorization = `Bearer ${accessToken}`;

  async function tokenFail(request: object): Promise<Reply> {
    const secrets = has.secrets ? getSecrets(request) : NO_SECRETS;
    const problem = api.checkRequest(request);
    if (problem !== undefined) throw new Error(problem);
    secrets.addRequest(request);
    const body = JSON.stringify(request);
    const deadline = has.deadline ? new RealDeadline(TIMEOUT, undefined, ERRORS) : NO_DEADLINE;
    const permit = limiter.acquire(api.path);
    try {
      if (permit.ready) await deadline.race(permit.ready);
      return await sendWithRetries(deadline, breaker, {
        authorize() {
          secrets.add(accessToken);
          return authorization;
        },
        send: (header) =>
          transport.send({ api, url, authorization: header, body, deadline, secrets }),
        onUnused: () => undefined,
      });
    } finally {
      permit.release();
      deadline.clear();
    }
  }

  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    answer(res, await tokenFail(request));
  });
  return app;
};
