import * as validators from './validators.generated.js';

/** Returns what is wrong with a value, without showing any of it; `undefined` if nothing is. */
export type Check = (value: unknown) => string | undefined;

export const checkTokenRequest = createCheck(validators.tokenRequest);
export const checkTokenResponse = createCheck(validators.tokenResponse);
export const checkTokenIssueRequest = createCheck(validators.tokenIssueRequest);
export const checkTokenIssueResponse = createCheck(validators.tokenIssueResponse);
export const checkTokenFailRequest = createCheck(validators.tokenFailRequest);
export const checkTokenFailResponse = createCheck(validators.tokenFailResponse);

/** What Ajv compiles a schema to. */
interface Validator {
  (value: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

interface ValidationError {
  readonly instancePath: string;
  readonly message: string;
  readonly params: { readonly additionalProperty?: string };
}

function createCheck(compiled: unknown): Check {
  const validate = compiled as Validator;
  return (value) => (validate(value) ? undefined : describeProblem(validate.errors?.[0]));
}

function describeProblem(error: ValidationError | undefined): string {
  const { instancePath = '', message = 'is not valid', params = {} } = error ?? {};
  const { additionalProperty: unknown } = params;
  return [instancePath.slice(1), message, unknown && JSON.stringify(unknown)]
    .filter(Boolean)
    .join(' ');
}
