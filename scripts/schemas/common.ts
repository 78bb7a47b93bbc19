/** Objects that more than one of the three APIs uses, as in Authlete's API description 3.0.16. */

export const STRING_LIST = { type: 'array', items: { type: 'string' } } as const;

/** `pair`: a service or client attribute. */
export const PAIR = {
  type: 'object',
  required: [],
  properties: { key: { type: 'string' }, value: { type: 'string' } },
} as const;

/** `property`: an extra property of an access token. */
export const PROPERTY = {
  type: 'object',
  required: [],
  additionalProperties: false,
  properties: {
    key: { type: 'string' },
    value: { type: 'string' },
    hidden: {
      description: 'Whether the property stays out of the token response. Default: false.',
      type: 'boolean',
    },
  },
} as const;

export const PROPERTY_LIST = { type: 'array', items: PROPERTY } as const;

/** `authorization_details_element` (RFC 9396 section 2). */
export const AUTHORIZATION_DETAILS_ELEMENT = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string' },
    locations: STRING_LIST,
    actions: STRING_LIST,
    dataTypes: STRING_LIST,
    identifier: { type: 'string' },
    privileges: STRING_LIST,
    otherFields: { type: 'string' },
  },
} as const;

/** `authz_details`. */
export const AUTHORIZATION_DETAILS = {
  type: 'object',
  required: [],
  properties: { elements: { type: 'array', items: AUTHORIZATION_DETAILS_ELEMENT } },
} as const;

/** `scope`. */
export const SCOPE = {
  type: 'object',
  required: [],
  properties: {
    name: { type: 'string' },
    defaultEntry: { type: 'boolean' },
    description: { type: 'string' },
    descriptions: {
      type: 'array',
      items: {
        type: 'object',
        required: [],
        properties: { tag: { type: 'string' }, value: { type: 'string' } },
      },
    },
    attributes: { type: 'array', items: PAIR },
  },
} as const;

/** `token_type`: the kinds of token that a token exchange names (RFC 8693 section 3). */
export const TOKEN_TYPE = {
  type: 'string',
  enum: [
    'JWT',
    'ACCESS_TOKEN',
    'REFRESH_TOKEN',
    'ID_TOKEN',
    'SAML1',
    'SAML2',
    'DEVICE_SECRET',
    'DEVICE_CODE',
    'TOKEN_EXCHANGE',
    'JWT_BEARER',
  ],
} as const;

/** `token_info`: what Authlete knows of a token that a token exchange presents. */
export const TOKEN_INFO = {
  type: 'object',
  required: [],
  properties: {
    clientId: { type: 'integer' },
    clientIdAlias: { type: 'string' },
    clientIdAliasUsed: { type: 'boolean' },
    subject: { type: 'string' },
    scopes: { type: 'array', items: SCOPE },
    expiresAt: { description: 'Milliseconds since the Unix epoch.', type: 'integer' },
    properties: PROPERTY_LIST,
    resources: STRING_LIST,
    authorizationDetails: AUTHORIZATION_DETAILS_ELEMENT,
    clientEntityId: { type: 'string' },
    clientEntityIdUsed: { type: 'boolean' },
    metadataDocumentLocation: { type: 'string' },
    metadataDocumentUsed: { type: 'boolean' },
  },
} as const;
