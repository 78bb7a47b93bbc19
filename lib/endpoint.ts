import type { RequestHandler } from 'express';
import {
  resolveEndpointOptions,
  type TokenAnswer,
  type TokenEndpointOptions,
} from './endpoint-options.js';
import {
  AuthleteApiError,
  checkedHeaders,
  HostFunctionError,
  TokenRequestError,
} from './errors.js';
import type { Exchange } from './exchange.js';
import { ClientGoneError, goneSignalOf } from './host-call.js';
import { passOn } from './pass-on.js';
import { type DecidePasswordGrant, decidePasswordGrant } from './password-grant.js';
import { protectedDecision } from './protected-grant.js';
import { isServerFailure } from './recognise.js';
import { RefusedTokenRequest } from './refusal.js';
import { respond } from './respond.js';
import type { TokenResponse } from './schemas/token.js';
import { answerOfHandler, UNSUPPORTED_GRANT_TYPE } from './token-handlers.js';
import { createTokenRequestReader, type TokenRequestReader } from './token-request.js';

/**
 * A whole token endpoint (RFC 6749 section 3.2) on Authlete: it reads the token request, asks
 * `/auth/token` what to do, and does it. For the password grant it calls `authenticate`, then
 * `/auth/token/issue`; or it gives `next` an error with the ticket, which `tokenFail` turns into a
 * fail call and an answer. Mount it with `app.post('/token', ...)`, and `tokenFail` after it.
 *
 * Every ticket that it opens is closed: also if `authenticate` throws, hangs or gives nonsense, if
 * the client application goes away, and if nothing after it takes the error up.
 *
 * @param options - those of `tokenFail`, and `authenticate`
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is missing, wrong or unknown
 */
export function tokenEndpoint(options: TokenEndpointOptions): RequestHandler {
  const settings = resolveEndpointOptions(options);
  const steps: Steps = {
    readTokenRequest: createTokenRequestReader(settings),
    decide: settings.bruteForce ? protectedDecision(settings.bruteForce) : decidePasswordGrant,
  };

  return function tokenEndpointMiddleware(req, res, next): void {
    const exchange = { settings, req, res, next, gone: goneSignalOf(req, res) };
    serve(exchange, steps).catch((error: unknown) => {
      if (error instanceof RefusedTokenRequest) refuse(exchange, error);
      // Without a ticket, nothing is owed to a client application that has gone away.
      else if (!(error instanceof ClientGoneError)) passOn(exchange, serverFailureOf(error));
    });
  };
}

/** A client that the host made may throw anything; the answer must not be an HTML page for that. */
function serverFailureOf(error: unknown): Error {
  return isServerFailure(error)
    ? (error as Error)
    : new HostFunctionError('ERR_ATF_HOST_THREW', 'The client failed', { cause: error });
}

/** What the options make of the steps that differ. */
interface Steps {
  readonly readTokenRequest: TokenRequestReader;
  readonly decide: DecidePasswordGrant;
}

async function serve(exchange: Exchange, { readTokenRequest, decide }: Steps): Promise<void> {
  const { client } = exchange.settings;
  const request = await readTokenRequest(exchange);
  // It is not aborted when the client application goes away: a ticket that nobody has seen could
  // not be closed.
  const reply = await client.token(request);
  if (reply.action === 'PASSWORD') await servePasswordGrant(exchange, decide, reply);
  else answer(exchange, await answerTo(exchange, reply), headersOf(reply));
}

async function servePasswordGrant(
  exchange: Exchange,
  decide: DecidePasswordGrant,
  reply: Extract<TokenResponse, { action: 'PASSWORD' }>,
): Promise<void> {
  const { ticket } = reply;
  let headers = {};
  let outcome;
  try {
    headers = headersOf(reply);
    outcome = await decide(exchange, reply);
  } catch (problem) {
    outcome = { reason: 'UNKNOWN', problems: [problem] } as const;
  }
  if ('issued' in outcome) {
    const { action, responseContent } = outcome.issued;
    answer(exchange, { status: action === 'OK' ? 200 : 500, responseContent }, headers);
    return;
  }
  const { reason, problems } = outcome;
  const error = new TokenRequestError(ticket, reason, {
    headers: { ...headers, ...outcome.headers },
    ...(problems.length > 0 && { cause: problems[0] }),
  });
  passOn(exchange, error, { ticket, reason, problems });
}

/** What Authlete's `action` answers the client application. */
async function answerTo(
  exchange: Exchange,
  reply: Exclude<TokenResponse, { action: 'PASSWORD' }>,
): Promise<TokenAnswer> {
  const { handlers } = exchange.settings;
  switch (reply.action) {
    case 'OK':
      return { status: 200, responseContent: reply.responseContent };
    case 'BAD_REQUEST':
      return { status: 400, responseContent: reply.responseContent };
    case 'INVALID_CLIENT':
      // RFC 6749 section 5.2: 401 and a challenge to a client that used the Authorization header.
      return exchange.req.get('Authorization') === undefined
        ? { status: 400, responseContent: reply.responseContent }
        : { status: 401, responseContent: reply.responseContent, headers: challenge(exchange) };
    case 'INTERNAL_SERVER_ERROR':
      return { status: 500, responseContent: reply.responseContent };
    case 'ID_TOKEN_REISSUABLE':
      return (
        (await answerOfHandler(
          exchange,
          'idTokenReissuable',
          handlers.idTokenReissuable,
          reply,
        )) ?? {
          status: 200,
          responseContent: reply.responseContent,
        }
      );
    case 'TOKEN_EXCHANGE':
      return (
        (await answerOfHandler(exchange, 'tokenExchange', handlers.tokenExchange, reply)) ??
        UNSUPPORTED_GRANT_TYPE
      );
    case 'JWT_BEARER':
      return (
        (await answerOfHandler(exchange, 'jwtBearer', handlers.jwtBearer, reply)) ??
        UNSUPPORTED_GRANT_TYPE
      );
    case 'NATIVE_SSO':
      return (
        (await answerOfHandler(exchange, 'nativeSso', handlers.nativeSso, reply)) ??
        UNSUPPORTED_GRANT_TYPE
      );
    default:
      // The client checks replies; one of the host's own making may not.
      throw new AuthleteApiError('ERR_ATF_RESPONSE_INVALID', 'The reply has an unknown action');
  }
}

/** Headers for whichever answer is sent (RFC 9449 section 8). */
function headersOf({ dpopNonce, attestationChallenge }: TokenResponse): Record<string, string> {
  try {
    return checkedHeaders({
      ...(isText(dpopNonce) && { 'DPoP-Nonce': dpopNonce }),
      ...(isText(attestationChallenge) && {
        'OAuth-Client-Attestation-Challenge': attestationChallenge,
      }),
    });
  } catch {
    throw new AuthleteApiError(
      'ERR_ATF_RESPONSE_INVALID',
      "Authlete's reply for /auth/token is invalid: no header can carry its dpopNonce or attestationChallenge",
    );
  }
}

function refuse(
  exchange: Exchange,
  { status, headers, responseContent }: RefusedTokenRequest,
): void {
  const extra = status === 401 ? challenge(exchange) : headers;
  answer(exchange, { status, responseContent, headers: extra }, {});
}

function challenge({ settings }: Exchange): Record<string, string> {
  return { 'WWW-Authenticate': `Basic realm="${settings.realm}"` };
}

/** Answers the client application, unless the host has done so in the meantime. */
function answer(
  { res }: Exchange,
  { status = 200, responseContent, headers }: TokenAnswer,
  replyHeaders: Readonly<Record<string, string>>,
): void {
  if (!res.headersSent) respond(res, status, responseContent, { ...replyHeaders, ...headers });
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
