import { checkClientReply, TOKEN_FAIL } from '../authlete/apis.js';
import { shareSecrets } from '../authlete/redact.js';
import type { AuthleteApiError, CallbackError, FailedGrant } from '../errors.js';
import type { TokenFailResponse } from '../schemas/types.generated.js';
import {
  answer,
  type AnswerContext,
  answerServerError,
  reportLate,
  toServerError,
} from './answer.js';
import { markClosed } from './closed-tickets.js';
import type { TokenFailClient } from './options.js';
import { FAIL_ACTION_STATUS } from './respond.js';

/** A failed grant, and what it means. */
export interface GrantFailure {
  readonly grant: FailedGrant;
  readonly outcome: 'failed' | 'blocked';
  /** Why the grant failed, if the client application is not at fault. */
  readonly error?: AuthleteApiError | CallbackError | undefined;
  /** What goes to `next` if the headers were sent before. Default: `error`, or one that says so. */
  readonly passOn?: unknown;
}

/**
 * Closes a ticket through `/auth/token/fail` and answers the client application as `action` says. If
 * the answer is not ours to send any more, closes the ticket only.
 */
export async function failGrant(
  context: AnswerContext,
  client: TokenFailClient,
  { grant, outcome, error, passOn }: GrantFailure,
): Promise<void> {
  const { res } = context;
  const { ticket, reason, headers } = grant;
  const state = markClosed(res, ticket);
  if (state !== 'first' || res.headersSent) {
    reportLate(context, { error, passOn });
    if (state !== 'closed before') await closeTicket(context, client, grant);
    return;
  }
  let reply: TokenFailResponse;
  try {
    reply = await callTokenFail(context, client, grant);
  } catch (thrown) {
    answerServerError(context, thrown, { reason, headers, passOn });
    return;
  }
  const status = FAIL_ACTION_STATUS[reply.action];
  answer(
    context,
    { status, content: reply.responseContent, headers },
    { outcome: status === 500 || error ? 'error' : outcome, reason, reply, error, passOn },
  );
}

/** Closes a ticket whose request is, or will be, answered otherwise. Does not reject. */
export async function closeTicket(
  context: AnswerContext,
  client: TokenFailClient,
  grant: FailedGrant,
): Promise<void> {
  try {
    await callTokenFail(context, client, grant);
  } catch (thrown) {
    context.reporter.problem(context.req, toServerError(thrown, context.secrets));
  }
}

/** @throws AuthleteApiError, or whatever a client of the app's own throws */
async function callTokenFail(
  { secrets }: AnswerContext,
  client: TokenFailClient,
  { ticket, reason }: FailedGrant,
): Promise<TokenFailResponse> {
  const request = { ticket, reason };
  shareSecrets(request, secrets);
  secrets.add(ticket);
  const reply = await client.tokenFail(request);
  checkClientReply(TOKEN_FAIL, reply);
  return reply;
}
