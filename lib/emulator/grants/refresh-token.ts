import { buildErrorReply } from '../results.js';
import { issueTokens } from '../token-response.js';
import type { Grant } from './grant.js';

/** RFC 6749 section 6, with a new refresh token each time. */
export const refreshTokenGrant: Grant = {
  answer({ client, form, tokenType, settings }, service) {
    const { refreshTokens } = service;
    const presented = form.parameter('refresh_token');
    if (presented === undefined) {
      return buildErrorReply('BAD_REQUEST', 'REFRESH_TOKEN_MISSING', 'invalid_request');
    }
    // A refused request leaves the token as it is: nobody can use up a token of another client.
    const granted = refreshTokens.find(presented);
    if (granted?.client !== client) {
      return buildErrorReply('BAD_REQUEST', 'REFRESH_TOKEN_UNUSABLE', 'invalid_grant');
    }
    const allowed = new Set(granted.scopes);
    if (!form.scopes.every((scope) => allowed.has(scope))) {
      return buildErrorReply('BAD_REQUEST', 'SCOPE_NOT_GRANTED', 'invalid_scope');
    }

    refreshTokens.use(presented);
    // The new refresh token's scope is the old one's, even if the access token's is narrower.
    const scopes = form.scopes.length > 0 ? form.scopes : granted.scopes;
    const issuance = { client, scopes, tokenType, settings, granted };
    return {
      ...issueTokens('REFRESH_TOKEN_ISSUED', issuance, service),
      grantType: 'REFRESH_TOKEN',
    };
  },
};
