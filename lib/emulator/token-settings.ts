import { isBearerToken } from '../authlete/credentials.js';
import { parseJsonObject } from './jwt.js';
import type { ResultName } from './results.js';
import type { ApiRequest } from './state.js';

/** A property of an access token. */
export interface Property {
  readonly key: string;
  readonly value: string;
  /** Whether it stays out of the token response. */
  readonly hidden?: boolean;
}

/** What a call of `/auth/token` or `/auth/token/issue` says of the tokens to issue. */
export interface TokenSettings {
  readonly properties?: readonly Property[];
  /** Seconds. */
  readonly accessTokenDuration?: number;
  /** Seconds. */
  readonly refreshTokenDuration?: number;
  /** Claims for an access token that is a JWT. */
  readonly jwtAtClaims?: Readonly<Record<string, unknown>>;
  /** The access token, in place of a random one. */
  readonly accessToken?: string;
}

/** Seconds: 68 years. Expiry times in milliseconds stay exact integers. */
const MAX_DURATION = 2 ** 31 - 1;

/** Reads one field; returns `undefined` if it is invalid. */
type Parse = (value: unknown) => unknown;

const FIELDS: Readonly<Record<keyof TokenSettings, readonly [Parse, ResultName]>> = {
  properties: [parseProperties, 'PROPERTIES_INVALID'],
  accessTokenDuration: [parseDuration, 'DURATION_INVALID'],
  refreshTokenDuration: [parseDuration, 'DURATION_INVALID'],
  jwtAtClaims: [
    (value) => (typeof value === 'string' ? parseJsonObject(value) : undefined),
    'JWT_AT_CLAIMS_INVALID',
  ],
  accessToken: [(value) => (isBearerToken(value) ? value : undefined), 'ACCESS_TOKEN_INVALID'],
};

/** Reads these fields of a request, or says what is wrong with the first that is invalid. */
export function readTokenSettings(request: ApiRequest): TokenSettings | ResultName {
  const settings: Record<string, unknown> = {};
  for (const [name, [parse, problem]] of Object.entries(FIELDS)) {
    const value = request[name];
    // One without a value counts as not sent.
    if (value === undefined || value === null || value === '') continue;
    const parsed = parse(value);
    if (parsed === undefined) return problem;
    // A duration of 0 is the service's own.
    if (parsed !== 0) settings[name] = parsed;
  }
  return settings;
}

function parseProperties(value: unknown): readonly Property[] | undefined {
  return Array.isArray(value) && value.every(isProperty) ? value : undefined;
}

function isProperty(value: unknown): value is Property {
  const { key, value: text, hidden = false } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof key === 'string' && key !== '' && typeof text === 'string' && typeof hidden === 'boolean'
  );
}

/** A form body has digits in place of a number. */
function parseDuration(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  const isDuration =
    Number.isInteger(seconds) && (seconds as number) >= 0 && (seconds as number) <= MAX_DURATION;
  return isDuration ? (seconds as number) : undefined;
}
