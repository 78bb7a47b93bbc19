import { TOKEN_FAIL_REQUEST, TOKEN_FAIL_RESPONSE } from './token-fail.js';
import { TOKEN_ISSUE_REQUEST, TOKEN_ISSUE_RESPONSE } from './token-issue.js';
import { TOKEN_ACTION_NEEDS, TOKEN_REQUEST, TOKEN_RESPONSE } from './token.js';

/** The part of JSON Schema that the schemas in this folder are written in. */
interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** What the fields of a request or of a reply may be besides their type. */
type Absent = 'undefined' | 'null | undefined';

/** Returns the source of the TypeScript types of requests and replies. */
export function generateTypes(): string {
  return `// Generated from scripts/schemas: npm run schemas

/** The request of \`/auth/token\`. */
export interface TokenRequest ${describeObject(TOKEN_REQUEST, 'undefined')}

/** The \`action\` of a {@link TokenResponse}. */
export type TokenAction = keyof TokenActionNeeds;

/** The fields of a reply of \`/auth/token\`, whatever its action. Authlete may send \`null\`. */
export interface TokenResponseFields ${describeObject(TOKEN_RESPONSE, 'null | undefined')}

/** The fields without which an action of \`/auth/token\` cannot be carried out. */
interface TokenActionNeeds {
${Object.entries(TOKEN_ACTION_NEEDS)
  .map(([action, fields]) => `  ${action}: ${joinLiterals(fields) || 'never'};`)
  .join('\n')}
}

/**
 * The reply of \`/auth/token\`. Once \`action\` is known, so is which fields are there: with
 * \`PASSWORD\`, \`username\`, \`password\` and \`ticket\` are strings.
 */
export type TokenResponse = {
  [A in TokenAction]: TokenResponseFields & { action: A } & Record<TokenActionNeeds[A], string>;
}[TokenAction];

/** The request of \`/auth/token/issue\`. */
export interface TokenIssueRequest ${describeObject(TOKEN_ISSUE_REQUEST, 'undefined')}

/** The reply of \`/auth/token/issue\`. */
export interface TokenIssueResponse ${describeObject(TOKEN_ISSUE_RESPONSE, 'null | undefined')}

/** The request of \`/auth/token/fail\`. */
export interface TokenFailRequest ${describeObject(TOKEN_FAIL_REQUEST, 'undefined')}

/** The reply of \`/auth/token/fail\`. */
export interface TokenFailResponse ${describeObject(TOKEN_FAIL_RESPONSE, 'null | undefined')}

/** The \`action\` of a {@link TokenFailResponse}. */
export type TokenFailAction = TokenFailResponse['action'];
`;
}

function describeObject(schema: Schema, absent: Absent, indent = ''): string {
  const inner = `${indent}  `;
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const doc = field.description === undefined ? '' : `${inner}/** ${field.description} */\n`;
    const type = describeSchema(field, inner);
    return schema.required?.includes(name)
      ? `${doc}${inner}${name}: ${type};`
      : `${doc}${inner}${name}?: ${type} | ${absent};`;
  });
  return `{\n${fields.join('\n')}\n${indent}}`;
}

function describeSchema(schema: Schema, indent: string): string {
  if (schema.enum) return joinLiterals(schema.enum);
  if (schema.type === 'integer') return 'number';
  if (schema.type === 'array') {
    const item = describeSchema(schema.items ?? {}, indent);
    return `readonly ${item.includes(' | ') && !item.startsWith('{') ? `(${item})` : item}[]`;
  }
  return schema.properties
    ? describeObject(schema, 'undefined', indent)
    : (schema.type ?? 'unknown');
}

function joinLiterals(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(' | ');
}
