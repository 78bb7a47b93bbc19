import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import type { AuthleteClient } from './client.js';
import { AuthleteApiError, type FailedGrant } from './errors.js';
import {
  resolveTokenFailOptions,
  type TokenFailHooks,
  type TokenFailOptions,
} from './fail-options.js';
import { callHook } from './hooks.js';
import { asFailedGrant, failedGrantOf, isAuthleteApiError } from './recognise.js';
import { kindOf } from './redact.js';
import { respond, SERVER_ERROR_CONTENT, STATUS_OF_FAIL_ACTION } from './respond.js';
import type { TokenFailResponse } from './schemas/token-fail.js';
import { checkTokenFailResponse } from './validate.js';

/**
 * The tickets that have been taken up, by the answer they belong to: the middleware may be mounted
 * twice and an error passed twice, but a ticket is used once and a request answered once.
 */
const takenTickets = new WeakMap<Response, Set<string>>();

/**
 * Express error-handling middleware that answers a failed password grant: it closes the ticket
 * through Authlete's `/auth/token/fail` and answers the client application as `action` says.
 * Mount it after the routes.
 *
 * - A `TokenRequestError`, or what `mapError` makes of another error, is a failed grant.
 * - An `AuthleteApiError` that a route let through is answered like a fail call that fails: 500.
 * - Every other error goes to `next`, the very same value, before anything else happens.
 *
 * @param options - a client, or the options to make one, and hooks
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function tokenFail(options: TokenFailOptions = {}): ErrorRequestHandler {
  const { client, ...hooks } = resolveTokenFailOptions(options);

  return function tokenFailMiddleware(error: unknown, req, res, next): void {
    const own = failedGrantOf(error);
    const { grant, problem } = own ? { grant: own } : mappedGrantOf(error, req, hooks);
    if (grant) {
      handle({ client, hooks, grant, error, req, res, next });
    } else if (isAuthleteApiError(error) && !res.headersSent) {
      respond(res, 500, SERVER_ERROR_CONTENT);
      callHook(hooks.onError, error, req);
    } else {
      next(error);
      if (problem !== undefined) callHook(hooks.onError, problem, req);
    }
  };
}

interface Failure {
  readonly client: AuthleteClient;
  readonly hooks: TokenFailHooks;
  readonly grant: FailedGrant;
  readonly error: unknown;
  readonly req: Request;
  readonly res: Response;
  readonly next: NextFunction;
}

/** Asks the host whether an error that is not ours is a failed grant all the same. */
function mappedGrantOf(
  error: unknown,
  req: Request,
  { mapError }: TokenFailHooks,
): { grant?: FailedGrant | undefined; problem?: unknown } {
  if (!mapError) return {};
  try {
    const mapped: unknown = mapError(error, req);
    if (mapped === null || mapped === undefined || mapped === false) return {};
    const grant = failedGrantOf(mapped) ?? asFailedGrant(mapped);
    if (grant) return { grant };
    return { problem: new TypeError(`mapError gave ${kindOf(mapped)} that is no failed grant`) };
  } catch (problem) {
    return { problem };
  }
}

/** Decides what this failure still needs: its ticket closed, the request answered, or both. */
function handle(failure: Failure): void {
  const { client, hooks, grant, error, req, res, next } = failure;
  const taken = takenTickets.get(res);
  const answerBegun = res.headersSent;
  if (!taken?.has(grant.ticket)) {
    takenTickets.set(res, (taken ?? new Set()).add(grant.ticket));
    if (answerBegun || taken) {
      closeTicket(client, grant).catch((cause: unknown) => {
        callHook(hooks.onError, cause, req);
      });
    } else {
      answer(failure).catch(next);
    }
  }
  // Otherwise nothing is owed to Express: an earlier failure of this request answers it.
  if (answerBegun) next(error);
}

/** Closes the ticket and answers the client application, unless the host did in the meantime. */
async function answer({ client, hooks, grant, error, req, res, next }: Failure): Promise<void> {
  const start = performance.now();
  let reply: TokenFailResponse;
  try {
    reply = await closeTicket(client, grant);
  } catch (cause) {
    if (res.headersSent) next(error);
    else respond(res, 500, SERVER_ERROR_CONTENT, grant.headers);
    callHook(hooks.onError, cause, req);
    return;
  }
  if (res.headersSent) {
    next(error);
    return;
  }
  const { action, responseContent, resultCode } = reply;
  const status = STATUS_OF_FAIL_ACTION[action];
  respond(res, status, responseContent, grant.headers);
  callHook(hooks.onFail, {
    reason: grant.reason,
    action,
    status,
    resultCode: resultCode ?? undefined,
    duration: performance.now() - start,
  });
}

/** Makes the fail call, and does not take an unchecked reply from a client of the host's own. */
async function closeTicket(
  client: AuthleteClient,
  { ticket, reason }: FailedGrant,
): Promise<TokenFailResponse> {
  const reply: unknown = await client.tokenFail({ ticket, reason });
  const problem = checkTokenFailResponse(reply);
  if (problem !== undefined) {
    throw new AuthleteApiError(
      'ERR_ATF_RESPONSE_INVALID',
      `The client's reply is invalid: ${problem}`,
    );
  }
  return reply as TokenFailResponse;
}
