import { AUTHORIZATION_DETAILS, PAIR, PROPERTY_LIST, STRING_LIST } from './common.js';

export const TOKEN_ISSUE_REQUEST = {
  type: 'object',
  required: ['ticket', 'subject'],
  additionalProperties: false,
  properties: {
    ticket: {
      description: 'The ticket of the `/auth/token` reply. It is used up by this call.',
      type: 'string',
      minLength: 1,
    },
    subject: {
      description: 'The unique identifier of the resource owner.',
      type: 'string',
      minLength: 1,
    },
    properties: {
      ...PROPERTY_LIST,
      description: 'Extra properties to keep with the access token.',
    },
    jwtAtClaims: {
      description: 'Claims to add to a JWT access token: a JSON object as a string.',
      type: 'string',
    },
    accessToken: {
      description: 'The access token to issue, instead of one that Authlete generates.',
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
  },
} as const;

export const TOKEN_ISSUE_RESPONSE = {
  type: 'object',
  required: ['action', 'responseContent'],
  properties: {
    resultCode: { type: 'string' },
    resultMessage: { type: 'string' },
    action: {
      description: 'What to answer the client application: `OK` 200, `INTERNAL_SERVER_ERROR` 500.',
      type: 'string',
      enum: ['INTERNAL_SERVER_ERROR', 'OK'],
    },
    responseContent: {
      description: 'The body of that answer, to be sent as it is.',
      type: 'string',
      minLength: 1,
    },
    accessToken: { type: 'string' },
    accessTokenExpiresAt: { description: 'Milliseconds since the Unix epoch.', type: 'integer' },
    accessTokenDuration: { description: 'Seconds.', type: 'integer' },
    refreshToken: { type: 'string' },
    refreshTokenExpiresAt: { description: 'Milliseconds since the Unix epoch.', type: 'integer' },
    refreshTokenDuration: { description: 'Seconds.', type: 'integer' },
    clientId: { type: 'integer' },
    clientIdAlias: { type: 'string' },
    clientIdAliasUsed: { type: 'boolean' },
    subject: { type: 'string' },
    scopes: STRING_LIST,
    properties: PROPERTY_LIST,
    jwtAccessToken: { type: 'string' },
    accessTokenResources: STRING_LIST,
    authorizationDetails: AUTHORIZATION_DETAILS,
    serviceAttributes: { type: 'array', items: PAIR },
    clientAttributes: { type: 'array', items: PAIR },
    clientEntityId: { type: 'string' },
    clientEntityIdUsed: { type: 'boolean' },
    refreshTokenScopes: STRING_LIST,
    metadataDocumentLocation: { type: 'string' },
    metadataDocumentUsed: { type: 'boolean' },
  },
} as const;
