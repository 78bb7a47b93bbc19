import * as validators from './schemas/validators.js';

/** Says what is wrong with a value, without showing any of it; `undefined` if nothing is. */
export type Check = (value: unknown) => string | undefined;

export const checkTokenRequest = checkOf(validators.tokenRequest);
export const checkTokenResponse = checkOf(validators.tokenResponse);

export const checkTokenIssueRequest = checkOf(validators.tokenIssueRequest);
export const checkTokenIssueResponse = checkOf(validators.tokenIssueResponse);

export const checkTokenFailRequest = checkOf(validators.tokenFailRequest);
export const checkTokenFailResponse = checkOf(validators.tokenFailResponse);

/** What Ajv compiles a schema to. */
interface Validator {
  (value: unknown): boolean;
  errors?: readonly Problem[] | null;
}

interface Problem {
  readonly instancePath: string;
  readonly message: string;
  readonly params: { readonly additionalProperty?: string };
}

function checkOf(compiled: unknown): Check {
  const validate = compiled as Validator;
  return (value) => (validate(value) ? undefined : explain(validate.errors?.[0]));
}

function explain(problem: Problem | undefined): string {
  const { instancePath = '', message = 'is not valid', params = {} } = problem ?? {};
  const { additionalProperty: unknown } = params;
  return [instancePath.slice(1), message, unknown && JSON.stringify(unknown)]
    .filter(Boolean)
    .join(' ');
}
