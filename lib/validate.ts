import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';
import type { ObjectSchema } from './schemas/from-schema.js';
import { TOKEN_FAIL_REQUEST, TOKEN_FAIL_RESPONSE } from './schemas/token-fail.js';
import { TOKEN_ISSUE_REQUEST, TOKEN_ISSUE_RESPONSE } from './schemas/token-issue.js';
import { TOKEN_ACTION_NEEDS, TOKEN_REQUEST, TOKEN_RESPONSE } from './schemas/token.js';

/** Says what is wrong with a value, without showing any of it; `undefined` if nothing is. */
export type Check = (value: unknown) => string | undefined;

const ajv = new Ajv({ strict: true });

/**
 * The fields of a reply that this package reads. They are checked; all others are passed on as they
 * came, because refusing a reply for a field that nobody here needs would leave its ticket open.
 */
const READ_FIELDS = ['resultCode', 'resultMessage', 'action', 'responseContent'] as const;

export const checkTokenRequest = checkOf(TOKEN_REQUEST);
export const checkTokenResponse = checkOf({
  ...readPartOf(TOKEN_RESPONSE, [...READ_FIELDS, 'username', 'password', 'ticket']),
  allOf: Object.entries(TOKEN_ACTION_NEEDS).map(([action, fields]) => needs(action, fields)),
});

export const checkTokenIssueRequest = checkOf(TOKEN_ISSUE_REQUEST);
export const checkTokenIssueResponse = checkOf(readPartOf(TOKEN_ISSUE_RESPONSE, READ_FIELDS));

export const checkTokenFailRequest = checkOf(TOKEN_FAIL_REQUEST);
export const checkTokenFailResponse = checkOf(readPartOf(TOKEN_FAIL_RESPONSE, READ_FIELDS));

function readPartOf<S extends ObjectSchema>(
  schema: S,
  fields: readonly (keyof S['properties'] & string)[],
): SchemaObject {
  const properties = fields.map((field) => {
    const property = schema.properties[field] as SchemaObject;
    return [field, schema.required.includes(field) ? property : { ...property, nullable: true }];
  });
  return {
    type: 'object',
    required: schema.required,
    properties: Object.fromEntries(properties) as Record<string, SchemaObject>,
  };
}

/** With this action, these fields must be there; only a username or a password may be empty. */
function needs(action: string, fields: readonly string[]): SchemaObject {
  const properties = fields.map((field) => [
    field,
    { type: 'string', minLength: field === 'username' || field === 'password' ? 0 : 1 },
  ]);
  return {
    if: { type: 'object', properties: { action: { const: action } } },
    then: {
      type: 'object',
      required: fields,
      properties: Object.fromEntries(properties) as Record<string, SchemaObject>,
    },
  };
}

function checkOf(schema: SchemaObject): Check {
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => (validate(value) ? undefined : explain(validate.errors?.[0]));
}

function explain(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'is not valid', params = {} } = error ?? {};
  const unknown = (params as { additionalProperty?: string }).additionalProperty;
  return [instancePath.slice(1), message, unknown && JSON.stringify(unknown)]
    .filter(Boolean)
    .join(' ');
}
