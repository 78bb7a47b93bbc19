import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a random secret: 256 bits, 43 characters of base64url, as Authlete's tickets have. */
const SECRET_BYTES = 32;

/** A ticket, an access token or a refresh token: opaque, from a CSPRNG. */
export function randomSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Tells whether two secrets are the same, in a time that does not depend on where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

/** Stands for a secret where the secret must not show: the same for the same secret. */
export function fingerprint(secret: string): string {
  return `sha256:${digestOf(secret).toString('hex').slice(0, 16)}`;
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
