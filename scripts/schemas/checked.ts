import { TOKEN_FAIL_REQUEST, TOKEN_FAIL_RESPONSE } from './token-fail.js';
import { TOKEN_ISSUE_REQUEST, TOKEN_ISSUE_RESPONSE } from './token-issue.js';
import { TOKEN_ACTION_NEEDS, TOKEN_REQUEST, TOKEN_RESPONSE } from './token.js';

/** The part of JSON Schema that an object's schema is written in. */
interface ObjectSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The fields of a reply that the package acts on. Only these are checked: refusing a reply because of
 * any other field would turn a failed grant into a 500.
 */
const CHECKED_FIELDS = ['resultCode', 'resultMessage', 'action', 'responseContent'] as const;

/** What is checked of a request and of a reply; the validators are compiled from it. */
export const CHECKED_SCHEMAS = {
  tokenRequest: TOKEN_REQUEST,
  tokenResponse: {
    ...pickFields(TOKEN_RESPONSE, [...CHECKED_FIELDS, 'username', 'password', 'ticket']),
    allOf: Object.entries(TOKEN_ACTION_NEEDS).map(([action, fields]) =>
      requireFields(action, fields),
    ),
  },
  tokenIssueRequest: TOKEN_ISSUE_REQUEST,
  tokenIssueResponse: pickFields(TOKEN_ISSUE_RESPONSE, CHECKED_FIELDS),
  tokenFailRequest: TOKEN_FAIL_REQUEST,
  tokenFailResponse: pickFields(TOKEN_FAIL_RESPONSE, CHECKED_FIELDS),
};

function pickFields<S extends ObjectSchema>(
  schema: S,
  fields: readonly (keyof S['properties'] & string)[],
): ObjectSchema & { type: 'object' } {
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

/** With this action, these fields are required; only a username or a password may be empty. */
function requireFields(action: string, fields: readonly string[]): object {
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
