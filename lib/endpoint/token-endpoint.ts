import type { RequestHandler } from 'express';
import { checkClientReply, TOKEN } from '../authlete/apis.js';
import { findTicket } from '../authlete/call.js';
import { shareSecrets } from '../authlete/redact.js';
import {
  type BruteForceProtection,
  createBruteForceProtection,
} from '../brute-force/protection.js';
import { type Answer, answer, answerServerError, report } from '../fail/answer.js';
import { closeTicket } from '../fail/close-ticket.js';
import type { TokenResponse } from '../schemas/types.generated.js';
import { answerAction, buildChallenge, buildReplyHeaders, classifyAnswer } from './actions.js';
import { isInstance } from './callback.js';
import { createContext, type TokenRequestContext } from './context.js';
import { ClientDisconnectedError } from './disconnect.js';
import { createFormReader, type FormReader } from './form-body.js';
import { InvalidTokenRequestError } from './invalid-request.js';
import { createMisuseWarnings } from './misuse.js';
import {
  type EndpointClient,
  resolveEndpointOptions,
  type TokenEndpointOptions,
} from './options.js';
import { servePasswordGrant } from './password-grant.js';
import { getFields, TOKEN_REQUEST_FIELDS, type TokenRequestFields } from './request-fields.js';
import { readTokenRequest } from './token-request.js';

/**
 * A whole token endpoint (RFC 6749 section 3.2) on Authlete: it reads the token request, asks
 * `/auth/token` what to do, and does it. For the password grant it calls `authenticate`, then
 * `/auth/token/issue` or `/auth/token/fail`. Mount it by `app.post('/token', ...)`; it answers every
 * request itself, and calls `next` only with an error that came after the headers were sent.
 *
 * Every ticket that it opens is closed, even if `authenticate` throws, does not settle or returns
 * something else, or if the client application disconnects.
 *
 * @param options - those of `tokenFail`, and `authenticate`
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function tokenEndpoint(options: TokenEndpointOptions): RequestHandler {
  const resolved = resolveEndpointOptions(options);
  const { bruteForce, bodyLimit } = resolved;
  const misuse = createMisuseWarnings(resolved);
  const steps: Steps = {
    readForm: createFormReader(bodyLimit),
    protection: bruteForce ? createBruteForceProtection(bruteForce) : undefined,
  };

  return function tokenEndpointMiddleware(req, res, next): void {
    misuse.check(req);
    const context = createContext(resolved, req, res, next);
    serve(context, steps)
      .catch((error: unknown) => answerError(context, error))
      .catch(next);
  };
}

/** The steps that depend on options. */
interface Steps {
  readonly readForm: FormReader;
  readonly protection: BruteForceProtection | undefined;
}

async function serve(context: TokenRequestContext, steps: Steps): Promise<void> {
  const { options, req, secrets } = context;
  const { tokenRequest } = options;
  const read = await readTokenRequest(context, steps.readForm);
  const fields = await getFields<TokenRequestFields>(
    context,
    TOKEN_REQUEST_FIELDS,
    tokenRequest,
    () => (typeof tokenRequest === 'function' ? tokenRequest(req) : tokenRequest),
  );
  const client = options.getClient(req);
  const request = { ...fields, ...read };
  secrets.addFields(fields);
  shareSecrets(request, secrets);
  // Not aborted when the client application disconnects: nobody would learn of the ticket.
  const reply = await client.token(request);
  secrets.addFields(reply);
  const { clientId } = (reply ?? {}) as Partial<TokenResponse>;
  context.clientId = typeof clientId === 'number' ? clientId : undefined;
  await act(context, client, reply, steps);
}

async function act(
  context: TokenRequestContext,
  client: EndpointClient,
  reply: TokenResponse,
  { protection }: Steps,
): Promise<void> {
  const ticket = findTicket(reply);
  let headers = {};
  try {
    checkClientReply(TOKEN, reply);
    headers = buildReplyHeaders(reply);
    if (reply.action === 'PASSWORD') {
      await servePasswordGrant(context, client, reply, headers, protection);
      return;
    }
    const sent = await answerAction(reply, context);
    const outcome = classifyAnswer(sent.status);
    answer(context, { ...sent, headers: { ...headers, ...sent.headers } }, { outcome, reply });
  } catch (thrown) {
    answerError(context, thrown, headers);
  }
  // However odd the reply is.
  if (ticket !== undefined) {
    await closeTicket(context, client, { ticket, reason: 'UNKNOWN', headers: {} });
  }
}

/**
 * Answers a token request that has no open ticket.
 *
 * @param headers - for a server error
 */
function answerError(
  context: TokenRequestContext,
  error: unknown,
  headers: Answer['headers'] = {},
): void {
  if (isInstance(error, InvalidTokenRequestError)) {
    const { status, content } = error;
    const own = status === 401 ? buildChallenge(context) : error.headers;
    answer(context, { status, content, headers: own }, { outcome: 'rejected' });
  } else if (!isInstance(error, ClientDisconnectedError)) {
    answerServerError(context, error, { headers });
  } else if (!context.res.headersSent) {
    // The connection also counts as closed once the app has sent an answer of its own.
    report(context, 'aborted', undefined, {});
  }
}
