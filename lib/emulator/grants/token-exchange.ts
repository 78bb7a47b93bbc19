import type { TokenResponseFields } from '../../schemas/types.generated.js';
import { buildErrorReply, buildResult } from '../results.js';
import { describeRequest } from '../token-response.js';
import type { Grant } from './grant.js';

type TokenType = NonNullable<TokenResponseFields['subjectTokenType']>;

/** RFC 8693 section 3. The API's other token types have no identifier registered there. */
const TOKEN_TYPES: ReadonlyMap<string | undefined, TokenType> = new Map([
  ['urn:ietf:params:oauth:token-type:jwt', 'JWT'],
  ['urn:ietf:params:oauth:token-type:access_token', 'ACCESS_TOKEN'],
  ['urn:ietf:params:oauth:token-type:refresh_token', 'REFRESH_TOKEN'],
  ['urn:ietf:params:oauth:token-type:id_token', 'ID_TOKEN'],
  ['urn:ietf:params:oauth:token-type:saml1', 'SAML1'],
  ['urn:ietf:params:oauth:token-type:saml2', 'SAML2'],
]);

/**
 * RFC 8693: the server decides by itself. Only the form of the request is checked (section 2.1),
 * not the tokens.
 */
export const tokenExchangeGrant: Grant = {
  repeatable: ['audience', 'resource'],
  answer({ client, form }) {
    const subjectToken = form.parameter('subject_token');
    const subjectTokenType = TOKEN_TYPES.get(form.parameter('subject_token_type'));
    if (subjectToken === undefined || subjectTokenType === undefined) {
      return buildErrorReply('BAD_REQUEST', 'SUBJECT_TOKEN_MISSING', 'invalid_request');
    }
    const actorToken = form.parameter('actor_token');
    const actorTypeName = form.parameter('actor_token_type');
    const actorTokenType = TOKEN_TYPES.get(actorTypeName);
    // The type is there if the token is, and MUST NOT be there if the token is not.
    if (actorToken === undefined ? actorTypeName !== undefined : actorTokenType === undefined) {
      return buildErrorReply('BAD_REQUEST', 'ACTOR_TOKEN_INCOMPLETE', 'invalid_request');
    }
    const requestedTypeName = form.parameter('requested_token_type');
    const requestedTokenType = TOKEN_TYPES.get(requestedTypeName);
    if (requestedTypeName !== undefined && requestedTokenType === undefined) {
      return buildErrorReply('BAD_REQUEST', 'REQUESTED_TOKEN_TYPE_UNKNOWN', 'invalid_request');
    }
    const audiences = form.parameters('audience');
    const resources = form.parameters('resource');
    return {
      ...buildResult('TOKEN_EXCHANGE_READY'),
      action: 'TOKEN_EXCHANGE',
      subjectToken,
      subjectTokenType,
      ...(actorToken !== undefined && { actorToken, actorTokenType }),
      ...(requestedTokenType !== undefined && { requestedTokenType }),
      ...(audiences.length > 0 && { audiences }),
      ...(resources.length > 0 && { resources }),
      grantType: 'TOKEN_EXCHANGE',
      ...describeRequest(client, form.scopes),
    };
  },
};
