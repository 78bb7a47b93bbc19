import {
  AUTHORIZATION_DETAILS,
  PAIR,
  PROPERTY_LIST,
  STRING_LIST,
  TOKEN_INFO,
  TOKEN_TYPE,
} from './common.js';

export const TOKEN_REQUEST = {
  type: 'object',
  required: ['parameters'],
  additionalProperties: false,
  properties: {
    parameters: {
      description:
        'The form body of the token request as the server received it, whole and unchanged.',
      type: 'string',
    },
    clientId: {
      description:
        'The client ID from HTTP Basic authentication (RFC 6749 section 2.3.1), form-decoded.',
      type: 'string',
    },
    clientSecret: {
      description: 'The client secret from HTTP Basic authentication, form-decoded.',
      type: 'string',
    },
    clientCertificate: {
      description: "The client's certificate in PEM, for mutual TLS (RFC 8705).",
      type: 'string',
    },
    clientCertificatePath: {
      ...STRING_LIST,
      description: 'The certificates that the client sent after its own, in PEM.',
    },
    properties: {
      ...PROPERTY_LIST,
      description: 'Extra properties to keep with the access token.',
    },
    dpop: { description: 'The value of the `DPoP` header (RFC 9449).', type: 'string' },
    htm: { description: 'The HTTP method of the token request, for DPoP.', type: 'string' },
    htu: { description: 'The URL of the token endpoint, for DPoP.', type: 'string' },
    accessToken: {
      description: 'The access token to issue, instead of one that Authlete generates.',
      type: 'string',
    },
    jwtAtClaims: {
      description: 'Claims to add to a JWT access token: a JSON object as a string.',
      type: 'string',
    },
    oauthClientAttestation: {
      description: 'The value of the `OAuth-Client-Attestation` header.',
      type: 'string',
    },
    oauthClientAttestationPop: {
      description: 'The value of the `OAuth-Client-Attestation-PoP` header.',
      type: 'string',
    },
    accessTokenDuration: {
      description: 'Seconds; 0 or absent: as configured at Authlete.',
      type: 'integer',
    },
    refreshTokenDuration: {
      description: 'Seconds; 0 or absent: as configured at Authlete.',
      type: 'integer',
    },
    dpopNonceRequired: {
      description:
        "Whether the client application's DPoP proof must carry a nonce (RFC 9449 section 8).",
      type: 'boolean',
    },
    cimdOptions: {
      description: 'How client ID metadata documents are fetched.',
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
    action: {
      description: 'What the server does next.',
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
    responseContent: {
      description: 'The body of the answer to the client application, to be sent as it is.',
      type: 'string',
    },
    username: {
      description: "The resource owner's username, with action `PASSWORD`.",
      type: 'string',
    },
    password: {
      description: "The resource owner's password, with action `PASSWORD`.",
      type: 'string',
    },
    ticket: {
      description:
        'Used once, by `/auth/token/issue` or `/auth/token/fail`; with action `PASSWORD`.',
      type: 'string',
    },
    accessToken: { type: 'string' },
    accessTokenExpiresAt: { description: 'Milliseconds since the Unix epoch.', type: 'integer' },
    accessTokenDuration: { description: 'Seconds.', type: 'integer' },
    refreshToken: { type: 'string' },
    refreshTokenExpiresAt: { description: 'Milliseconds since the Unix epoch.', type: 'integer' },
    refreshTokenDuration: { description: 'Seconds.', type: 'integer' },
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
    dpopNonce: {
      description:
        'Goes to the client application in the `DPoP-Nonce` header (RFC 9449 section 8).',
      type: 'string',
    },
    cnonce: { type: 'string' },
    cnonceExpiresAt: { type: 'integer' },
    requestedIdTokenClaims: STRING_LIST,
    refreshTokenScopes: STRING_LIST,
    sessionId: { type: 'string' },
    deviceSecret: { type: 'string' },
    deviceSecretHash: { type: 'string' },
    metadataDocumentLocation: { type: 'string' },
    metadataDocumentUsed: { type: 'boolean' },
    attestationChallenge: {
      description:
        'Goes to the client application in the `OAuth-Client-Attestation-Challenge` header. Newer than the published API description 3.0.16.',
      type: 'string',
    },
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
} as const;
