import { errorReply } from '../results.js';
import { issuedReply } from '../token-response.js';
import type { Grant } from './grant.js';

/**
 * RFC 6749 section 4.4: for confidential clients only, and without a refresh token (section
 * 4.4.3).
 */
export const clientCredentialsGrant: Grant = {
  answer({ client, form: { scopes }, tokenType }) {
    if (client.clientSecret === undefined) {
      return errorReply('BAD_REQUEST', 'CLIENT_NOT_CONFIDENTIAL', 'unauthorized_client');
    }
    return {
      ...issuedReply('CLIENT_CREDENTIALS_ISSUED', { client, scopes, tokenType }),
      grantType: 'CLIENT_CREDENTIALS',
    };
  },
};
