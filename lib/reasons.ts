/**
 * The values of `reason` that `/auth/token/fail` takes.
 *
 * The first three are in Authlete's published API description (3.0.16). The last three are newer:
 * Authlete's Java library has had them since 4.46, the published description does not list them yet.
 */
export const TOKEN_FAIL_REASONS = [
  'UNKNOWN',
  'INVALID_RESOURCE_OWNER_CREDENTIALS',
  'INVALID_TARGET',
  'INVALID_CLIENT',
  'UNAUTHORIZED_CLIENT',
  'INVALID_SCOPE',
] as const;

/** Why a token request failed: the `reason` of Authlete's `/auth/token/fail`. */
export type TokenFailReason = (typeof TOKEN_FAIL_REASONS)[number];

/** Tells whether a value is one of {@link TOKEN_FAIL_REASONS}. */
export function isTokenFailReason(value: unknown): value is TokenFailReason {
  return (TOKEN_FAIL_REASONS as readonly unknown[]).includes(value);
}
