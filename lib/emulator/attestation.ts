import type { Service } from './service.js';
import { type ApiRequest, isText } from './state.js';

/**
 * Checks whether a token request has a client attestation without its proof of possession, or the
 * other way round (draft-ietf-oauth-attestation-based-client-auth). Neither of the two JWTs is read.
 */
export function isAttestationIncomplete(request: ApiRequest): boolean {
  const { oauthClientAttestation, oauthClientAttestationPop } = request;
  return isText(oauthClientAttestation) !== isText(oauthClientAttestationPop);
}

/** The challenge for the client's next attestation: another field of the reply of `/auth/token`. */
export function buildAttestationChallenge(
  { oauthClientAttestation, oauthClientAttestationPop }: ApiRequest,
  { attestationChallenge, attestationChallengeAlways }: Service,
): { attestationChallenge?: string } {
  const isSent =
    attestationChallengeAlways ||
    isText(oauthClientAttestation) ||
    isText(oauthClientAttestationPop);
  return isSent ? { attestationChallenge } : {};
}
