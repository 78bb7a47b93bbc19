import { checkOptionNames, createOptionsError, describeType } from '../authlete/option-checks.js';
import type { TokenIssueRequest } from '../schemas/types.generated.js';
import type { TokenRequest } from '../schemas/types.generated.js';
import { type Check, checkTokenIssueRequest, checkTokenRequest } from '../schemas/validate.js';
import { createResultError, requireFromApp, type SignalSource } from './callback.js';
import type { TokenRequestContext } from './context.js';

const ISSUE_FIELDS = [
  ...(['accessToken', 'accessTokenDuration', 'jwtAtClaims'] as const),
  ...(['properties', 'refreshTokenDuration'] as const),
];

const TOKEN_FIELDS = [...ISSUE_FIELDS, ...(['cimdOptions', 'dpopNonceRequired'] as const)];

/** Fields of `/auth/token` that your app may add; the endpoint itself sends all others. */
export type TokenRequestFields = Pick<TokenRequest, (typeof TOKEN_FIELDS)[number]>;

/** Fields of `/auth/token/issue` that your app may add; the endpoint sends `ticket` and `subject`. */
export type IssueRequestFields = Pick<TokenIssueRequest, (typeof ISSUE_FIELDS)[number]>;

/** An option with further fields for a call. */
export interface FieldsOption {
  readonly name: 'tokenRequest' | 'issueRequest';
  readonly fields: readonly string[];
  /** Checks fields together with those that the endpoint sends. */
  readonly check: Check;
}

export const TOKEN_REQUEST_FIELDS: FieldsOption = {
  name: 'tokenRequest',
  fields: TOKEN_FIELDS,
  check: (fields) => checkTokenRequest({ ...(fields as object), parameters: '' }),
};

export const ISSUE_REQUEST_FIELDS: FieldsOption = {
  name: 'issueRequest',
  fields: ISSUE_FIELDS,
  check: (fields) => checkTokenIssueRequest({ ...(fields as object), ticket: '-', subject: '-' }),
};

/**
 * Checks an option with further fields, unless it is a function.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkFieldsOption({ name, fields, check }: FieldsOption, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  checkOptionNames(name, value as object, fields);
  const problem = check(value);
  if (problem !== undefined) throw createOptionsError(`${name} is invalid: ${problem}`);
}

/**
 * Returns the further fields for a call, from the app's function if the option is one.
 *
 * @param call - calls that function
 * @throws CallbackError or ClientDisconnectedError
 */
export async function getFields<F extends object>(
  context: TokenRequestContext,
  fieldsOption: FieldsOption,
  option: unknown,
  call: (source: SignalSource) => unknown,
): Promise<F | undefined> {
  if (typeof option !== 'function') return option as F | undefined;
  const fields = await requireFromApp(context, fieldsOption.name, async (source) =>
    checkResult(fieldsOption, await call(source)),
  );
  return fields as F | undefined;
}

/** @throws CallbackError, or what a getter of the app's object throws */
function checkResult({ name, fields, check }: FieldsOption, given: unknown): object | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw createResultError(name, `must return an object; it returned ${describeType(given)}`);
  }
  const own = { ...given };
  const unknown = Object.keys(own).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    const allowed = fields.join(', ');
    throw createResultError(name, `returned ${JSON.stringify(unknown)}; it may return ${allowed}`);
  }
  const problem = check(own);
  if (problem !== undefined) throw createResultError(name, `returned invalid fields: ${problem}`);
  return own;
}
