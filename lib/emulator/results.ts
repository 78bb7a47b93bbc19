/**
 * The emulator's results. Codes that begin with A are those that Authlete publishes with this
 * meaning; every other code begins with EMU, so that ours are not mistaken for theirs.
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
  AUTHORIZATION_MALFORMED: [
    'EMU001',
    'Authorization header does not have a scheme that the API accepts, and credentials.',
  ],
  CREDENTIALS_WRONG: [
    'EMU002',
    'The credentials in the Authorization header are not those of this emulator.',
  ],
  SERVICE_UNKNOWN: ['EMU003', 'The access token is not for this service ID.'],
  API_UNKNOWN: ['EMU004', 'The emulator does not have this API in its API version.'],
  REQUEST_UNREADABLE: ['EMU005', 'The request cannot be read.'],
  PARAMETER_MISSING: ['EMU006', 'A required request parameter is missing or not a string.'],
  REASON_UNKNOWN: ['EMU007', 'The reason is not one that the API accepts.'],
  FAULT: ['EMU008', 'A fault that was set in the emulator refused this call.'],
  HOST_REFUSED: [
    'EMU009',
    'The Host header must be localhost, *.localhost, 127.0.0.0/8, [::1] or the host that the ' +
      'emulator was started to listen on.',
  ],
  PROPERTIES_INVALID: [
    'EMU010',
    'properties must be an array of { key, value, hidden? }: two strings and a boolean.',
  ],
  DURATION_INVALID: [
    'EMU011',
    'accessTokenDuration and refreshTokenDuration must be whole seconds from 0 to 2147483647.',
  ],
  JWT_AT_CLAIMS_INVALID: ['EMU012', 'jwtAtClaims must be a JSON object as a string.'],
  ACCESS_TOKEN_INVALID: ['EMU013', 'accessToken must be visible ASCII without white space.'],
  PASSWORD_TICKET: ['EMU101', 'The server checks the resource owner credentials.'],
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
  JWT_BEARER_READY: ['EMU119', 'The server checks the assertion.'],
  ASSERTION_MISSING: ['EMU120', 'The token request has no assertion.'],
  DPOP_PROOF_UNREADABLE: ['EMU121', 'The DPoP proof cannot be decoded.'],
  DPOP_PROOF_MISMATCH: ['EMU122', 'The DPoP proof is for another HTTP method or URL.'],
  DPOP_NONCE_MISSING: ['EMU123', 'The DPoP proof does not have the nonce that is required.'],
  CODE_EXCHANGED: [
    'EMU124',
    'The token request (grant_type=authorization_code) was processed successfully.',
  ],
  CODE_MISSING: ['EMU125', 'The token request has no code.'],
  CODE_UNUSABLE: ['EMU126', "The code is unknown, used, expired or another client's."],
  REDIRECT_URI_MISMATCH: ['EMU127', 'The redirect_uri is not that of the authorization request.'],
  CODE_VERIFIER_MISMATCH: [
    'EMU128',
    'The code_verifier is not that of the code_challenge, or only one of the two was sent.',
  ],
  ATTESTATION_INCOMPLETE: [
    'EMU129',
    'The token request has a client attestation or its proof of possession, but not both.',
  ],
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

/** Builds the result of that name. */
export function buildResult(name: ResultName): Result {
  const [code, message] = RESULTS[name];
  return { resultCode: code, resultMessage: `[${code}] ${message}` };
}

/** Builds a reply whose `responseContent` is an OAuth error (RFC 6749 section 5.2). */
export function buildErrorReply<A extends string>(
  action: A,
  name: ResultName,
  error: string,
): Result & { action: A; responseContent: string } {
  const result = buildResult(name);
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
