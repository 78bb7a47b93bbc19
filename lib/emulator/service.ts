import type { ClientRegistry, EmulatorClient } from './clients.js';
import { createSecretStore, type SecretStore } from './secret-store.js';
import { randomSecret } from './secrets.js';
import type { TokenSettings } from './token-settings.js';

/** RFC 6749 section 7.1, and RFC 9449 section 5 for a request with a DPoP proof. */
export type AccessTokenType = 'Bearer' | 'DPoP';

/** What a ticket stands for: a token request that is still open. */
export interface OpenTokenRequest {
  readonly client: EmulatorClient;
  readonly scopes: readonly string[];
  /** The type of the access token to issue. */
  readonly tokenType: AccessTokenType;
  /** What the call of `/auth/token` said of the tokens to issue. */
  readonly settings: TokenSettings;
}

/** What a refresh token stands for: what the resource owner granted to a client. */
export interface GrantedAccess {
  readonly client: EmulatorClient;
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** What an authorization code stands for. */
export interface GrantedCode extends GrantedAccess {
  readonly redirectUri: string | undefined;
  /** With the method `S256` (RFC 7636 section 4.2). */
  readonly codeChallenge: string | undefined;
}

/** One of the emulator's services. Tickets, codes and refresh tokens are good for it alone. */
export interface Service {
  readonly serviceId: string;
  readonly clients: ClientRegistry;
  readonly tickets: SecretStore<OpenTokenRequest>;
  readonly refreshTokens: SecretStore<GrantedAccess>;
  readonly codes: SecretStore<GrantedCode>;
  /** The one nonce that a DPoP proof may carry. */
  readonly dpopNonce: string;
  /** Whether every DPoP proof must carry it. */
  readonly dpopNonceRequired: boolean;
  /** The challenge for client attestations. */
  readonly attestationChallenge: string;
  /** Whether every reply of `/auth/token` has it. */
  readonly attestationChallengeAlways: boolean;
}

/** What a service is created with. */
export interface ServiceSettings {
  readonly serviceId: string;
  readonly clients: ClientRegistry;
  /** Milliseconds. */
  readonly ticketLifetime: number;
  readonly dpopNonceRequired: boolean;
  readonly attestationChallengeAlways: boolean;
}

/** Seconds until an unused refresh token expires, as in Authlete's published example. */
export const REFRESH_TOKEN_DURATION = 3600;

/** Milliseconds until an unused code expires: what RFC 6749 section 4.1.2 recommends at most. */
const CODE_LIFETIME = 10 * 60 * 1000;

/** Refresh tokens and codes kept: a long run must not grow without bound. */
const CAPACITY = 10_000;

/** Creates a service. All that it issues lives in memory only. */
export function createService({
  serviceId,
  clients,
  ticketLifetime,
  dpopNonceRequired,
  attestationChallengeAlways,
}: ServiceSettings): Service {
  return {
    serviceId,
    clients,
    dpopNonceRequired,
    attestationChallengeAlways,
    tickets: createSecretStore(ticketLifetime),
    refreshTokens: createSecretStore(REFRESH_TOKEN_DURATION * 1000, CAPACITY),
    codes: createSecretStore(CODE_LIFETIME, CAPACITY),
    dpopNonce: randomSecret(),
    attestationChallenge: randomSecret(),
  };
}
