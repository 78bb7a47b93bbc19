import type { TokenResponse } from '../schemas/types.generated.js';
import { buildAttestationChallenge, isAttestationIncomplete } from './attestation.js';
import { checkDpop } from './dpop.js';
import { authorizationCodeGrant } from './grants/authorization-code.js';
import { clientCredentialsGrant } from './grants/client-credentials.js';
import type { Grant } from './grants/grant.js';
import { jwtBearerGrant } from './grants/jwt-bearer.js';
import { passwordGrant } from './grants/password.js';
import { refreshTokenGrant } from './grants/refresh-token.js';
import { tokenExchangeGrant } from './grants/token-exchange.js';
import { buildErrorReply, type Result, type ResultName } from './results.js';
import type { Service } from './service.js';
import { type ApiRequest, isText } from './state.js';
import { parseTokenForm, type TokenForm } from './token-form.js';
import { readTokenSettings, type TokenSettings } from './token-settings.js';

/** The grants that the emulator supports, by `grant_type`. */
const GRANTS: ReadonlyMap<string | undefined, Grant> = new Map([
  ['password', passwordGrant],
  ['authorization_code', authorizationCodeGrant],
  ['client_credentials', clientCredentialsGrant],
  ['refresh_token', refreshTokenGrant],
  ['urn:ietf:params:oauth:grant-type:token-exchange', tokenExchangeGrant],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', jwtBearerGrant],
]);

/** Answers `/auth/token`. */
export function answerToken(
  request: ApiRequest,
  service: Service,
): (TokenResponse & Result) | ResultName {
  const { parameters } = request;
  if (typeof parameters !== 'string') return 'PARAMETER_MISSING';
  const settings = readTokenSettings(request);
  if (typeof settings === 'string') return settings;
  return {
    ...answerForm(parseTokenForm(parameters), { request, settings, service }),
    ...buildAttestationChallenge(request, service),
  };
}

function answerForm(
  form: TokenForm,
  call: { request: ApiRequest; settings: TokenSettings; service: Service },
): TokenResponse & Result {
  const { request, settings, service } = call;
  const grantType = form.parameter('grant_type');
  const grant = GRANTS.get(grantType);
  // RFC 6749 section 3.2: a parameter is sent once, unless its own specification has it otherwise.
  if (form.repeatsParameter(grant?.repeatable ?? [])) {
    return buildErrorReply('BAD_REQUEST', 'PARAMETER_REPEATED', 'invalid_request');
  }
  if (isAttestationIncomplete(request)) {
    return buildErrorReply('BAD_REQUEST', 'ATTESTATION_INCOMPLETE', 'invalid_client_attestation');
  }

  const { clientId, clientSecret } = request;
  const authentication = service.clients.authenticate({
    clientId: isText(clientId) ? clientId : form.parameter('client_id'),
    clientSecret: isText(clientSecret) ? clientSecret : form.parameter('client_secret'),
  });
  if ('failure' in authentication) {
    const { failure } = authentication;
    return buildErrorReply('INVALID_CLIENT', `CLIENT_${failure}`, 'invalid_client');
  }

  if (grantType === undefined) {
    return buildErrorReply('BAD_REQUEST', 'GRANT_TYPE_MISSING', 'invalid_request');
  }
  if (!grant) {
    return buildErrorReply('BAD_REQUEST', 'GRANT_TYPE_UNSUPPORTED', 'unsupported_grant_type');
  }
  const dpop = checkDpop(request, service);
  if ('refusal' in dpop) return dpop.refusal;
  const { client } = authentication;
  const { tokenType, replyFields } = dpop;
  return { ...grant.answer({ client, form, tokenType, settings }, service), ...replyFields };
}
