import type { ErrorRequestHandler } from 'express';
import { Secrets } from '../authlete/redact.js';
import { type AnswerContext, answerServerError } from './answer.js';
import { failGrant } from './close-ticket.js';
import { parseErrorWith } from './parse-error.js';
import { resolveMiddlewareOptions, type TokenFailOptions } from './options.js';

/**
 * Express error-handling middleware that answers a failed password grant: it closes the ticket
 * through Authlete's `/auth/token/fail` and answers the client application as `action` says.
 * Mount it after your routes: `app.use(tokenFail())`.
 *
 * - A `TokenRequestError`, or what `mapError` makes of another error, is a failed grant.
 * - An `AuthleteApiError` or a `CallbackError` is answered with 500 `server_error`.
 * - Any other error goes to `next`, the very same value, before anything else happens.
 *
 * @param options - a client, or the options to create one, and hooks
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function tokenFail(options: TokenFailOptions = {}): ErrorRequestHandler {
  const { getClient, mapError, reporter } = resolveMiddlewareOptions(options, {
    caller: 'tokenFail',
    usage: 'app.use(tokenFail())',
    methods: ['tokenFail'],
    ownNames: [],
  });

  return function tokenFailMiddleware(error: unknown, req, res, next): void {
    const meaning = parseErrorWith(mapError, error, req);
    if (meaning.kind === 'not ours') {
      next(error);
      if (meaning.problem) reporter.problem(req, meaning.problem);
      return;
    }
    const startedAt = performance.now();
    const secrets = new Secrets();
    // A body parser of the app's has read it.
    secrets.addBody((req as { body?: unknown }).body);
    const context: AnswerContext = { req, res, next, reporter, secrets, startedAt };
    if (meaning.kind === 'server error') {
      answerServerError(context, error, { passOn: error });
      return;
    }
    const { grant, problem } = meaning;
    if (problem) reporter.problem(req, problem);
    let client;
    try {
      client = getClient(req);
    } catch (thrown) {
      answerServerError(context, thrown, { passOn: error });
      return;
    }
    // Only the password grant has tickets.
    context.grantType = 'password';
    failGrant(context, client, { grant, outcome: 'failed', passOn: error }).catch(next);
  };
}
