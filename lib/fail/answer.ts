import type { NextFunction, Request, Response } from 'express';
import type { Secrets } from '../authlete/redact.js';
import { type AuthleteApiError, CallbackError } from '../errors.js';
import { omitUndefined, type OutcomeName, type TokenOutcome } from '../outcome/outcome.js';
import type { Reporter } from '../outcome/reporter.js';
import { parseError } from './parse-error.js';
import { respond, SERVER_ERROR_CONTENT } from './respond.js';

/** A token request that is being answered. */
export interface AnswerContext {
  readonly req: Request;
  readonly res: Response;
  readonly next: NextFunction;
  readonly reporter: Reporter;
  readonly secrets: Secrets;
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** What is known of the request for its outcome. */
  grantType?: string | undefined;
  clientId?: number | undefined;
}

/** An answer to the client application. */
export interface Answer {
  readonly status: number;
  /** JSON, sent unchanged. */
  readonly content: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What goes to `next` where the app has sent an answer itself, and nothing else went wrong. */
function createLateError(): CallbackError {
  const problem = 'sent an answer before the package could';
  return new CallbackError('ERR_ATF_CALLBACK_RESULT', 'the app', problem);
}

/** What an answer means. */
export interface AnswerMeaning {
  readonly outcome: OutcomeName;
  readonly reason?: TokenOutcome['reason'];
  /** Authlete's last reply. */
  readonly reply?: { readonly action: string } | undefined;
  readonly error?: TokenOutcome['error'];
  /** What goes to `next` if the headers were sent before. Default: `error`, or one that says so. */
  readonly passOn?: unknown;
}

/**
 * Answers the client application and reports the outcome, unless the app has answered in the
 * meantime: then the error goes to `next`, if the app's answer is not complete.
 */
export function answer(context: AnswerContext, sent: Answer, meaning: AnswerMeaning): void {
  const { req, res } = context;
  const { error } = meaning;
  if (res.headersSent) {
    reportLate(context, meaning);
    return;
  }
  const isConnected = !res.closed && !res.destroyed && !isSocketDestroyed(req);
  if (isConnected) respond(res, sent.status, sent.content, sent.headers);
  const outcome = isConnected || error ? meaning.outcome : 'aborted';
  report(context, outcome, isConnected ? sent.status : undefined, meaning);
}

/** Reports what went wrong with a request that is not ours to answer, or not any more. */
export function reportLate(
  { req, res, next, reporter }: AnswerContext,
  { error, passOn }: Pick<AnswerMeaning, 'error' | 'passOn'>,
): void {
  if (res.headersSent && !res.writableEnded) next(passOn ?? error ?? createLateError());
  if (error) reporter.problem(req, error);
}

/** Adapters for functions as a service may have no socket. */
function isSocketDestroyed({ socket }: Request): boolean {
  return (socket as Partial<Request['socket']> | undefined)?.destroyed === true;
}

/**
 * Reports the outcome of a token request.
 *
 * @param status - of the answer; `undefined` if nobody was there to get one
 */
export function report(
  context: AnswerContext,
  outcome: OutcomeName,
  status: number | undefined,
  { reason, reply, error }: Omit<AnswerMeaning, 'outcome'>,
): void {
  const { req, reporter, secrets, startedAt } = context;
  const build = (): TokenOutcome => {
    secrets.addFields(reply);
    const { grantType, clientId } = context;
    const result = reply ? secrets.describeResult(reply) : pickResult(error);
    const duration = performance.now() - startedAt;
    return omitUndefined({
      ...{ outcome, grantType, clientId, reason, action: reply?.action, status },
      ...result,
      ...{ error, duration },
    });
  };
  reporter.outcome(req, build, outcome === 'error');
}

function pickResult(error: TokenOutcome['error']) {
  const { resultCode, resultMessage } = (error ?? {}) as Partial<AuthleteApiError>;
  return { resultCode, resultMessage };
}

/** Answers 500 `server_error`, with nothing of the cause in it. */
export function answerServerError(
  context: AnswerContext,
  thrown: unknown,
  meaning: Partial<AnswerMeaning> & Pick<Answer, 'headers'> = {},
): void {
  const error = toServerError(thrown, context.secrets);
  const headers = { ...meaning.headers, ...buildRetryAfter(error) };
  const sent = { status: 500, content: SERVER_ERROR_CONTENT, headers };
  answer(context, sent, { ...meaning, outcome: 'error', error });
}

/** The header of a 500 that Authlete is to blame for, if Authlete said when to call it again. */
export function buildRetryAfter(
  error: AuthleteApiError | CallbackError,
): Readonly<Record<string, string>> {
  const { retryAfter } = error as Partial<AuthleteApiError>;
  return retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
}

/**
 * An error of this package's as it is, without a cause or a result that repeats a secret. Anything
 * else comes from a client of the app's own.
 */
export function toServerError(thrown: unknown, secrets: Secrets): AuthleteApiError | CallbackError {
  if (parseError(thrown).kind !== 'server error') {
    return createCallbackError('client', 'threw', thrown, secrets);
  }
  const error = thrown as AuthleteApiError | CallbackError;
  try {
    if (secrets.occurWithin(error.cause)) delete (error as { cause?: unknown }).cause;
    // A client of the app's own that calls ours with a copy of the request does not share its secrets.
    const { resultCode, resultMessage } = pickResult(error);
    if (resultCode ?? resultMessage) Object.assign(error, secrets.describeResult(error));
    return error;
  } catch {
    // It is frozen, or has getters that throw: the app has built it.
    return createCallbackError('client', 'threw', undefined, secrets);
  }
}

/** An error for a function of the app's that threw. */
export function createCallbackError(
  callback: string,
  problem: string,
  cause: unknown,
  secrets: Secrets,
): CallbackError {
  const options = secrets.occurWithin(cause) ? undefined : { cause };
  return new CallbackError('ERR_ATF_CALLBACK_THREW', callback, problem, options);
}
