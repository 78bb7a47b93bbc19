import { randomSecret } from './secrets.js';

/** Values that are kept under random secrets, each for the same time. */
export interface SecretStore<T> {
  /** Keeps a value; gives the secret that stands for it. */
  keep(value: T): string;
  /** Gives what a secret stands for; `undefined` if it is unknown, used or expired. */
  find(secret: string): T | undefined;
  /** As `find`, and uses the secret up. */
  use(secret: string): T | undefined;
  /** How many secrets are neither used nor expired. */
  count(): number;
}

/**
 * Makes an empty store.
 *
 * @param lifetime - milliseconds until an unused secret expires
 * @param capacity - values kept at most; the earliest makes room for one more
 */
export function createSecretStore<T>(lifetime: number, capacity = Infinity): SecretStore<T> {
  // A Map keeps insertion order and every secret lives as long, so the first to expire comes first.
  const entries = new Map<string, { value: T; expiresAt: number }>();

  function dropStale(): void {
    const now = performance.now();
    for (const [secret, { expiresAt }] of entries) {
      if (expiresAt > now && entries.size <= capacity) break;
      entries.delete(secret);
    }
  }

  function find(secret: string): T | undefined {
    dropStale();
    return entries.get(secret)?.value;
  }

  return {
    find,
    keep(value) {
      const secret = randomSecret();
      entries.set(secret, { value, expiresAt: performance.now() + lifetime });
      dropStale();
      return secret;
    },
    use(secret) {
      const value = find(secret);
      entries.delete(secret);
      return value;
    },
    count() {
      dropStale();
      return entries.size;
    },
  };
}
