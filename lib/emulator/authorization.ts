import type { ResultName } from './results.js';
import { sameSecret } from './secrets.js';

/** What API calls are authenticated with. */
export interface EmulatorCredentials {
  readonly accessToken: string;
  /** With API version 2 only. */
  readonly apiKey: string | undefined;
  /** With API version 2 only. */
  readonly apiSecret: string | undefined;
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
