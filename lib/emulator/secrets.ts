import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a random secret: 256 bits, 43 characters of base64url, as Authlete's tickets have. */
const SECRET_BYTES = 32;

/** A ticket, a token, a code or a nonce: opaque, from a CSPRNG. */
export function randomSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Checks whether two secrets are equal, in a time that does not depend on where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(hash(one), hash(other));
}

/** Stands for a secret where the secret must not show: the same for the same secret. */
export function fingerprint(secret: string): string {
  return `sha256:${hash(secret).toString('hex').slice(0, 16)}`;
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
