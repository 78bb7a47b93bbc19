import type { TokenIssueResponse } from '../schemas/types.generated.js';
import type { EmulatorClient } from './clients.js';
import { encodeUnsecuredJwt } from './jwt.js';
import { buildResult, type Result, type ResultName } from './results.js';
import { randomSecret } from './secrets.js';
import {
  type AccessTokenType,
  type GrantedAccess,
  REFRESH_TOKEN_DURATION,
  type Service,
} from './service.js';
import type { Property, TokenSettings } from './token-settings.js';

/** Seconds until an access token is said to expire. */
const ACCESS_TOKEN_DURATION = 3600;

/** Members of a token response that no property may add or replace. */
const RESERVED_MEMBERS = new Set(
  'access_token token_type expires_in refresh_token scope id_token error error_description error_uri'.split(
    ' ',
  ),
);

/** The tokens that a successful token request is answered with. */
export interface Issuance {
  readonly client: EmulatorClient;
  readonly scopes: readonly string[];
  readonly tokenType: AccessTokenType;
  readonly settings: TokenSettings;
  /** What a refresh token is issued for. Absent if the client itself is the owner (section 4.4). */
  readonly granted?: GrantedAccess;
}

/**
 * Issues tokens. `responseContent` of the reply is a token response (RFC 6749 section 5.1). The
 * access token is a random string, or with `jwtAtClaims` a JWT without a signature, and is good for
 * nothing.
 */
export function issueTokens(
  name: ResultName,
  { client, scopes, tokenType, settings, granted }: Issuance,
  { refreshTokens }: Service,
): TokenIssueResponse & Result & { action: 'OK' } {
  const {
    accessToken = randomSecret(),
    accessTokenDuration = ACCESS_TOKEN_DURATION,
    refreshTokenDuration = REFRESH_TOKEN_DURATION,
    jwtAtClaims,
    properties = [],
  } = settings;
  const now = Date.now();
  const scope = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
  const subject = granted?.subject;
  const jwtAccessToken =
    jwtAtClaims &&
    encodeUnsecuredJwt({
      ...jwtAtClaims,
      ...(subject !== undefined && { sub: subject }),
      ...scope,
      client_id: client.clientId,
      iat: Math.floor(now / 1000),
      exp: Math.floor(now / 1000) + accessTokenDuration,
      jti: accessToken,
    });
  const refreshToken = granted && refreshTokens.keep(granted, refreshTokenDuration * 1000);
  const content = {
    access_token: jwtAccessToken ?? accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...scope,
    token_type: tokenType,
    expires_in: accessTokenDuration,
    ...buildVisibleMembers(properties),
  };
  return {
    ...buildResult(name),
    action: 'OK',
    responseContent: JSON.stringify(content),
    accessToken,
    accessTokenDuration,
    accessTokenExpiresAt: now + accessTokenDuration * 1000,
    ...(jwtAccessToken !== undefined && { jwtAccessToken }),
    ...(refreshToken !== undefined && {
      refreshToken,
      refreshTokenDuration,
      refreshTokenExpiresAt: now + refreshTokenDuration * 1000,
    }),
    ...(subject !== undefined && { subject }),
    ...(properties.length > 0 && { properties }),
    ...describeRequest(client, scopes),
  };
}

function buildVisibleMembers(properties: readonly Property[]): Record<string, string> {
  const visible = properties.filter(({ key, hidden }) => !hidden && !RESERVED_MEMBERS.has(key));
  return Object.fromEntries(visible.map(({ key, value }) => [key, value]));
}

/** How a reply names the client and the scopes of the token request. */
export function describeRequest(
  { clientId, clientIdAlias }: EmulatorClient,
  scopes: readonly string[],
): { clientId: number; clientIdAlias?: string; scopes?: readonly string[] } {
  return {
    clientId: Number(clientId),
    ...(clientIdAlias !== undefined && { clientIdAlias }),
    ...(scopes.length > 0 && { scopes }),
  };
}
