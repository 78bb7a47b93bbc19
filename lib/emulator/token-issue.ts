import type { TokenIssueResponse } from '../schemas/token-issue.js';
import { errorReply, type Result, type ResultName, resultOf } from './results.js';
import { randomSecret } from './secrets.js';
import { type ApiRequest, type EmulatorState, isText } from './state.js';
import { clientFields } from './token.js';

/** Seconds for which an access token is said to be good. */
const ACCESS_TOKEN_DURATION = 3600;

/** Seconds for which a refresh token is said to be good. */
const REFRESH_TOKEN_DURATION = 3600;

/** Answers `/auth/token/issue`. The tokens are random strings that nothing accepts. */
export function answerTokenIssue(
  { ticket, subject }: ApiRequest,
  { tickets }: EmulatorState,
): (TokenIssueResponse & Result) | ResultName {
  if (!isText(ticket) || !isText(subject)) return 'PARAMETER_MISSING';
  const request = tickets.use(ticket);
  if (!request) return errorReply('INTERNAL_SERVER_ERROR', 'TICKET_UNUSABLE', 'server_error');

  const accessToken = randomSecret();
  const refreshToken = randomSecret();
  const { client, scopes } = request;
  const now = Date.now();
  // RFC 6749 section 5.1.
  const content = {
    access_token: accessToken,
    refresh_token: refreshToken,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_DURATION,
  };
  return {
    ...resultOf('PASSWORD_ISSUED'),
    action: 'OK',
    responseContent: JSON.stringify(content),
    accessToken,
    accessTokenDuration: ACCESS_TOKEN_DURATION,
    accessTokenExpiresAt: now + ACCESS_TOKEN_DURATION * 1000,
    refreshToken,
    refreshTokenDuration: REFRESH_TOKEN_DURATION,
    refreshTokenExpiresAt: now + REFRESH_TOKEN_DURATION * 1000,
    subject,
    ...clientFields(client),
    ...(scopes.length > 0 && { scopes }),
  };
}
