import { TOKEN_FAIL_REASONS } from '../../lib/errors.js';

export const TOKEN_FAIL_REQUEST = {
  type: 'object',
  required: ['ticket', 'reason'],
  additionalProperties: false,
  properties: {
    ticket: {
      description: 'The ticket of the `/auth/token` reply. It is used up by this call.',
      type: 'string',
      minLength: 1,
    },
    reason: {
      description: 'Why the token request failed.',
      type: 'string',
      enum: TOKEN_FAIL_REASONS,
    },
  },
} as const;

export const TOKEN_FAIL_RESPONSE = {
  type: 'object',
  required: ['action', 'responseContent'],
  properties: {
    resultCode: { type: 'string' },
    resultMessage: { type: 'string' },
    action: {
      description:
        'What to answer the client application: `BAD_REQUEST` 400, `INTERNAL_SERVER_ERROR` 500.',
      type: 'string',
      enum: ['INTERNAL_SERVER_ERROR', 'BAD_REQUEST'],
    },
    responseContent: {
      description: 'The body of that answer, to be sent as it is.',
      type: 'string',
      minLength: 1,
    },
  },
} as const;
