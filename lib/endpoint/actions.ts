import { AuthleteApiError, validateHeaders } from '../errors.js';
import type { Answer } from '../fail/answer.js';
import type { OutcomeName } from '../outcome/outcome.js';
import type { TokenAction, TokenResponse } from '../schemas/types.generated.js';
import type { TokenRequestContext } from './context.js';
import { callHandler } from './grant-handlers.js';

/** A reply of `/auth/token` that does not open a ticket. */
export type OtherReply = Exclude<TokenResponse, { action: 'PASSWORD' }>;

type Reply<A extends TokenAction> = Extract<TokenResponse, { action: A }>;

/** What each action of `/auth/token` answers the client application. */
type Actions = {
  readonly [A in OtherReply['action']]: (
    reply: Reply<A>,
    context: TokenRequestContext,
  ) => Answer | Promise<Answer>;
};

/** As Authlete's own handlers answer where the server has none (RFC 6749 section 5.2). */
const UNSUPPORTED_GRANT_TYPE: Answer = {
  status: 400,
  content: '{"error":"unsupported_grant_type"}',
};

const NO_NATIVE_SSO: Answer = {
  status: 400,
  content: JSON.stringify({
    error: 'invalid_grant',
    error_description: 'The authorization server does not implement Native SSO.',
  }),
};

const ACTIONS: Actions = {
  OK: ({ responseContent }) => ({ status: 200, content: responseContent }),
  BAD_REQUEST: ({ responseContent }) => ({ status: 400, content: responseContent }),
  INTERNAL_SERVER_ERROR: ({ responseContent }) => ({ status: 500, content: responseContent }),
  // RFC 6749 section 5.2: 401 and a challenge to a client that used the Authorization header.
  INVALID_CLIENT: ({ responseContent: content }, context) =>
    context.req.get('Authorization') === undefined
      ? { status: 400, content }
      : { status: 401, content, headers: buildChallenge(context) },
  TOKEN_EXCHANGE: async (reply, context) =>
    (await callHandler(context, 'tokenExchange', reply)) ?? UNSUPPORTED_GRANT_TYPE,
  JWT_BEARER: async (reply, context) =>
    (await callHandler(context, 'jwtBearer', reply)) ?? UNSUPPORTED_GRANT_TYPE,
  NATIVE_SSO: async (reply, context) =>
    (await callHandler(context, 'nativeSso', reply)) ?? NO_NATIVE_SSO,
  ID_TOKEN_REISSUABLE: async (reply, context) =>
    (await callHandler(context, 'idTokenReissuable', reply)) ?? {
      status: 200,
      content: reply.responseContent,
    },
};

/** What to answer the client application, by the action of Authlete's reply. */
export async function answerAction(
  reply: OtherReply,
  context: TokenRequestContext,
): Promise<Answer> {
  const act = ACTIONS[reply.action] as (
    reply: OtherReply,
    context: TokenRequestContext,
  ) => Answer | Promise<Answer>;
  return act(reply, context);
}

/** What an answer with this status means, outside the password grant. */
export function classifyAnswer(status: number): OutcomeName {
  if (status >= 500) return 'error';
  return status >= 400 ? 'rejected' : 'issued';
}

/** The `WWW-Authenticate` header of a 401. */
export function buildChallenge({ options }: TokenRequestContext): Record<string, string> {
  return { 'WWW-Authenticate': `Basic realm="${options.realm}"` };
}

/**
 * Headers for whichever answer is sent (RFC 9449 section 8).
 *
 * @throws AuthleteApiError if no header can carry what Authlete sent
 */
export function buildReplyHeaders(reply: TokenResponse): Readonly<Record<string, string>> {
  const { dpopNonce, attestationChallenge } = reply;
  try {
    return validateHeaders({
      ...(isText(dpopNonce) && { 'DPoP-Nonce': dpopNonce }),
      ...(isText(attestationChallenge) && {
        'OAuth-Client-Attestation-Challenge': attestationChallenge,
      }),
    });
  } catch {
    throw new AuthleteApiError(
      'ERR_ATF_RESPONSE_INVALID',
      "Authlete's reply for /auth/token is invalid: no header can carry its dpopNonce or attestationChallenge",
      { api: '/auth/token' },
    );
  }
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
