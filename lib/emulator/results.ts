/**
 * The results that the emulator gives. Codes that begin with A are those that Authlete publishes
 * with this meaning; for everything else the code begins with EMU, so that nobody takes ours for
 * theirs.
 */
const RESULTS = {
  AUTHORIZATION_MISSING: ['A001202', 'Authorization header is missing.'],
  PASSWORD_ISSUED: [
    'A054001',
    'The token request (grant_type=password) was processed successfully.',
  ],
  CREDENTIALS_INVALID: [
    'A067301',
    'The credentials (username & password) passed to the token endpoint are invalid.',
  ],
  AUTHORIZATION_MALFORMED: ['EMU001', 'Authorization header is not of the Bearer scheme.'],
  ACCESS_TOKEN_UNKNOWN: ['EMU002', 'The access token is not the one this emulator takes.'],
  SERVICE_UNKNOWN: ['EMU003', 'The access token is not for this service ID.'],
  API_UNKNOWN: ['EMU004', 'The emulator does not have this API.'],
  REQUEST_UNREADABLE: ['EMU005', 'The request cannot be read.'],
  PARAMETER_MISSING: ['EMU006', 'A required request parameter is missing or not a string.'],
  REASON_UNKNOWN: ['EMU007', 'The reason is not one that the API takes.'],
  FAULT: ['EMU008', 'The emulator was told to refuse this call.'],
  PASSWORD_TICKET: ['EMU101', 'The resource owner credentials are to be checked.'],
  PARAMETER_REPEATED: ['EMU102', 'The token request repeats a parameter.'],
  GRANT_TYPE_MISSING: ['EMU103', 'The token request has no grant_type.'],
  GRANT_TYPE_UNSUPPORTED: ['EMU104', 'The emulator does not support the grant type.'],
  CREDENTIALS_MISSING: ['EMU105', 'The token request has no username or no password.'],
  CLIENT_MISSING: ['EMU106', 'The token request does not identify a client.'],
  CLIENT_UNKNOWN: ['EMU107', 'The client is not known.'],
  CLIENT_UNAUTHENTICATED: ['EMU108', 'The client is not authenticated.'],
  CLIENT_CREDENTIALS_ISSUED: [
    'EMU109',
    'The token request (grant_type=client_credentials) was processed successfully.',
  ],
  CLIENT_NOT_CONFIDENTIAL: ['EMU110', 'The grant type is for confidential clients only.'],
  REFRESH_TOKEN_ISSUED: [
    'EMU111',
    'The token request (grant_type=refresh_token) was processed successfully.',
  ],
  REFRESH_TOKEN_MISSING: ['EMU112', 'The token request has no refresh_token.'],
  REFRESH_TOKEN_UNUSABLE: [
    'EMU113',
    "The refresh token is unknown, used, expired or another client's.",
  ],
  SCOPE_NOT_GRANTED: ['EMU114', 'The requested scope exceeds the scope of the refresh token.'],
  TOKEN_EXCHANGE_READY: ['EMU115', 'The token exchange request is well-formed.'],
  SUBJECT_TOKEN_MISSING: [
    'EMU116',
    'The token request has no subject_token, or no subject_token_type that is known.',
  ],
  ACTOR_TOKEN_INCOMPLETE: [
    'EMU117',
    'The token request has an actor_token without a known actor_token_type, or a type alone.',
  ],
  REQUESTED_TOKEN_TYPE_UNKNOWN: ['EMU118', 'The requested_token_type is not known.'],
  JWT_BEARER_READY: ['EMU119', 'The assertion is to be checked.'],
  ASSERTION_MISSING: ['EMU120', 'The token request has no assertion.'],
  DPOP_PROOF_UNREADABLE: ['EMU121', 'The DPoP proof cannot be decoded.'],
  DPOP_PROOF_MISMATCH: ['EMU122', 'The DPoP proof is for another HTTP method or URL.'],
  DPOP_NONCE_MISSING: ['EMU123', 'The DPoP proof does not have the nonce that is required.'],
  TICKET_UNUSABLE: ['EMU201', 'The ticket is unknown, used or expired.'],
  FAILED_UNKNOWN: ['EMU301', 'The token request failed for an unknown reason.'],
  FAILED_INVALID_TARGET: ['EMU302', 'The requested resource is invalid.'],
  FAILED_INVALID_CLIENT: ['EMU303', 'The client is invalid.'],
  FAILED_UNAUTHORIZED_CLIENT: ['EMU304', 'The client may not use this grant type.'],
  FAILED_INVALID_SCOPE: ['EMU305', 'The requested scope is invalid.'],
} as const satisfies Record<string, readonly [code: string, message: string]>;

/** The name of a result. */
export type ResultName = keyof typeof RESULTS;

/** `result`, the part that every reply of the API has. */
export interface Result {
  resultCode: string;
  resultMessage: string;
}

/** The result of that name. */
export function resultOf(name: ResultName): Result {
  const [code, message] = RESULTS[name];
  return { resultCode: code, resultMessage: `[${code}] ${message}` };
}

/** A reply whose `responseContent` is an OAuth error (RFC 6749 section 5.2). */
export function errorReply<A extends string>(
  action: A,
  name: ResultName,
  error: string,
): Result & { action: A; responseContent: string } {
  const result = resultOf(name);
  const content = {
    error_description: result.resultMessage,
    error,
    // Authlete documents its own codes only.
    ...(result.resultCode.startsWith('A') && {
      error_uri: `https://docs.authlete.com/#${result.resultCode}`,
    }),
  };
  return { ...result, action, responseContent: JSON.stringify(content) };
}
