import { AuthleteApiError, type AuthleteApiPath } from '../errors.js';
import { createOptionsError, describeType } from './option-checks.js';
import type { Secrets } from './redact.js';
import type { AuthleteClientOptions } from './client-options.js';

/** Returns the bearer token for one attempt. It is called for each, so a token can be rotated. */
export type AccessTokenFunction = () => string | Promise<string>;

/** How calls are authenticated. All fields are always there, or they would be inherited. */
export interface Credentials {
  /** Used instead of `authorization`. */
  readonly accessToken: AccessTokenFunction | undefined;
  /** The value of the Authorization header. */
  readonly authorization: string;
  /** What of it is a secret. */
  readonly secrets: readonly string[];
}

export function resolveBearer(
  { accessToken, apiKey, apiSecret }: AuthleteClientOptions,
  env: NodeJS.ProcessEnv,
): Credentials {
  for (const [name, value] of Object.entries({ apiKey, apiSecret })) {
    if (value !== undefined) throw createOptionsError(`${name} needs apiVersion 2`);
  }
  return checkAccessToken(requireOption('accessToken', accessToken, 'AUTHLETE_BEARER', env));
}

/** Authlete 2.3 takes a service access token, or the API key and the API secret by HTTP Basic. */
export function resolveCredentials2(
  { accessToken, apiKey, apiSecret }: AuthleteClientOptions,
  env: NodeJS.ProcessEnv,
): Credentials {
  const usesKey = apiKey !== undefined || apiSecret !== undefined;
  if (accessToken !== undefined && usesKey) {
    throw createOptionsError('accessToken cannot be used together with apiKey and apiSecret');
  }
  if (accessToken !== undefined) return checkAccessToken(accessToken);
  const envToken = usesKey ? undefined : env['AUTHLETE_SERVICE_ACCESSTOKEN'];
  if (envToken !== undefined) return checkAccessToken(envToken);
  const key = requireOption('apiKey', apiKey, 'AUTHLETE_SERVICE_APIKEY', env);
  const secret = requireOption('apiSecret', apiSecret, 'AUTHLETE_SERVICE_APISECRET', env);
  for (const [name, value] of Object.entries({ apiKey: key, apiSecret: secret })) {
    // RFC 7617 section 2: neither may have a control character, and the first no colon.
    if (
      typeof value !== 'string' ||
      !/^[^\p{C}]+$/u.test(value) ||
      (name === 'apiKey' && value.includes(':'))
    ) {
      throw createOptionsError(
        `${name} must be a string of the service's credentials, got ${describeType(value)} (masked)`,
      );
    }
  }
  const encoded = Buffer.from(`${key}:${secret}`).toString('base64');
  return {
    accessToken: undefined,
    authorization: `Basic ${encoded}`,
    secrets: [secret, encoded],
  };
}

/** The value of an option, or of the environment variable if it is absent; `null` is not absent. */
export function requireOption<T>(
  option: string,
  value: T | undefined,
  variable: string,
  env: NodeJS.ProcessEnv,
): T | string {
  const found = value === undefined ? env[variable] : value;
  if (found === undefined) {
    throw createOptionsError(
      `${option} is missing: pass the option or set the environment variable ${variable}`,
    );
  }
  return found;
}

/** Whether HTTP lets it stand in an Authorization header (RFC 9110 section 5.5) as one word. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** The credentials of a bearer token (RFC 6750 section 2.1). */
export function createBearerCredentials(token: string): Credentials {
  return { accessToken: undefined, authorization: `Bearer ${token}`, secrets: [token] };
}

function checkAccessToken(value: unknown): Credentials {
  if (typeof value === 'function') {
    return { accessToken: value as AccessTokenFunction, authorization: '', secrets: [] };
  }
  if (isBearerToken(value)) return createBearerCredentials(value);
  const got =
    typeof value === 'string' && value !== ''
      ? `a string of ${value.length} characters (masked) with one that no HTTP header may carry`
      : describeType(value);
  throw createOptionsError(
    `accessToken must be a Service Access Token or an Organization Token, visible ASCII without ` +
      `white space or line breaks, or a function that returns one; got ${got}`,
  );
}

/** Returns the Authorization header of one attempt, and adds what of it is a secret to the secrets. */
export function getAuthorization(
  { accessToken, authorization, secrets: own }: Credentials,
  api: AuthleteApiPath,
  secrets: Secrets,
): string | Promise<string> {
  if (accessToken) return rotateToken(accessToken, api, secrets);
  secrets.add(...own);
  return authorization;
}

/** Nothing of what the app's function throws is kept: it may well hold a secret. */
async function rotateToken(
  accessToken: AccessTokenFunction,
  api: AuthleteApiPath,
  secrets: Secrets,
): Promise<string> {
  let token: unknown;
  try {
    token = await accessToken();
  } catch {
    throw createAccessTokenError(api, 'The accessToken function failed');
  }
  if (!isBearerToken(token)) {
    const problem = `returned ${describeType(token)} that no Authorization header may carry`;
    throw createAccessTokenError(api, `The accessToken function ${problem}`);
  }
  return getAuthorization(createBearerCredentials(token), api, secrets);
}

function createAccessTokenError(api: AuthleteApiPath, message: string): AuthleteApiError {
  return new AuthleteApiError('ERR_ATF_ACCESS_TOKEN', `${api}: ${message}`, { api });
}
