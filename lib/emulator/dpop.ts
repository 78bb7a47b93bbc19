import type { TokenResponse } from '../schemas/types.generated.js';
import { decodeJwtPayload } from './jwt.js';
import { buildErrorReply, type Result } from './results.js';
import type { AccessTokenType, Service } from './service.js';
import { type ApiRequest, isText } from './state.js';

/** What follows from a token request's DPoP proof, or from its absence. */
export type DpopOutcome =
  | { refusal: TokenResponse & Result }
  | {
      tokenType: AccessTokenType;
      /** Further fields of the reply. */
      replyFields: { dpopNonce?: string };
    };

/**
 * Checks the DPoP proof of a token request (RFC 9449 section 5). Only the payload of its JWT is
 * decoded: its signature, header, `jti` and `iat` are not checked.
 */
export function checkDpop(request: ApiRequest, service: Service): DpopOutcome {
  const { dpop, htm, htu } = request;
  if (!isText(dpop)) return { tokenType: 'Bearer', replyFields: {} };

  const payload = decodeJwtPayload(dpop);
  if (!payload) return refuse('DPOP_PROOF_UNREADABLE');
  // RFC 9449 section 4.3, as far as the server says what the token request was.
  const rightMethod = !isText(htm) || payload['htm'] === htm;
  const rightTarget = !isText(htu) || normalizeTarget(payload['htu']) === normalizeTarget(htu);
  if (!rightMethod || !rightTarget) return refuse('DPOP_PROOF_MISMATCH');

  if (!isNonceRequired(request, service)) return { tokenType: 'DPoP', replyFields: {} };
  const replyFields = { dpopNonce: service.dpopNonce };
  if (payload['nonce'] !== service.dpopNonce) {
    // RFC 9449 section 8.
    const reply = buildErrorReply('BAD_REQUEST', 'DPOP_NONCE_MISSING', 'use_dpop_nonce');
    return { refusal: { ...reply, ...replyFields } };
  }
  return { tokenType: 'DPoP', replyFields };
}

function refuse(name: 'DPOP_PROOF_UNREADABLE' | 'DPOP_PROOF_MISMATCH'): DpopOutcome {
  return { refusal: buildErrorReply('BAD_REQUEST', name, 'invalid_dpop_proof') };
}

/** One call can require the nonce, but none can waive it. A form body has no booleans. */
function isNonceRequired(
  { dpopNonceRequired }: ApiRequest,
  { dpopNonceRequired: alwaysRequired }: Service,
): boolean {
  return alwaysRequired || dpopNonceRequired === true || dpopNonceRequired === 'true';
}

/** RFC 9449 section 4.3: URIs are compared once normalised, without their query and fragment. */
function normalizeTarget(uri: unknown): unknown {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return uri;
  const { protocol, host, pathname } = new URL(uri);
  return `${protocol}//${host}${pathname}`;
}
