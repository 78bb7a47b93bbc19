import { optionsError } from '../errors.js';
import { kindOf } from '../redact.js';

/**
 * Checks that a value is an object and that each of its fields is known. No value is shown.
 *
 * @param where - what the value is called in an error
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkFields(where: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw optionsError(`${where} must be an object, got ${kindOf(value)}`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw optionsError(
      `${where} has the unknown field ${JSON.stringify(unknown)}; it takes ${known.join(', ')}`,
    );
  }
}

/**
 * Checks that a field is a non-empty string. The value is not shown.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkText(where: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    throw optionsError(`${where} must be a non-empty string, got ${kindOf(value)}`);
  }
}
