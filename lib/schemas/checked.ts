import type { ObjectSchema } from './from-schema.js';
import { TOKEN_FAIL_REQUEST, TOKEN_FAIL_RESPONSE } from './token-fail.js';
import { TOKEN_ISSUE_REQUEST, TOKEN_ISSUE_RESPONSE } from './token-issue.js';
import { TOKEN_ACTION_NEEDS, TOKEN_REQUEST, TOKEN_RESPONSE } from './token.js';

/**
 * The fields of a reply that this package reads. They are checked; all others are passed on as they
 * came, because refusing a reply for a field that nobody here needs would leave its ticket open.
 */
const READ_FIELDS = ['resultCode', 'resultMessage', 'action', 'responseContent'] as const;

/** What is checked of a request and of a reply; `validators.ts` is compiled from it. */
export const CHECKED_SCHEMAS = {
  tokenRequest: TOKEN_REQUEST,
  tokenResponse: {
    ...readPartOf(TOKEN_RESPONSE, [...READ_FIELDS, 'username', 'password', 'ticket']),
    allOf: Object.entries(TOKEN_ACTION_NEEDS).map(([action, fields]) => needs(action, fields)),
  },
  tokenIssueRequest: TOKEN_ISSUE_REQUEST,
  tokenIssueResponse: readPartOf(TOKEN_ISSUE_RESPONSE, READ_FIELDS),
  tokenFailRequest: TOKEN_FAIL_REQUEST,
  tokenFailResponse: readPartOf(TOKEN_FAIL_RESPONSE, READ_FIELDS),
};

function readPartOf<S extends ObjectSchema>(
  schema: S,
  fields: readonly (keyof S['properties'] & string)[],
): ObjectSchema {
  const properties = fields.map((field) => {
    const property = schema.properties[field] as object;
    return [field, schema.required.includes(field) ? property : { ...property, nullable: true }];
  });
  return {
    type: 'object',
    required: schema.required,
    properties: Object.fromEntries(properties) as Record<string, unknown>,
  };
}

/** With this action, these fields must be there; only a username or a password may be empty. */
function needs(action: string, fields: readonly string[]): object {
  const properties = fields.map((field) => [
    field,
    { type: 'string', minLength: field === 'username' || field === 'password' ? 0 : 1 },
  ]);
  return {
    if: { type: 'object', properties: { action: { const: action } } },
    then: {
      type: 'object',
      required: fields,
      properties: Object.fromEntries(properties) as Record<string, unknown>,
    },
  };
}
