import { createHash } from 'node:crypto';
import { buildErrorReply } from '../results.js';
import { sameSecret } from '../secrets.js';
import type { GrantedCode } from '../service.js';
import type { TokenForm } from '../token-form.js';
import { issueTokens } from '../token-response.js';
import type { Grant } from './grant.js';

/** RFC 6749 section 4.1.3, for the codes of `issueCode`, with PKCE (RFC 7636 section 4.6). */
export const authorizationCodeGrant: Grant = {
  answer({ client, form, tokenType, settings }, service) {
    const code = form.parameter('code');
    if (code === undefined)
      return buildErrorReply('BAD_REQUEST', 'CODE_MISSING', 'invalid_request');
    // A refused request leaves the code as it is: nobody can use up a code of another client.
    const granted = service.codes.find(code);
    if (granted?.client !== client) {
      return buildErrorReply('BAD_REQUEST', 'CODE_UNUSABLE', 'invalid_grant');
    }
    const { redirectUri, scopes } = granted;
    if (redirectUri !== undefined && form.parameter('redirect_uri') !== redirectUri) {
      return buildErrorReply('BAD_REQUEST', 'REDIRECT_URI_MISMATCH', 'invalid_grant');
    }
    if (!isVerified(granted, form)) {
      return buildErrorReply('BAD_REQUEST', 'CODE_VERIFIER_MISMATCH', 'invalid_grant');
    }

    service.codes.use(code);
    const { subject } = granted;
    return {
      ...issueTokens(
        'CODE_EXCHANGED',
        { client, scopes, tokenType, settings, granted: { client, subject, scopes } },
        service,
      ),
      grantType: 'AUTHORIZATION_CODE',
    };
  },
};

function isVerified({ codeChallenge }: GrantedCode, form: TokenForm): boolean {
  const verifier = form.parameter('code_verifier');
  // RFC 9700 section 2.1.1: a verifier without a challenge is a downgrade of PKCE.
  if (codeChallenge === undefined || verifier === undefined) return codeChallenge === verifier;
  const digest = createHash('sha256').update(verifier).digest('base64url');
  return sameSecret(digest, codeChallenge);
}
