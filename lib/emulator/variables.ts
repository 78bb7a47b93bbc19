import type { AuthleteClientOptions } from '../authlete/client-options.js';
import type { AuthleteEmulator } from './emulator.js';

/** A client option and the environment variable that it defaults to. */
type Names = readonly (readonly [option: keyof AuthleteClientOptions, variable: string])[];

/** The environment variables that `createAuthleteClient` needs, by API version. */
export const VARIABLES = {
  2: [
    ['baseUrl', 'AUTHLETE_BASE_URL'],
    ['apiKey', 'AUTHLETE_SERVICE_APIKEY'],
    ['apiSecret', 'AUTHLETE_SERVICE_APISECRET'],
  ],
  3: [
    ['baseUrl', 'AUTHLETE_BASE_URL'],
    ['serviceId', 'AUTHLETE_SERVICE_ID'],
    ['accessToken', 'AUTHLETE_BEARER'],
  ],
} as const satisfies Record<2 | 3, Names>;

/** An environment variable and its value. */
export type Variable = readonly [name: string, value: string];

/** What a client of an emulator needs, whatever the environment says. */
export function buildClientOptions(
  { apiVersion, serviceId, accessToken, apiKey, apiSecret }: AuthleteEmulator,
  baseUrl: string,
): AuthleteClientOptions {
  return apiVersion === 2
    ? { apiVersion, baseUrl, apiKey, apiSecret }
    : { apiVersion, baseUrl, serviceId, accessToken };
}

/** Lists the environment variables with which `createAuthleteClient` finds an emulator. */
export function listVariables(emulator: AuthleteEmulator, baseUrl: string): readonly Variable[] {
  const { apiVersion } = emulator;
  const options = buildClientOptions(emulator, baseUrl);
  return [
    // 3 is the default.
    ...(apiVersion === 2 ? [['AUTHLETE_API_VERSION', 'V2'] as const] : []),
    ...VARIABLES[apiVersion].map(([option, name]) => [name, String(options[option])] as const),
  ];
}

/** Values that neither a shell nor a file of variables needs quotes for. */
const PLAIN = /^[\w.:/@%+=~-]+$/;

/** Formats variables as lines to paste into a POSIX shell, whatever the values are. */
export function formatExports(variables: readonly Variable[]): string {
  const quote = (value: string): string =>
    PLAIN.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
  return variables.map(([name, value]) => `export ${name}=${quote(value)}\n`).join('');
}

/**
 * Formats variables as `node --env-file` reads them.
 *
 * @throws Error if a value has every kind of quote in it
 */
export function formatEnvFile(variables: readonly Variable[]): string {
  return variables
    .map(([name, value]) => {
      if (PLAIN.test(value)) return `${name}=${value}\n`;
      // Double quotes are not among them: \n has a meaning between those.
      const quote = ["'", '`'].find((candidate) => !value.includes(candidate));
      if (quote === undefined) {
        throw new Error(`--write-env cannot hold ${name}, which has both ' and \` in it`);
      }
      return `${name}=${quote}${value}${quote}\n`;
    })
    .join('');
}
