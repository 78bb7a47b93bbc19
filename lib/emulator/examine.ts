import { createAuthleteClient } from '../authlete/client.js';
import { AuthleteApiError } from '../errors.js';
import { DEFAULT_BASE_URLS } from '../authlete/options.js';
import { type Diagnosis, diagnosisOfError, diagnosisOfReply, UNKNOWN } from './diagnosis.js';

/** The environment variables, by the client options that they are the defaults of. */
export const VARIABLES = {
  baseUrl: 'AUTHLETE_BASE_URL',
  serviceId: 'AUTHLETE_SERVICE_ID',
  accessToken: 'AUTHLETE_BEARER',
} as const;

type Setting = keyof typeof VARIABLES;

export const SETTINGS = Object.keys(VARIABLES) as Setting[];

/** The values of the variables that are set. */
export type Settings = Readonly<Record<Setting, string | undefined>>;

/** Authlete's tickets are 43 characters of base64url: it never issued this one. */
const IMPOSSIBLE_TICKET = 'no-such-ticket';

/**
 * Finds out whether settings are right, by a call that changes nothing.
 *
 * @param timeout - milliseconds
 */
export async function examine(settings: Settings, timeout: number): Promise<Diagnosis> {
  const { baseUrl = DEFAULT_BASE_URLS[3], serviceId, accessToken } = settings;
  if (serviceId === undefined || accessToken === undefined) return missing(settings);
  let client;
  try {
    client = createAuthleteClient({ baseUrl, serviceId, accessToken, timeout });
  } catch (error) {
    return malformed(error as Error);
  }
  try {
    const request = { ticket: IMPOSSIBLE_TICKET, reason: 'UNKNOWN' } as const;
    return diagnosisOfReply(await client.tokenFail(request));
  } catch (error) {
    return diagnosisOfError(error as AuthleteApiError);
  } finally {
    await client.close();
  }
}

function missing({ serviceId, accessToken }: Settings): Diagnosis {
  const variables = [
    ...(serviceId === undefined ? [VARIABLES.serviceId] : []),
    ...(accessToken === undefined ? [VARIABLES.accessToken] : []),
  ];
  return {
    ...UNKNOWN,
    ...(serviceId === undefined && { serviceId: 'missing' }),
    ...(accessToken === undefined && { accessToken: 'missing' }),
    advice: `Set ${variables.join(' and ')}.`,
  };
}

/** The message of `ERR_ATF_OPTIONS` begins with the option's name and shows no secret. */
function malformed(error: Error): Diagnosis {
  const setting = SETTINGS.find((name) => error.message.startsWith(name));
  if (setting === undefined) throw error;
  const advice = `${VARIABLES[setting]}${error.message.slice(setting.length)}.`;
  return { ...UNKNOWN, [setting]: 'wrong', advice };
}
