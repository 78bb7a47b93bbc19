import { randomSecret } from './secrets.js';

/** Values that are kept under random secrets for a limited time. */
export interface SecretStore<T> {
  /**
   * Keeps a value; returns the secret that stands for it.
   *
   * @param lifetime - milliseconds until it expires. Default: the store's
   */
  keep(value: T, lifetime?: number): string;
  /** Returns what a secret stands for; `undefined` if it is unknown, used or expired. */
  find(secret: string): T | undefined;
  /** As `find`, and uses the secret up. */
  use(secret: string): T | undefined;
  /** How many secrets are neither used nor expired. */
  count(): number;
}

/**
 * Creates an empty store.
 *
 * @param defaultLifetime - milliseconds until an unused secret expires
 * @param capacity - how many values are kept at most; the earliest is dropped for one more
 */
export function createSecretStore<T>(defaultLifetime: number, capacity = Infinity): SecretStore<T> {
  // A Map keeps insertion order, so the first is the earliest.
  const entries = new Map<string, { value: T; expiresAt: number }>();

  function dropEarliest(): void {
    const now = performance.now();
    for (const [secret, { expiresAt }] of entries) {
      if (expiresAt > now && entries.size <= capacity) break;
      entries.delete(secret);
    }
  }

  function find(secret: string): T | undefined {
    const entry = entries.get(secret);
    return entry && entry.expiresAt > performance.now() ? entry.value : undefined;
  }

  return {
    find,
    keep(value, lifetime = defaultLifetime) {
      const secret = randomSecret();
      entries.set(secret, { value, expiresAt: performance.now() + lifetime });
      dropEarliest();
      return secret;
    },
    use(secret) {
      const value = find(secret);
      entries.delete(secret);
      return value;
    },
    count() {
      const now = performance.now();
      return [...entries.values()].filter(({ expiresAt }) => expiresAt > now).length;
    },
  };
}
