import { buildErrorReply } from '../results.js';
import { issueTokens } from '../token-response.js';
import type { Grant } from './grant.js';

/**
 * RFC 6749 section 4.4: for confidential clients only, and without a refresh token (section
 * 4.4.3).
 */
export const clientCredentialsGrant: Grant = {
  answer({ client, form: { scopes }, tokenType, settings }, service) {
    if (client.clientSecret === undefined) {
      return buildErrorReply('BAD_REQUEST', 'CLIENT_NOT_CONFIDENTIAL', 'unauthorized_client');
    }
    const issuance = { client, scopes, tokenType, settings };
    return {
      ...issueTokens('CLIENT_CREDENTIALS_ISSUED', issuance, service),
      grantType: 'CLIENT_CREDENTIALS',
    };
  },
};
