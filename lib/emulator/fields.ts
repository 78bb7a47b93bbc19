import { createOptionsError, describeType } from '../authlete/option-checks.js';

/**
 * Checks that a value is an object and that each of its fields is known. No value is shown.
 *
 * @param where - what the value is called in an error
 * @param known - the names of the fields; without them, any field passes
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkFields(where: string, value: unknown, known?: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw createOptionsError(`${where} must be an object, got ${describeType(value)}`);
  }
  if (!known) return;
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw createOptionsError(
      `${where} has the unknown field ${JSON.stringify(unknown)}; it takes ${known.join(', ')}`,
    );
  }
}

/**
 * Checks that a field is an array.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkArray(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw createOptionsError(`${where} must be an array, got ${describeType(value)}`);
  }
  return value;
}

/**
 * Checks that a field is a non-empty string. The value is not shown.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkText(where: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    throw createOptionsError(`${where} must be a non-empty string, got ${describeType(value)}`);
  }
}

/**
 * Runs a check and puts `where` before the field that its error names.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkWithin<T>(where: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw createOptionsError(`${where}${(error as Error).message}`);
  }
}
