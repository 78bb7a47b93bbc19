import type { AuthleteClientOptions } from '../authlete/client-options.js';
import type { Subject } from './diagnosis.js';
import { VARIABLES } from './variables.js';

/** An environment variable of `createAuthleteClient`. */
export interface Setting {
  /** The client option that it is the default of. */
  readonly option: keyof AuthleteClientOptions;
  readonly variable: string;
  readonly subject: Subject;
  readonly value: string | undefined;
}

/** The settings of one API version. */
export interface Settings {
  /** `undefined` if the environment variable for it has another value than `V2` or `V3`. */
  readonly apiVersion: 2 | 3 | undefined;
  readonly settings: readonly Setting[];
}

const VERSION_VARIABLE = 'AUTHLETE_API_VERSION';

const SUBJECTS: Partial<Record<keyof AuthleteClientOptions, Subject>> = {
  baseUrl: 'baseUrl',
  serviceId: 'serviceId',
};

/** Reads the environment variables as `createAuthleteClient` does. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const named = env[VERSION_VARIABLE];
  const version = named === undefined ? '3' : /^V([23])$/i.exec(named)?.[1];
  if (version === undefined) {
    const setting = { option: 'apiVersion', variable: VERSION_VARIABLE, value: named } as const;
    return { apiVersion: undefined, settings: [{ ...setting, subject: 'baseUrl' }] };
  }
  const apiVersion = version === '2' ? 2 : 3;
  const token = 'AUTHLETE_SERVICE_ACCESSTOKEN';
  const variables =
    apiVersion === 2 && env[token] !== undefined
      ? [VARIABLES[2][0], ['accessToken', token] as const]
      : VARIABLES[apiVersion];
  return {
    apiVersion,
    settings: variables.map(([option, variable]) => ({
      option,
      variable,
      subject: SUBJECTS[option] ?? 'credentials',
      // Only the URL has a default, and not if the variable is empty.
      value: env[variable] || (option === 'baseUrl' ? env[variable] : undefined),
    })),
  };
}

/** The value of a setting. */
export function getValue(
  settings: readonly Setting[],
  option: Setting['option'],
): string | undefined {
  return settings.find((setting) => setting.option === option)?.value;
}
