import type { TokenResponse } from '../schemas/token.js';
import type { Authentication } from './clients.js';
import { checkDpop } from './dpop.js';
import { clientCredentialsGrant } from './grants/client-credentials.js';
import type { Grant } from './grants/grant.js';
import { jwtBearerGrant } from './grants/jwt-bearer.js';
import { passwordGrant } from './grants/password.js';
import { refreshTokenGrant } from './grants/refresh-token.js';
import { tokenExchangeGrant } from './grants/token-exchange.js';
import { errorReply, type Result, type ResultName } from './results.js';
import { type ApiRequest, type EmulatorState, isText } from './state.js';
import { readTokenForm } from './token-form.js';

/** The grants that the emulator supports, by `grant_type`. */
const GRANTS: ReadonlyMap<string | undefined, Grant> = new Map([
  ['password', passwordGrant],
  ['client_credentials', clientCredentialsGrant],
  ['refresh_token', refreshTokenGrant],
  ['urn:ietf:params:oauth:grant-type:token-exchange', tokenExchangeGrant],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', jwtBearerGrant],
]);

/** Answers `/auth/token`. */
export function answerToken(
  request: ApiRequest,
  state: EmulatorState,
): (TokenResponse & Result) | ResultName {
  if (typeof request['parameters'] !== 'string') return 'PARAMETER_MISSING';
  const form = readTokenForm(request['parameters']);
  const grantType = form.parameter('grant_type');
  const grant = GRANTS.get(grantType);
  // RFC 6749 section 3.2: a parameter is sent once, unless its own specification has it otherwise.
  if (form.repeatsParameter(grant?.repeatable ?? [])) {
    return errorReply('BAD_REQUEST', 'PARAMETER_REPEATED', 'invalid_request');
  }

  const authentication = state.authenticate({
    clientId: isText(request['clientId']) ? request['clientId'] : form.parameter('client_id'),
    clientSecret: isText(request['clientSecret'])
      ? request['clientSecret']
      : form.parameter('client_secret'),
  });
  if ('failure' in authentication) return clientError(authentication);

  if (grantType === undefined) {
    return errorReply('BAD_REQUEST', 'GRANT_TYPE_MISSING', 'invalid_request');
  }
  if (!grant) {
    return errorReply('BAD_REQUEST', 'GRANT_TYPE_UNSUPPORTED', 'unsupported_grant_type');
  }
  const dpop = checkDpop(request, state);
  if ('refusal' in dpop) return dpop.refusal;
  const { client } = authentication;
  const reply = grant.answer({ client, form, tokenType: dpop.tokenType }, state);
  return { ...reply, ...dpop.replyFields };
}

function clientError({
  failure,
}: Exclude<Authentication, { client: unknown }>): TokenResponse & Result {
  return errorReply('INVALID_CLIENT', `CLIENT_${failure}`, 'invalid_client');
}
