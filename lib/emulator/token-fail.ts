import { isTokenFailReason, type TokenFailReason } from '../errors.js';
import type { TokenFailAction, TokenFailResponse } from '../schemas/types.generated.js';
import { buildErrorReply, type Result, type ResultName } from './results.js';
import type { Service } from './service.js';
import { type ApiRequest, isText } from './state.js';

/**
 * The reply for each reason. The `error` is Authlete's choice: for wrong credentials RFC 6749
 * section 5.2 says `invalid_grant`.
 */
const REPLIES: Readonly<
  Record<TokenFailReason, readonly [TokenFailAction, ResultName, error: string]>
> = {
  UNKNOWN: ['INTERNAL_SERVER_ERROR', 'FAILED_UNKNOWN', 'server_error'],
  INVALID_RESOURCE_OWNER_CREDENTIALS: ['BAD_REQUEST', 'CREDENTIALS_INVALID', 'invalid_request'],
  INVALID_TARGET: ['BAD_REQUEST', 'FAILED_INVALID_TARGET', 'invalid_target'],
  INVALID_CLIENT: ['BAD_REQUEST', 'FAILED_INVALID_CLIENT', 'invalid_client'],
  UNAUTHORIZED_CLIENT: ['BAD_REQUEST', 'FAILED_UNAUTHORIZED_CLIENT', 'unauthorized_client'],
  INVALID_SCOPE: ['BAD_REQUEST', 'FAILED_INVALID_SCOPE', 'invalid_scope'],
};

/** Answers `/auth/token/fail`. */
export function answerTokenFail(
  { ticket, reason }: ApiRequest,
  { tickets }: Service,
): (TokenFailResponse & Result) | ResultName {
  if (!isText(ticket) || !isText(reason)) return 'PARAMETER_MISSING';
  if (!isTokenFailReason(reason)) return 'REASON_UNKNOWN';
  if (!tickets.use(ticket)) {
    return buildErrorReply('INTERNAL_SERVER_ERROR', 'TICKET_UNUSABLE', 'server_error');
  }
  return buildErrorReply(...REPLIES[reason]);
}
