import type { TokenIssueResponse } from '../schemas/token-issue.js';
import type { EmulatorClient } from './clients.js';
import { REFRESH_TOKEN_DURATION } from './refresh-tokens.js';
import { type Result, type ResultName, resultOf } from './results.js';
import { randomSecret } from './secrets.js';

/** Seconds for which an access token is said to be good. */
const ACCESS_TOKEN_DURATION = 3600;

/** RFC 6749 section 7.1, and RFC 9449 section 5 for a request with a DPoP proof. */
export type AccessTokenType = 'Bearer' | 'DPoP';

/** What a successful token request is answered with, apart from the access token. */
export interface Issuance {
  readonly client: EmulatorClient;
  readonly scopes: readonly string[];
  /** Default: `Bearer`. */
  readonly tokenType?: AccessTokenType | undefined;
  /** Absent if the access token is the client's own (RFC 6749 section 4.4). */
  readonly subject?: string;
  readonly refreshToken?: string;
}

/**
 * A reply whose `responseContent` is a token response (RFC 6749 section 5.1). The access token is
 * a random string that nothing accepts.
 */
export function issuedReply(
  name: ResultName,
  { client, scopes, tokenType = 'Bearer', subject, refreshToken }: Issuance,
): TokenIssueResponse & Result & { action: 'OK' } {
  const accessToken = randomSecret();
  const now = Date.now();
  const content = {
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    token_type: tokenType,
    expires_in: ACCESS_TOKEN_DURATION,
  };
  return {
    ...resultOf(name),
    action: 'OK',
    responseContent: JSON.stringify(content),
    accessToken,
    accessTokenDuration: ACCESS_TOKEN_DURATION,
    accessTokenExpiresAt: now + ACCESS_TOKEN_DURATION * 1000,
    ...(refreshToken !== undefined && {
      refreshToken,
      refreshTokenDuration: REFRESH_TOKEN_DURATION,
      refreshTokenExpiresAt: now + REFRESH_TOKEN_DURATION * 1000,
    }),
    ...(subject !== undefined && { subject }),
    ...requestFields(client, scopes),
  };
}

/** How a reply names the client and the scopes of the token request. */
export function requestFields(
  { clientId, clientIdAlias }: EmulatorClient,
  scopes: readonly string[],
): { clientId: number; clientIdAlias?: string; scopes?: readonly string[] } {
  return {
    clientId: Number(clientId),
    ...(clientIdAlias !== undefined && { clientIdAlias }),
    ...(scopes.length > 0 && { scopes }),
  };
}
