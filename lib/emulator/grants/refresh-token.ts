import { errorReply } from '../results.js';
import { issuedReply } from '../token-response.js';
import type { Grant } from './grant.js';

/** RFC 6749 section 6, with a new refresh token each time. */
export const refreshTokenGrant: Grant = {
  answer({ client, form, tokenType }, { refreshTokens }) {
    const presented = form.parameter('refresh_token');
    if (presented === undefined) {
      return errorReply('BAD_REQUEST', 'REFRESH_TOKEN_MISSING', 'invalid_request');
    }
    // A refused request leaves the token as it is: nobody can use up a token of another client.
    const granted = refreshTokens.find(presented);
    if (granted?.client !== client) {
      return errorReply('BAD_REQUEST', 'REFRESH_TOKEN_UNUSABLE', 'invalid_grant');
    }
    const { subject, scopes: grantedScopes } = granted;
    const allowed = new Set(grantedScopes);
    if (!form.scopes.every((scope) => allowed.has(scope))) {
      return errorReply('BAD_REQUEST', 'SCOPE_NOT_GRANTED', 'invalid_scope');
    }

    refreshTokens.use(presented);
    return {
      ...issuedReply('REFRESH_TOKEN_ISSUED', {
        client,
        tokenType,
        subject,
        scopes: form.scopes.length > 0 ? form.scopes : grantedScopes,
        // The new refresh token's scope is the old one's, even if the access token's is narrower.
        refreshToken: refreshTokens.keep(granted),
      }),
      grantType: 'REFRESH_TOKEN',
    };
  },
};
