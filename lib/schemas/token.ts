import {
  AUTHORIZATION_DETAILS,
  PAIR,
  PROPERTY_LIST,
  STRING_LIST,
  TOKEN_INFO,
  TOKEN_TYPE,
} from './common.js';
import type { RequestOf, ResponseOf } from './from-schema.js';

export const TOKEN_REQUEST = {
  type: 'object',
  required: ['parameters'],
  additionalProperties: false,
  properties: {
    /** The form body of the token request as the server received it, whole and unchanged. */
    parameters: { type: 'string' },
    /** The client ID from HTTP Basic authentication (RFC 6749 section 2.3.1), form-decoded. */
    clientId: { type: 'string' },
    /** The client secret from HTTP Basic authentication, form-decoded. */
    clientSecret: { type: 'string' },
    /** The client's certificate in PEM, for mutual TLS (RFC 8705). */
    clientCertificate: { type: 'string' },
    /** The certificates that the client sent after its own, in PEM. */
    clientCertificatePath: STRING_LIST,
    /** Extra properties to keep with the access token: a JSON array as a string. */
    properties: { type: 'string' },
    /** The value of the `DPoP` header (RFC 9449). */
    dpop: { type: 'string' },
    /** The HTTP method of the token request, for DPoP. */
    htm: { type: 'string' },
    /** The URL of the token endpoint, for DPoP. */
    htu: { type: 'string' },
    accessToken: { type: 'string' },
    /** Claims to add to a JWT access token: a JSON object as a string. */
    jwtAtClaims: { type: 'string' },
    /** The value of the `OAuth-Client-Attestation` header. */
    oauthClientAttestation: { type: 'string' },
    /** The value of the `OAuth-Client-Attestation-PoP` header. */
    oauthClientAttestationPop: { type: 'string' },
    /** Seconds; 0 or absent: as configured at Authlete. */
    accessTokenDuration: { type: 'integer' },
    /** Seconds; 0 or absent: as configured at Authlete. */
    refreshTokenDuration: { type: 'integer' },
    dpopNonceRequired: { type: 'boolean' },
    /** How client ID metadata documents are fetched. */
    cimdOptions: {
      type: 'object',
      required: [],
      additionalProperties: false,
      properties: {
        alwaysRetrieved: { type: 'boolean' },
        httpPermitted: { type: 'boolean' },
        queryPermitted: { type: 'boolean' },
      },
    },
  },
} as const;

export const TOKEN_RESPONSE = {
  type: 'object',
  required: ['action'],
  properties: {
    resultCode: { type: 'string' },
    resultMessage: { type: 'string' },
    /** What the server does next. */
    action: {
      type: 'string',
      enum: [
        'INTERNAL_SERVER_ERROR',
        'INVALID_CLIENT',
        'BAD_REQUEST',
        'PASSWORD',
        'OK',
        'TOKEN_EXCHANGE',
        'JWT_BEARER',
        'NATIVE_SSO',
        'ID_TOKEN_REISSUABLE',
      ],
    },
    /** The body of the answer to the client application, to be sent as it is. */
    responseContent: { type: 'string' },
    /** The resource owner's username, with action `PASSWORD`. */
    username: { type: 'string' },
    /** The resource owner's password, with action `PASSWORD`. */
    password: { type: 'string' },
    /** Used once, by `/auth/token/issue` or `/auth/token/fail`; with action `PASSWORD`. */
    ticket: { type: 'string' },
    accessToken: { type: 'string' },
    /** Milliseconds since the Unix epoch. */
    accessTokenExpiresAt: { type: 'integer' },
    /** Seconds. */
    accessTokenDuration: { type: 'integer' },
    refreshToken: { type: 'string' },
    /** Milliseconds since the Unix epoch. */
    refreshTokenExpiresAt: { type: 'integer' },
    /** Seconds. */
    refreshTokenDuration: { type: 'integer' },
    idToken: { type: 'string' },
    grantType: { type: 'string' },
    clientId: { type: 'integer' },
    clientIdAlias: { type: 'string' },
    clientIdAliasUsed: { type: 'boolean' },
    subject: { type: 'string' },
    scopes: STRING_LIST,
    properties: PROPERTY_LIST,
    jwtAccessToken: { type: 'string' },
    resources: STRING_LIST,
    accessTokenResources: STRING_LIST,
    authorizationDetails: AUTHORIZATION_DETAILS,
    additionalClaims: { type: 'string' },
    serviceAttributes: { type: 'array', items: PAIR },
    clientAttributes: { type: 'array', items: PAIR },
    clientAuthMethod: { type: 'string' },
    grantId: { type: 'string' },
    audiences: STRING_LIST,
    requestedTokenType: TOKEN_TYPE,
    subjectToken: { type: 'string' },
    subjectTokenType: TOKEN_TYPE,
    subjectTokenInfo: TOKEN_INFO,
    actorToken: { type: 'string' },
    actorTokenType: TOKEN_TYPE,
    actorTokenInfo: TOKEN_INFO,
    assertion: { type: 'string' },
    previousRefreshTokenUsed: { type: 'boolean' },
    clientEntityId: { type: 'string' },
    clientEntityIdUsed: { type: 'boolean' },
    cnonceDuration: { type: 'integer' },
    /** Goes to the client application in the `DPoP-Nonce` header (RFC 9449 section 8). */
    dpopNonce: { type: 'string' },
    cnonce: { type: 'string' },
    cnonceExpiresAt: { type: 'integer' },
    requestedIdTokenClaims: STRING_LIST,
    refreshTokenScopes: STRING_LIST,
    sessionId: { type: 'string' },
    deviceSecret: { type: 'string' },
    deviceSecretHash: { type: 'string' },
    metadataDocumentLocation: { type: 'string' },
    metadataDocumentUsed: { type: 'boolean' },
    /**
     * Goes to the client application in the `OAuth-Client-Attestation-Challenge` header. Newer than
     * the published API description 3.0.16.
     */
    attestationChallenge: { type: 'string' },
  },
} as const;

/** The fields without which an action of `/auth/token` cannot be carried out. */
export const TOKEN_ACTION_NEEDS = {
  INTERNAL_SERVER_ERROR: ['responseContent'],
  INVALID_CLIENT: ['responseContent'],
  BAD_REQUEST: ['responseContent'],
  PASSWORD: ['username', 'password', 'ticket'],
  OK: ['responseContent'],
  TOKEN_EXCHANGE: [],
  JWT_BEARER: [],
  NATIVE_SSO: [],
  ID_TOKEN_REISSUABLE: ['responseContent'],
} as const satisfies Record<TokenAction, readonly (keyof typeof TOKEN_RESPONSE.properties)[]>;

/** The request of `/auth/token`. */
export interface TokenRequest extends RequestOf<typeof TOKEN_REQUEST> {}

/** The `action` of a {@link TokenResponse}. */
export type TokenAction = (typeof TOKEN_RESPONSE.properties.action.enum)[number];

/** The fields of a reply of `/auth/token`, whatever its action. */
export interface TokenResponseFields extends ResponseOf<typeof TOKEN_RESPONSE> {}

/**
 * The reply of `/auth/token`. Once `action` is known, so is which fields are there: with
 * `PASSWORD`, `username`, `password` and `ticket` are strings.
 */
export type TokenResponse = {
  [A in TokenAction]: TokenResponseFields & { action: A } & Record<
      (typeof TOKEN_ACTION_NEEDS)[A][number],
      string
    >;
}[TokenAction];
