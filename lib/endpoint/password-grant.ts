import { shareSecrets } from '../authlete/redact.js';
import { checkClientReply, TOKEN_ISSUE } from '../authlete/apis.js';
import { describeType } from '../authlete/option-checks.js';
import type { Attempt, BruteForceProtection } from '../brute-force/protection.js';
import { AuthleteApiError, CallbackError, type TokenFailReason } from '../errors.js';
import { answer, buildRetryAfter, createCallbackError, toServerError } from '../fail/answer.js';
import { failGrant, type GrantFailure } from '../fail/close-ticket.js';
import { parseErrorWith } from '../fail/parse-error.js';
import type { TokenResponse } from '../schemas/types.generated.js';
import type { TokenIssueResponse } from '../schemas/types.generated.js';
import {
  callApp,
  createCallbackContext,
  createResultError,
  isInstance,
  isOwnError,
  type SignalSource,
} from './callback.js';
import type { TokenRequestContext } from './context.js';
import { ClientDisconnectedError } from './disconnect.js';
import type { AuthenticateContext, EndpointClient } from './options.js';
import { getFields, ISSUE_REQUEST_FIELDS, type IssueRequestFields } from './request-fields.js';

/** The reply of `/auth/token` that opens a ticket. */
export type PasswordReply = Extract<TokenResponse, { action: 'PASSWORD' }>;

/** Why a password grant fails. */
interface Refusal {
  readonly subject?: never;
  readonly reason: TokenFailReason;
  readonly outcome?: GrantFailure['outcome'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: AuthleteApiError | CallbackError;
}

/** Whether a password grant succeeds. */
type Decision = { readonly subject: string } | Refusal;

const WRONG_CREDENTIALS: Refusal = { reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };

/**
 * Checks the resource owner's credentials, closes the ticket by issue or by fail, and answers the
 * client application.
 *
 * @param headers - for whichever answer is sent
 */
export async function servePasswordGrant(
  context: TokenRequestContext,
  client: EndpointClient,
  reply: PasswordReply,
  headers: Readonly<Record<string, string>>,
  protection: BruteForceProtection | undefined,
): Promise<void> {
  let decision = await decide(context, reply, protection, client);
  if (decision.subject !== undefined) {
    try {
      const issued = await issue(context, client, reply, decision.subject);
      const isIssued = issued.action === 'OK';
      const sent = { status: isIssued ? 200 : 500, content: issued.responseContent, headers };
      answer(context, sent, { outcome: isIssued ? 'issued' : 'error', reply: issued });
      return;
    } catch (thrown) {
      decision = decideUnknown(context, thrown);
    }
  }
  const { reason, outcome = 'failed', error } = decision;
  const grant = { ticket: reply.ticket, reason, headers: { ...headers, ...decision.headers } };
  await failGrant(context, client, { grant, outcome, error });
}

async function decide(
  context: TokenRequestContext,
  reply: PasswordReply,
  protection: BruteForceProtection | undefined,
  { serviceId }: EndpointClient,
): Promise<Decision> {
  const { options, req, reporter, address } = context;
  const { username, password } = reply;
  let attempt: Attempt | undefined;
  try {
    const onProblem = (problem: Error): void => reporter.problem(req, problem);
    attempt = await protection?.consume({ username, address, serviceId, onProblem });
  } catch (thrown) {
    return decideUnknown(context, thrown);
  }
  if (attempt?.blockedFor !== undefined) return block(context, attempt.blockedFor);
  const decision = await authenticate(context, () =>
    callApp(context, 'authenticate', (source) =>
      options.authenticate(username, password, buildAuthenticateContext(context, reply, source)),
    ),
  );
  if (decision.subject !== undefined) await attempt?.succeed();
  else if (decision.reason === WRONG_CREDENTIALS.reason) attempt?.fail();
  return decision;
}

/** The client application sees what it sees for a wrong password. */
function block({ options }: TokenRequestContext, blockedFor: number): Decision {
  const tells = options.bruteForce && options.bruteForce.retryAfter && blockedFor > 0;
  const headers = tells ? { 'Retry-After': String(blockedFor) } : {};
  return { ...WRONG_CREDENTIALS, outcome: 'blocked', headers };
}

/** @param call - calls the app's `authenticate` */
async function authenticate(
  context: TokenRequestContext,
  call: () => Promise<unknown>,
): Promise<Decision> {
  try {
    const subject = await call();
    if (subject === null || subject === undefined || subject === false) return WRONG_CREDENTIALS;
    if (typeof subject === 'string' && subject !== '') return { subject };
    throw createResultError(
      'authenticate',
      `must return a non-empty string, null, undefined or false; it returned ${describeType(subject)}`,
    );
  } catch (thrown) {
    if (isInstance(thrown, ClientDisconnectedError)) return { reason: 'UNKNOWN' };
    const { options, req, reporter } = context;
    const meaning = parseErrorWith(options.mapError, thrown, req);
    if (meaning.problem) reporter.problem(req, meaning.problem);
    if (meaning.kind === 'failed grant') return meaning.grant;
    // An error of a call to Authlete may be the app's own, and so may its message.
    if (
      meaning.kind === 'server error' &&
      (isOwnError(thrown) || !context.secrets.occurWithin(thrown))
    ) {
      return decideUnknown(context, thrown);
    }
    const error = createCallbackError('authenticate', 'threw', thrown, context.secrets);
    return { reason: 'UNKNOWN', error };
  }
}

/** What a throw outside `authenticate` makes of a grant. */
function decideUnknown(context: TokenRequestContext, thrown: unknown): Refusal {
  // Nobody waits for the answer, and the server is not at fault.
  if (isInstance(thrown, ClientDisconnectedError)) return { reason: 'UNKNOWN' };
  const error = toServerError(thrown, context.secrets);
  return { reason: 'UNKNOWN', error, headers: buildRetryAfter(error) };
}

function buildAuthenticateContext(
  { req }: TokenRequestContext,
  reply: PasswordReply,
  source: SignalSource,
): AuthenticateContext {
  // These fields come unchecked from Authlete.
  const list = <T>(value: readonly T[] | null | undefined): readonly T[] =>
    Array.isArray(value) ? (value as readonly T[]) : [];
  return Object.assign(createCallbackContext(req, source), {
    clientId: reply.clientId ?? undefined,
    clientIdAlias: reply.clientIdAlias ?? undefined,
    scopes: list(reply.scopes),
    resources: list(reply.resources),
    authorizationDetails: reply.authorizationDetails ?? undefined,
    clientAttributes: list(reply.clientAttributes),
    serviceAttributes: list(reply.serviceAttributes),
    ticket: reply.ticket,
  });
}

/** @throws AuthleteApiError, CallbackError, ClientDisconnectedError, or what an app's client throws */
async function issue(
  context: TokenRequestContext,
  client: EndpointClient,
  reply: PasswordReply,
  subject: string,
): Promise<TokenIssueResponse> {
  const { options, res, disconnected, secrets } = context;
  const { issueRequest } = options;
  const fields = await getFields<IssueRequestFields>(
    context,
    ISSUE_REQUEST_FIELDS,
    issueRequest,
    (source) =>
      typeof issueRequest === 'function'
        ? issueRequest(subject, buildAuthenticateContext(context, reply, source))
        : issueRequest,
  );
  // Do not issue a token once the client has disconnected, or the app has answered.
  if (disconnected.aborted || res.headersSent) throw new ClientDisconnectedError();
  const request = { ...fields, ticket: reply.ticket, subject };
  shareSecrets(request, secrets);
  const issued = await client.tokenIssue(request);
  checkClientReply(TOKEN_ISSUE, issued);
  return issued;
}
