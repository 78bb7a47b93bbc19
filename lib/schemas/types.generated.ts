// Generated from scripts/schemas: npm run schemas

/** The request of `/auth/token`. */
export interface TokenRequest {
  /** The form body of the token request as the server received it, whole and unchanged. */
  parameters: string;
  /** The client ID from HTTP Basic authentication (RFC 6749 section 2.3.1), form-decoded. */
  clientId?: string | undefined;
  /** The client secret from HTTP Basic authentication, form-decoded. */
  clientSecret?: string | undefined;
  /** The client's certificate in PEM, for mutual TLS (RFC 8705). */
  clientCertificate?: string | undefined;
  /** The certificates that the client sent after its own, in PEM. */
  clientCertificatePath?: readonly string[] | undefined;
  /** Extra properties to keep with the access token. */
  properties?: readonly {
    key?: string | undefined;
    value?: string | undefined;
    /** Whether the property stays out of the token response. Default: false. */
    hidden?: boolean | undefined;
  }[] | undefined;
  /** The value of the `DPoP` header (RFC 9449). */
  dpop?: string | undefined;
  /** The HTTP method of the token request, for DPoP. */
  htm?: string | undefined;
  /** The URL of the token endpoint, for DPoP. */
  htu?: string | undefined;
  /** The access token to issue, instead of one that Authlete generates. */
  accessToken?: string | undefined;
  /** Claims to add to a JWT access token: a JSON object as a string. */
  jwtAtClaims?: string | undefined;
  /** The value of the `OAuth-Client-Attestation` header. */
  oauthClientAttestation?: string | undefined;
  /** The value of the `OAuth-Client-Attestation-PoP` header. */
  oauthClientAttestationPop?: string | undefined;
  /** Seconds; 0 or absent: as configured at Authlete. */
  accessTokenDuration?: number | undefined;
  /** Seconds; 0 or absent: as configured at Authlete. */
  refreshTokenDuration?: number | undefined;
  /** Whether the client application's DPoP proof must carry a nonce (RFC 9449 section 8). */
  dpopNonceRequired?: boolean | undefined;
  /** How client ID metadata documents are fetched. */
  cimdOptions?: {
    alwaysRetrieved?: boolean | undefined;
    httpPermitted?: boolean | undefined;
    queryPermitted?: boolean | undefined;
  } | undefined;
}

/** The `action` of a {@link TokenResponse}. */
export type TokenAction = keyof TokenActionNeeds;

/** The fields of a reply of `/auth/token`, whatever its action. Authlete may send `null`. */
export interface TokenResponseFields {
  resultCode?: string | null | undefined;
  resultMessage?: string | null | undefined;
  /** What the server does next. */
  action: 'INTERNAL_SERVER_ERROR' | 'INVALID_CLIENT' | 'BAD_REQUEST' | 'PASSWORD' | 'OK' | 'TOKEN_EXCHANGE' | 'JWT_BEARER' | 'NATIVE_SSO' | 'ID_TOKEN_REISSUABLE';
  /** The body of the answer to the client application, to be sent as it is. */
  responseContent?: string | null | undefined;
  /** The resource owner's username, with action `PASSWORD`. */
  username?: string | null | undefined;
  /** The resource owner's password, with action `PASSWORD`. */
  password?: string | null | undefined;
  /** Used once, by `/auth/token/issue` or `/auth/token/fail`; with action `PASSWORD`. */
  ticket?: string | null | undefined;
  accessToken?: string | null | undefined;
  /** Milliseconds since the Unix epoch. */
  accessTokenExpiresAt?: number | null | undefined;
  /** Seconds. */
  accessTokenDuration?: number | null | undefined;
  refreshToken?: string | null | undefined;
  /** Milliseconds since the Unix epoch. */
  refreshTokenExpiresAt?: number | null | undefined;
  /** Seconds. */
  refreshTokenDuration?: number | null | undefined;
  idToken?: string | null | undefined;
  grantType?: string | null | undefined;
  clientId?: number | null | undefined;
  clientIdAlias?: string | null | undefined;
  clientIdAliasUsed?: boolean | null | undefined;
  subject?: string | null | undefined;
  scopes?: readonly string[] | null | undefined;
  properties?: readonly {
    key?: string | undefined;
    value?: string | undefined;
    /** Whether the property stays out of the token response. Default: false. */
    hidden?: boolean | undefined;
  }[] | null | undefined;
  jwtAccessToken?: string | null | undefined;
  resources?: readonly string[] | null | undefined;
  accessTokenResources?: readonly string[] | null | undefined;
  authorizationDetails?: {
    elements?: readonly {
      type: string;
      locations?: readonly string[] | undefined;
      actions?: readonly string[] | undefined;
      dataTypes?: readonly string[] | undefined;
      identifier?: string | undefined;
      privileges?: readonly string[] | undefined;
      otherFields?: string | undefined;
    }[] | undefined;
  } | null | undefined;
  additionalClaims?: string | null | undefined;
  serviceAttributes?: readonly {
    key?: string | undefined;
    value?: string | undefined;
  }[] | null | undefined;
  clientAttributes?: readonly {
    key?: string | undefined;
    value?: string | undefined;
  }[] | null | undefined;
  clientAuthMethod?: string | null | undefined;
  grantId?: string | null | undefined;
  audiences?: readonly string[] | null | undefined;
  requestedTokenType?: 'JWT' | 'ACCESS_TOKEN' | 'REFRESH_TOKEN' | 'ID_TOKEN' | 'SAML1' | 'SAML2' | 'DEVICE_SECRET' | 'DEVICE_CODE' | 'TOKEN_EXCHANGE' | 'JWT_BEARER' | null | undefined;
  subjectToken?: string | null | undefined;
  subjectTokenType?: 'JWT' | 'ACCESS_TOKEN' | 'REFRESH_TOKEN' | 'ID_TOKEN' | 'SAML1' | 'SAML2' | 'DEVICE_SECRET' | 'DEVICE_CODE' | 'TOKEN_EXCHANGE' | 'JWT_BEARER' | null | undefined;
  subjectTokenInfo?: {
    clientId?: number | undefined;
    clientIdAlias?: string | undefined;
    clientIdAliasUsed?: boolean | undefined;
    subject?: string | undefined;
    scopes?: readonly {
      name?: string | undefined;
      defaultEntry?: boolean | undefined;
      description?: string | undefined;
      descriptions?: readonly {
        tag?: string | undefined;
        value?: string | undefined;
      }[] | undefined;
      attributes?: readonly {
        key?: string | undefined;
        value?: string | undefined;
      }[] | undefined;
    }[] | undefined;
    /** Milliseconds since the Unix epoch. */
    expiresAt?: number | undefined;
    properties?: readonly {
      key?: string | undefined;
      value?: string | undefined;
      /** Whether the property stays out of the token response. Default: false. */
      hidden?: boolean | undefined;
    }[] | undefined;
    resources?: readonly string[] | undefined;
    authorizationDetails?: {
      type: string;
      locations?: readonly string[] | undefined;
      actions?: readonly string[] | undefined;
      dataTypes?: readonly string[] | undefined;
      identifier?: string | undefined;
      privileges?: readonly string[] | undefined;
      otherFields?: string | undefined;
    } | undefined;
    clientEntityId?: string | undefined;
    clientEntityIdUsed?: boolean | undefined;
    metadataDocumentLocation?: string | undefined;
    metadataDocumentUsed?: boolean | undefined;
  } | null | undefined;
  actorToken?: string | null | undefined;
  actorTokenType?: 'JWT' | 'ACCESS_TOKEN' | 'REFRESH_TOKEN' | 'ID_TOKEN' | 'SAML1' | 'SAML2' | 'DEVICE_SECRET' | 'DEVICE_CODE' | 'TOKEN_EXCHANGE' | 'JWT_BEARER' | null | undefined;
  actorTokenInfo?: {
    clientId?: number | undefined;
    clientIdAlias?: string | undefined;
    clientIdAliasUsed?: boolean | undefined;
    subject?: string | undefined;
    scopes?: readonly {
      name?: string | undefined;
      defaultEntry?: boolean | undefined;
      description?: string | undefined;
      descriptions?: readonly {
        tag?: string | undefined;
        value?: string | undefined;
      }[] | undefined;
      attributes?: readonly {
        key?: string | undefined;
        value?: string | undefined;
      }[] | undefined;
    }[] | undefined;
    /** Milliseconds since the Unix epoch. */
    expiresAt?: number | undefined;
    properties?: readonly {
      key?: string | undefined;
      value?: string | undefined;
      /** Whether the property stays out of the token response. Default: false. */
      hidden?: boolean | undefined;
    }[] | undefined;
    resources?: readonly string[] | undefined;
    authorizationDetails?: {
      type: string;
      locations?: readonly string[] | undefined;
      actions?: readonly string[] | undefined;
      dataTypes?: readonly string[] | undefined;
      identifier?: string | undefined;
      privileges?: readonly string[] | undefined;
      otherFields?: string | undefined;
    } | undefined;
    clientEntityId?: string | undefined;
    clientEntityIdUsed?: boolean | undefined;
    metadataDocumentLocation?: string | undefined;
    metadataDocumentUsed?: boolean | undefined;
  } | null | undefined;
  assertion?: string | null | undefined;
  previousRefreshTokenUsed?: boolean | null | undefined;
  clientEntityId?: string | null | undefined;
  clientEntityIdUsed?: boolean | null | undefined;
  cnonceDuration?: number | null | undefined;
  /** Goes to the client application in the `DPoP-Nonce` header (RFC 9449 section 8). */
  dpopNonce?: string | null | undefined;
  cnonce?: string | null | undefined;
  cnonceExpiresAt?: number | null | undefined;
  requestedIdTokenClaims?: readonly string[] | null | undefined;
  refreshTokenScopes?: readonly string[] | null | undefined;
  sessionId?: string | null | undefined;
  deviceSecret?: string | null | undefined;
  deviceSecretHash?: string | null | undefined;
  metadataDocumentLocation?: string | null | undefined;
  metadataDocumentUsed?: boolean | null | undefined;
  /** Goes to the client application in the `OAuth-Client-Attestation-Challenge` header. Newer than the published API description 3.0.16. */
  attestationChallenge?: string | null | undefined;
}

/** The fields without which an action of `/auth/token` cannot be carried out. */
interface TokenActionNeeds {
  INTERNAL_SERVER_ERROR: 'responseContent';
  INVALID_CLIENT: 'responseContent';
  BAD_REQUEST: 'responseContent';
  PASSWORD: 'username' | 'password' | 'ticket';
  OK: 'responseContent';
  TOKEN_EXCHANGE: never;
  JWT_BEARER: never;
  NATIVE_SSO: never;
  ID_TOKEN_REISSUABLE: 'responseContent';
}

/**
 * The reply of `/auth/token`. Once `action` is known, so is which fields are there: with
 * `PASSWORD`, `username`, `password` and `ticket` are strings.
 */
export type TokenResponse = {
  [A in TokenAction]: TokenResponseFields & { action: A } & Record<TokenActionNeeds[A], string>;
}[TokenAction];

/** The request of `/auth/token/issue`. */
export interface TokenIssueRequest {
  /** The ticket of the `/auth/token` reply. It is used up by this call. */
  ticket: string;
  /** The unique identifier of the resource owner. */
  subject: string;
  /** Extra properties to keep with the access token. */
  properties?: readonly {
    key?: string | undefined;
    value?: string | undefined;
    /** Whether the property stays out of the token response. Default: false. */
    hidden?: boolean | undefined;
  }[] | undefined;
  /** Claims to add to a JWT access token: a JSON object as a string. */
  jwtAtClaims?: string | undefined;
  /** The access token to issue, instead of one that Authlete generates. */
  accessToken?: string | undefined;
  /** Seconds; 0 or absent: as configured at Authlete. */
  accessTokenDuration?: number | undefined;
  /** Seconds; 0 or absent: as configured at Authlete. */
  refreshTokenDuration?: number | undefined;
}

/** The reply of `/auth/token/issue`. */
export interface TokenIssueResponse {
  resultCode?: string | null | undefined;
  resultMessage?: string | null | undefined;
  /** What to answer the client application: `OK` 200, `INTERNAL_SERVER_ERROR` 500. */
  action: 'INTERNAL_SERVER_ERROR' | 'OK';
  /** The body of that answer, to be sent as it is. */
  responseContent: string;
  accessToken?: string | null | undefined;
  /** Milliseconds since the Unix epoch. */
  accessTokenExpiresAt?: number | null | undefined;
  /** Seconds. */
  accessTokenDuration?: number | null | undefined;
  refreshToken?: string | null | undefined;
  /** Milliseconds since the Unix epoch. */
  refreshTokenExpiresAt?: number | null | undefined;
  /** Seconds. */
  refreshTokenDuration?: number | null | undefined;
  clientId?: number | null | undefined;
  clientIdAlias?: string | null | undefined;
  clientIdAliasUsed?: boolean | null | undefined;
  subject?: string | null | undefined;
  scopes?: readonly string[] | null | undefined;
  properties?: readonly {
    key?: string | undefined;
    value?: string | undefined;
    /** Whether the property stays out of the token response. Default: false. */
    hidden?: boolean | undefined;
  }[] | null | undefined;
  jwtAccessToken?: string | null | undefined;
  accessTokenResources?: readonly string[] | null | undefined;
  authorizationDetails?: {
    elements?: readonly {
      type: string;
      locations?: readonly string[] | undefined;
      actions?: readonly string[] | undefined;
      dataTypes?: readonly string[] | undefined;
      identifier?: string | undefined;
      privileges?: readonly string[] | undefined;
      otherFields?: string | undefined;
    }[] | undefined;
  } | null | undefined;
  serviceAttributes?: readonly {
    key?: string | undefined;
    value?: string | undefined;
  }[] | null | undefined;
  clientAttributes?: readonly {
    key?: string | undefined;
    value?: string | undefined;
  }[] | null | undefined;
  clientEntityId?: string | null | undefined;
  clientEntityIdUsed?: boolean | null | undefined;
  refreshTokenScopes?: readonly string[] | null | undefined;
  metadataDocumentLocation?: string | null | undefined;
  metadataDocumentUsed?: boolean | null | undefined;
}

/** The request of `/auth/token/fail`. */
export interface TokenFailRequest {
  /** The ticket of the `/auth/token` reply. It is used up by this call. */
  ticket: string;
  /** Why the token request failed. */
  reason: 'UNKNOWN' | 'INVALID_RESOURCE_OWNER_CREDENTIALS' | 'INVALID_TARGET' | 'INVALID_CLIENT' | 'UNAUTHORIZED_CLIENT' | 'INVALID_SCOPE';
}

/** The reply of `/auth/token/fail`. */
export interface TokenFailResponse {
  resultCode?: string | null | undefined;
  resultMessage?: string | null | undefined;
  /** What to answer the client application: `BAD_REQUEST` 400, `INTERNAL_SERVER_ERROR` 500. */
  action: 'INTERNAL_SERVER_ERROR' | 'BAD_REQUEST';
  /** The body of that answer, to be sent as it is. */
  responseContent: string;
}

/** The `action` of a {@link TokenFailResponse}. */
export type TokenFailAction = TokenFailResponse['action'];
