import { AUTHORIZATION_DETAILS, PAIR, PROPERTY_LIST, STRING_LIST } from './common.js';
import type { RequestOf, ResponseOf } from './from-schema.js';

export const TOKEN_ISSUE_REQUEST = {
  type: 'object',
  required: ['ticket', 'subject'],
  additionalProperties: false,
  properties: {
    /** The ticket of the `/auth/token` reply. It is used up by this call. */
    ticket: { type: 'string', minLength: 1 },
    /** The unique identifier of the resource owner. */
    subject: { type: 'string', minLength: 1 },
    /** Extra properties to keep with the access token. */
    properties: PROPERTY_LIST,
    /** Claims to add to a JWT access token: a JSON object as a string. */
    jwtAtClaims: { type: 'string' },
    /** The access token to issue, in place of one that Authlete makes. */
    accessToken: { type: 'string' },
    /** Seconds; 0 or absent: as configured at Authlete. */
    accessTokenDuration: { type: 'integer' },
    /** Seconds; 0 or absent: as configured at Authlete. */
    refreshTokenDuration: { type: 'integer' },
  },
} as const;

export const TOKEN_ISSUE_RESPONSE = {
  type: 'object',
  required: ['action', 'responseContent'],
  properties: {
    resultCode: { type: 'string' },
    resultMessage: { type: 'string' },
    /** What to answer the client application: `OK` 200, `INTERNAL_SERVER_ERROR` 500. */
    action: { type: 'string', enum: ['INTERNAL_SERVER_ERROR', 'OK'] },
    /** The body of that answer, to be sent as it is. */
    responseContent: { type: 'string', minLength: 1 },
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

/** The request of `/auth/token/issue`. */
export interface TokenIssueRequest extends RequestOf<typeof TOKEN_ISSUE_REQUEST> {}

/** The reply of `/auth/token/issue`. */
export interface TokenIssueResponse extends ResponseOf<typeof TOKEN_ISSUE_RESPONSE> {}
