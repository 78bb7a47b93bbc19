import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import type { AuthleteClient } from './client.js';
import { checkedReply, closeTicket } from './close-ticket.js';
import { FAILURES } from './diagnostics.js';
import type { FailedGrant } from './errors.js';
import {
  resolveTokenFailOptions,
  type ResolvedHooks,
  type TokenFailOptions,
} from './fail-options.js';
import { grantOf } from './grant-of.js';
import { type Listeners, listenersOf } from './hooks.js';
import { isServerFailure } from './recognise.js';
import { takeReport } from './reports.js';
import { respond, SERVER_ERROR_CONTENT, STATUS_OF_FAIL_ACTION } from './respond.js';
import type { TokenFailResponse } from './schemas/token-fail.js';
import { resultCodeOf } from './result-code.js';
import { takenTicketsOf } from './taken-tickets.js';

/**
 * Express error-handling middleware that answers a failed password grant: it closes the ticket
 * through Authlete's `/auth/token/fail` and answers the client application as `action` says.
 * Mount it after the routes.
 *
 * - A `TokenRequestError`, or what `mapError` makes of another error, is a failed grant.
 * - An `AuthleteApiError` or a `HostFunctionError` is answered like a fail call that fails: 500.
 * - Every other error goes to `next`, the very same value, before anything else happens.
 *
 * @param options - a client, or the options to make one, and hooks
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function tokenFail(options: TokenFailOptions = {}): ErrorRequestHandler {
  const { client, ...hooks } = resolveTokenFailOptions(options);

  return function tokenFailMiddleware(error: unknown, req, res, next): void {
    if (isServerFailure(error)) {
      const { listeners, problems = [error] } = listenersFor(error, req, hooks);
      if (res.headersSent) next(error);
      else respond(res, 500, SERVER_ERROR_CONTENT);
      problems.forEach(listeners.onError);
      return;
    }
    const { grant, problem } = grantOf(error, req, hooks);
    if (!grant) {
      next(error);
      if (problem !== undefined) listenersOf(req, hooks).onError(problem);
      return;
    }
    const { listeners, problems = [] } = listenersFor(error, req, hooks);
    if (problem !== undefined) problems.push(problem);
    const tellProblems = (): void => problems.forEach(listeners.onError);
    handle({ client, grant, error, res, next, listeners }).then(tellProblems, next);
  };
}

interface Failure {
  readonly client: AuthleteClient;
  readonly grant: FailedGrant;
  readonly error: unknown;
  readonly res: Response;
  readonly next: NextFunction;
  readonly listeners: Listeners;
}

/** Whom to tell, and what a `tokenEndpoint` wants told with its error. */
function listenersFor(
  error: unknown,
  req: Request,
  hooks: ResolvedHooks,
): { listeners: Listeners; problems?: unknown[] } {
  const report = takeReport(error);
  if (!report) return { listeners: listenersOf(req, hooks) };
  return { listeners: listenersOf(req, hooks, report.hooks), problems: [...report.problems] };
}

/** Decides what this failure still needs: its ticket closed, the request answered, or both. */
function handle(failure: Failure): Promise<void> {
  const { grant, res } = failure;
  const taken = takenTicketsOf(res);
  const isOpen = !taken.has(grant.ticket);
  const isFirst = isOpen && taken.add(grant.ticket);
  // A later failure of the same request: the first one answers it.
  return isFirst && !res.headersSent ? answer(failure) : close(failure, isOpen);
}

/** Closes the ticket, if it is open, for a request whose answer is not ours to send. */
async function close(failure: Failure, isOpen: boolean): Promise<void> {
  const { client, grant, error, res, next, listeners } = failure;
  const answerBegun = res.headersSent;
  const closed = isOpen && closeTicket(client, grant).then(nothing, listeners.onError);
  if (answerBegun) next(error);
  await closed;
}

function nothing(): void {
  // The reply is for an answer that is not ours to send.
}

/** Closes the ticket and answers the client application, unless the host did in the meantime. */
async function answer({ client, grant, error, res, next, listeners }: Failure): Promise<void> {
  const start = performance.now();
  let reply: TokenFailResponse;
  try {
    const { ticket, reason } = grant;
    // As closeTicket does, but without a promise of its own.
    reply = checkedReply(await client.tokenFail({ ticket, reason }));
  } catch (cause) {
    if (res.headersSent) next(error);
    else respond(res, 500, SERVER_ERROR_CONTENT, grant.headers);
    listeners.onError(cause);
    return;
  }
  if (res.headersSent) {
    next(error);
    return;
  }
  const { action, responseContent } = reply;
  const status = STATUS_OF_FAIL_ACTION[action];
  respond(res, status, responseContent, grant.headers);
  const event = {
    reason: grant.reason,
    action,
    status,
    resultCode: resultCodeOf(reply),
    duration: performance.now() - start,
  };
  listeners.onFail(event);
  if (FAILURES.hasListeners()) FAILURES.publish(event);
}
