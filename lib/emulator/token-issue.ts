import type { TokenIssueResponse } from '../schemas/types.generated.js';
import { buildErrorReply, type Result, type ResultName } from './results.js';
import type { Service } from './service.js';
import { type ApiRequest, isText } from './state.js';
import { issueTokens } from './token-response.js';
import { readTokenSettings } from './token-settings.js';

/**
 * Answers `/auth/token/issue`. What it says of the tokens takes the place of what `/auth/token` said,
 * field by field. Authlete does not publish how it combines the two.
 */
export function answerTokenIssue(
  apiRequest: ApiRequest,
  service: Service,
): (TokenIssueResponse & Result) | ResultName {
  const { ticket, subject } = apiRequest;
  if (!isText(ticket) || !isText(subject)) return 'PARAMETER_MISSING';
  const settings = readTokenSettings(apiRequest);
  if (typeof settings === 'string') return settings;
  const request = service.tickets.use(ticket);
  if (!request) return buildErrorReply('INTERNAL_SERVER_ERROR', 'TICKET_UNUSABLE', 'server_error');

  const { client, scopes } = request;
  return issueTokens(
    'PASSWORD_ISSUED',
    {
      ...request,
      settings: { ...request.settings, ...settings },
      granted: { client, subject, scopes },
    },
    service,
  );
}
