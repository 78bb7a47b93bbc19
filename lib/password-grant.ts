import type { Request } from 'express';
import type { AuthenticateContext } from './endpoint-options.js';
import { HostFunctionError } from './errors.js';
import type { ResolvedHooks } from './fail-options.js';
import type { Exchange } from './exchange.js';
import { grantOf } from './grant-of.js';
import { callHost, ClientGoneError } from './host-call.js';
import type { TokenFailReason } from './reasons.js';
import { kindOf } from './redact.js';
import type { TokenIssueResponse } from './schemas/token-issue.js';
import type { TokenResponse } from './schemas/token.js';

/** How a password grant ends: with the ticket used up by issue, or to be closed by fail. */
export type PasswordOutcome = { readonly issued: TokenIssueResponse } | GrantFailure;

/** Why a ticket is to be closed by fail. */
export interface GrantFailure {
  readonly reason: TokenFailReason;
  readonly headers?: Readonly<Record<string, string>>;
  /** What went wrong on the server's side, for `onError`. */
  readonly problems: readonly unknown[];
}

/** Decides how a password grant ends. It does not reject. */
export type DecidePasswordGrant = (
  exchange: Exchange,
  reply: Extract<TokenResponse, { action: 'PASSWORD' }>,
) => Promise<PasswordOutcome>;

/** Checks the resource owner's credentials and, if they are good, issues an access token. */
export const decidePasswordGrant: DecidePasswordGrant = async (
  { settings, req, res, gone },
  reply,
) => {
  const { client, authenticate, properties, hooks, authenticateTimeout: timeout } = settings;
  const { username, password, ticket } = reply;
  const context = (signal: AbortSignal): AuthenticateContext => ({
    clientId: reply.clientId ?? undefined,
    scopes: reply.scopes ?? [],
    ticket,
    req,
    signal,
  });
  try {
    const subject: unknown = await callHost({ name: 'authenticate', timeout, gone }, (signal) =>
      authenticate(username, password, context(signal)),
    );
    if (subject === null || subject === undefined) {
      return { reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', problems: [] };
    }
    if (typeof subject !== 'string' || subject === '') {
      throw new HostFunctionError(
        'ERR_ATF_HOST_RESULT',
        `authenticate must give a non-empty string, null or undefined; it gave ${kindOf(subject)}`,
      );
    }
    const extra =
      typeof properties === 'function'
        ? await callHost({ name: 'properties', timeout, gone }, (signal) =>
            properties(subject, context(signal)),
          )
        : properties;
    // No token is issued to nobody.
    if (gone.aborted || res.headersSent) throw new ClientGoneError();
    return { issued: await client.tokenIssue({ ticket, subject, properties: extra }) };
  } catch (thrown) {
    return failureOf(thrown, req, hooks);
  }
};

/** Whether the outcome of `authenticate`, a throw included, is that the password is wrong. */
export async function isWrongPassword(
  result: Promise<unknown>,
  { req, settings }: Exchange,
): Promise<boolean> {
  try {
    const subject = await result;
    return subject === null || subject === undefined;
  } catch (thrown) {
    const { reason } = failureOf(thrown, req, settings.hooks);
    return reason === 'INVALID_RESOURCE_OWNER_CREDENTIALS';
  }
}

/** What a throw makes of a grant: a failure of the host's own choice, or an unknown one. */
function failureOf(thrown: unknown, req: Request, hooks: ResolvedHooks): GrantFailure {
  // Nobody waits for the answer, and it is no failure of the server's.
  if (thrown instanceof ClientGoneError) return { reason: 'UNKNOWN', problems: [] };
  const { grant, problem } = grantOf(thrown, req, hooks);
  if (grant) return { reason: grant.reason, headers: grant.headers, problems: [] };
  return { reason: 'UNKNOWN', problems: problem === undefined ? [thrown] : [thrown, problem] };
}
