import { TOKEN_FAIL_REASONS } from '../reasons.js';
import type { RequestOf, ResponseOf } from './from-schema.js';

export const TOKEN_FAIL_REQUEST = {
  type: 'object',
  required: ['ticket', 'reason'],
  additionalProperties: false,
  properties: {
    /** The ticket of the `/auth/token` reply. It is used up by this call. */
    ticket: { type: 'string', minLength: 1 },
    /** Why the token request failed. */
    reason: { type: 'string', enum: TOKEN_FAIL_REASONS },
  },
} as const;

export const TOKEN_FAIL_RESPONSE = {
  type: 'object',
  required: ['action', 'responseContent'],
  properties: {
    resultCode: { type: 'string' },
    resultMessage: { type: 'string' },
    /** What to answer the client application: `BAD_REQUEST` 400, `INTERNAL_SERVER_ERROR` 500. */
    action: { type: 'string', enum: ['INTERNAL_SERVER_ERROR', 'BAD_REQUEST'] },
    /** The body of that answer, to be sent as it is. */
    responseContent: { type: 'string', minLength: 1 },
  },
} as const;

/** The request of `/auth/token/fail`. */
export interface TokenFailRequest extends RequestOf<typeof TOKEN_FAIL_REQUEST> {}

/** The reply of `/auth/token/fail`. */
export interface TokenFailResponse extends ResponseOf<typeof TOKEN_FAIL_RESPONSE> {}

/** The `action` of a {@link TokenFailResponse}. */
export type TokenFailAction = TokenFailResponse['action'];
