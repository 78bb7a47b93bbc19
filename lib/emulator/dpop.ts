import type { TokenResponse } from '../schemas/token.js';
import { errorReply, type Result } from './results.js';
import { type ApiRequest, type EmulatorState, isText } from './state.js';
import type { AccessTokenType } from './token-response.js';

/** What a token request's DPoP proof, or its absence, comes to. */
export type DpopOutcome =
  | { refusal: TokenResponse & Result }
  | {
      tokenType: AccessTokenType;
      /** What the reply is to have besides. */
      replyFields: { dpopNonce?: string };
    };

/**
 * Looks at the DPoP proof of a token request (RFC 9449 section 5). Of the proof's JWT only the
 * payload is decoded: neither its signature nor its header, `jti` or `iat` is looked at.
 */
export function checkDpop(request: ApiRequest, state: EmulatorState): DpopOutcome {
  const { dpop, htm, htu } = request;
  if (!isText(dpop)) return { tokenType: 'Bearer', replyFields: {} };

  const payload = payloadOf(dpop);
  if (!payload) return refuse('DPOP_PROOF_UNREADABLE');
  // RFC 9449 section 4.3, as far as the server says what the token request was.
  const rightMethod = !isText(htm) || payload['htm'] === htm;
  const rightTarget = !isText(htu) || comparable(payload['htu']) === comparable(htu);
  if (!rightMethod || !rightTarget) return refuse('DPOP_PROOF_MISMATCH');

  if (!isNonceRequired(request, state)) return { tokenType: 'DPoP', replyFields: {} };
  const replyFields = { dpopNonce: state.dpopNonce };
  if (payload['nonce'] !== state.dpopNonce) {
    // RFC 9449 section 8.
    const reply = errorReply('BAD_REQUEST', 'DPOP_NONCE_MISSING', 'use_dpop_nonce');
    return { refusal: { ...reply, ...replyFields } };
  }
  return { tokenType: 'DPoP', replyFields };
}

function refuse(name: 'DPOP_PROOF_UNREADABLE' | 'DPOP_PROOF_MISMATCH'): DpopOutcome {
  return { refusal: errorReply('BAD_REQUEST', name, 'invalid_dpop_proof') };
}

/** One call can ask for the nonce, but none can do away with it. A form body has no booleans. */
function isNonceRequired(
  { dpopNonceRequired }: ApiRequest,
  { dpopNonceRequired: alwaysRequired }: EmulatorState,
): boolean {
  return alwaysRequired || dpopNonceRequired === true || dpopNonceRequired === 'true';
}

/** The payload of a JWT in compact form; `undefined` if there is none that can be decoded. */
function payloadOf(jwt: string): Readonly<Record<string, unknown>> | undefined {
  const encoded = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(jwt)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
    return isObject ? (payload as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9449 section 4.3 has URIs compared once normalised, without their query and fragment. */
function comparable(uri: unknown): unknown {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return uri;
  const { protocol, host, pathname } = new URL(uri);
  return `${protocol}//${host}${pathname}`;
}
