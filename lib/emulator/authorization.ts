import { createOptionsError, describeType } from '../authlete/option-checks.js';
import { isBearerToken } from '../authlete/credentials.js';
import type { AuthleteEmulatorOptions } from './options.js';
import type { ResultName } from './results.js';
import { randomSecret, sameSecret } from './secrets.js';

/** What API calls are authenticated with. */
export interface EmulatorCredentials {
  readonly accessToken: string;
  /** With API version 2 only. */
  readonly apiKey: string | undefined;
  /** With API version 2 only. */
  readonly apiSecret: string | undefined;
}

const DEFAULT_API_KEY = '2000000001';

/**
 * Checks the credentials among the options and fills in the defaults. No message shows one.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`
 */
export function resolveCredentials(
  apiVersion: 2 | 3,
  options: AuthleteEmulatorOptions,
): EmulatorCredentials {
  const { accessToken = randomSecret() } = options;
  if (!isBearerToken(accessToken)) {
    throw createOptionsError(
      `accessToken must be visible ASCII without white space, got ${describeType(accessToken)} (masked)`,
    );
  }
  const { apiKey, apiSecret } = options;
  for (const [name, value] of Object.entries({ apiKey, apiSecret })) {
    if (value === undefined) continue;
    if (apiVersion === 3) throw createOptionsError(`${name} needs apiVersion 2`);
    // RFC 7617 section 2: the first colon ends the key.
    const isKey = name === 'apiKey';
    if (!isBearerToken(value) || (isKey && value.includes(':'))) {
      throw createOptionsError(
        `${name} must be visible ASCII without white space${isKey ? ' or colons' : ''}, ` +
          `got ${describeType(value)} (masked)`,
      );
    }
  }
  if (apiVersion === 3) return { accessToken, apiKey: undefined, apiSecret: undefined };
  return {
    accessToken,
    apiKey: apiKey ?? DEFAULT_API_KEY,
    apiSecret: apiSecret ?? randomSecret(),
  };
}

/** Finds what is wrong with an `Authorization` header; `undefined` if nothing is. */
export function findAuthorizationProblem(
  header: string | undefined,
  credentials: EmulatorCredentials,
): ResultName | undefined {
  if (header === undefined) return 'AUTHORIZATION_MISSING';
  const [, scheme = '', given = ''] = /^(\w+) +(\S+) *$/.exec(header) ?? [];
  // RFC 9110 section 11.1: the scheme is case-insensitive.
  const expected = buildExpected(credentials).get(scheme.toLowerCase());
  if (expected === undefined) return 'AUTHORIZATION_MALFORMED';
  return sameSecret(given, expected) ? undefined : 'CREDENTIALS_WRONG';
}

/** The value of `WWW-Authenticate` (RFC 6750 section 3, RFC 7617 section 2). */
export function buildApiChallenge(credentials: EmulatorCredentials): string {
  return [...buildExpected(credentials).keys()]
    .map((scheme) => `${scheme === 'basic' ? 'Basic' : 'Bearer'} realm="authlete-emulator"`)
    .join(', ');
}

/** What has to follow each scheme that the API accepts. */
function buildExpected({
  accessToken,
  apiKey,
  apiSecret,
}: EmulatorCredentials): ReadonlyMap<string, string> {
  const expected = new Map<string, string>();
  if (apiKey !== undefined) {
    expected.set('basic', Buffer.from(`${apiKey}:${apiSecret}`).toString('base64'));
  }
  return expected.set('bearer', accessToken);
}
