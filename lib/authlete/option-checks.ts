/** A TypeError for options that cannot work, thrown at start-up. */
export type OptionsError = TypeError & { code: 'ERR_ATF_OPTIONS' };

/** @param message - names the option, what it got (secrets masked) and what it wants */
export function createOptionsError(message: string): OptionsError {
  return Object.assign(new TypeError(message), { code: 'ERR_ATF_OPTIONS' } as const);
}

/** Milliseconds. A Node timer that is set for longer fires at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** What kind of value this is, for a message that must not show the value. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/**
 * Checks that options are an object and that each name is known.
 *
 * @returns a copy with nothing inherited: a polluted `Object.prototype` must not set an option
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkOptionNames<O extends object>(
  caller: string,
  options: O,
  known: readonly string[],
): O {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw createOptionsError(`${caller}: options must be an object, got ${describeType(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw createOptionsError(
      `${caller}: unknown option ${JSON.stringify(unknown)}; it takes ${known.join(', ')}`,
    );
  }
  return copyOwn(options);
}

/** Copies an object's own fields into one that inherits nothing. */
export function copyOwn<O extends object>(object: O): O {
  return Object.assign(Object.create(null) as O, object);
}

/**
 * Checks that an option is a function, or absent.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw createOptionsError(`${option} must be a function, got ${describeType(value)}`);
  }
}

/**
 * Checks that an option has methods.
 *
 * @param wanted - what the option must be, for the message
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkMethods(
  option: string,
  value: unknown,
  methods: readonly string[],
  wanted: string,
): void {
  const missing = findMissingMethod(value, methods);
  if (missing === undefined) return;
  throw createOptionsError(
    `${option} must be ${wanted}, got ${describeType(value)} without ${missing}`,
  );
}

/** Returns the first of these methods that a value lacks. */
export function findMissingMethod(value: unknown, methods: readonly string[]): string | undefined {
  return methods.find(
    (method) =>
      typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function',
  );
}

/**
 * Checks that an option is `true` or `false`.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw createOptionsError(`${option} must be a boolean, got ${describeType(value)}`);
  }
  return value;
}

/**
 * Checks a time in milliseconds that a Node timer can take.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkMilliseconds(option: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value <= MAX_TIMEOUT)) {
    throw createOptionsError(
      `${option} must be a positive number of milliseconds, ${MAX_TIMEOUT} at most, ` +
        `got ${typeof value === 'number' ? value : describeType(value)}`,
    );
  }
  return value;
}

/**
 * Checks a whole number.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function checkCount(option: string, value: unknown, min: number, max = Infinity): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    const range = max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`;
    throw createOptionsError(
      `${option} must be a whole number ${range}, ` +
        `got ${typeof value === 'number' ? value : describeType(value)}`,
    );
  }
  return value as number;
}

/** A URL without user information, query and fragment; `undefined` if the text is not one. */
export function parsePlainUrl(value: unknown): URL | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  // `url.search` and `url.hash` are empty for a bare question mark or number sign.
  const isPlain = url.username === '' && url.password === '' && !/[?#]/.test(url.href);
  return isPlain ? url : undefined;
}
