import type { EmulatorClient } from './clients.js';
import { createSecretStore, type SecretStore } from './secret-store.js';

/** What a refresh token stands for: what the resource owner granted to a client. */
export interface GrantedAccess {
  readonly client: EmulatorClient;
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** Refresh tokens that were issued and not yet used. */
export type RefreshTokenStore = SecretStore<GrantedAccess>;

/** Seconds until an unused refresh token expires. It is what the published example says. */
export const REFRESH_TOKEN_DURATION = 3600;

/** Refresh tokens kept: a long run must not grow without bound. */
const MAX_REFRESH_TOKENS = 10_000;

/** Makes an empty store of refresh tokens. They live in memory only. */
export function createRefreshTokenStore(): RefreshTokenStore {
  return createSecretStore(REFRESH_TOKEN_DURATION * 1000, MAX_REFRESH_TOKENS);
}
