import type { TokenIssueResponse } from '../schemas/token-issue.js';
import { errorReply, type Result, type ResultName } from './results.js';
import { type ApiRequest, type EmulatorState, isText } from './state.js';
import { issuedReply } from './token-response.js';

/** Answers `/auth/token/issue`. The refresh token is good for the `refresh_token` grant. */
export function answerTokenIssue(
  { ticket, subject }: ApiRequest,
  { tickets, refreshTokens }: EmulatorState,
): (TokenIssueResponse & Result) | ResultName {
  if (!isText(ticket) || !isText(subject)) return 'PARAMETER_MISSING';
  const request = tickets.use(ticket);
  if (!request) return errorReply('INTERNAL_SERVER_ERROR', 'TICKET_UNUSABLE', 'server_error');

  const { client, scopes, tokenType } = request;
  const refreshToken = refreshTokens.keep({ client, subject, scopes });
  return issuedReply('PASSWORD_ISSUED', { client, scopes, tokenType, subject, refreshToken });
}
