import { createAuthleteClient } from '../authlete/client.js';
import { DEFAULT_BASE_URLS, isLoopback } from '../authlete/client-options.js';
import type { AuthleteApiError } from '../errors.js';
import { diagnoseError, diagnoseReply, type Verdict } from './diagnosis.js';
import { getValue, type Setting, type Settings } from './settings.js';

/** What is known of the settings. */
export interface Examination {
  /** One for each setting, in their order. */
  readonly verdicts: readonly Verdict[];
  /** What to do, in plain words. */
  readonly advice: string;
}

/** Authlete's tickets are 43 characters of base64url: it never issued this one. */
const IMPOSSIBLE_TICKET = 'no-such-ticket';

/**
 * A host name or IPv4 address without a scheme. It has no capital letters, which every token that
 * is a JWT has.
 */
const BARE_HOST = /^((?:[a-z\d-]{1,63}\.)+[a-z\d]{1,63}|localhost)(?::\d{1,5})?\/?$/;

/**
 * Finds out whether settings are right, by a call that changes nothing.
 *
 * @param timeout - milliseconds
 */
export async function examine(
  { apiVersion, settings }: Settings,
  timeout: number,
): Promise<Examination> {
  if (apiVersion === undefined) {
    const [{ variable }] = settings as [Setting];
    return { verdicts: ['wrong'], advice: `${variable} must be V2 or V3.` };
  }
  const missing = settings.filter(({ option, value }) => option !== 'baseUrl' && !value);
  if (missing.length > 0) {
    const verdicts = settings.map((setting) =>
      missing.includes(setting) ? 'missing' : 'not known yet',
    );
    const names = missing.map(({ variable }) => variable);
    return { verdicts, advice: `Set ${names.join(' and ')}.` };
  }

  const options = Object.fromEntries(settings.map(({ option, value }) => [option, value]));
  const baseUrl = getValue(settings, 'baseUrl') ?? DEFAULT_BASE_URLS[apiVersion];
  let client;
  try {
    client = createAuthleteClient({ ...options, baseUrl, apiVersion, timeout });
  } catch (error) {
    return explainMalformed(settings, error as Error);
  }
  try {
    const request = { ticket: IMPOSSIBLE_TICKET, reason: 'UNKNOWN' } as const;
    const credentials = getValue(settings, 'accessToken') ? 'token' : 'API key and secret';
    const diagnosis = await client
      .tokenFail(request)
      .then(diagnoseReply, (error: unknown) =>
        diagnoseError(error as AuthleteApiError, credentials),
      );
    const verdicts = settings.map(({ subject }) => diagnosis[subject]);
    return { verdicts, advice: diagnosis.advice };
  } finally {
    await client.close();
  }
}

/** The message of `ERR_ATF_OPTIONS` begins with the option's name and shows no secret. */
function explainMalformed(settings: readonly Setting[], error: Error): Examination {
  const wrong = settings.find(({ option }) => error.message.startsWith(`${option} `));
  if (!wrong) throw error;
  const { option, variable, value = '' } = wrong;
  const scheme = option === 'baseUrl' ? findMissingScheme(value) : undefined;
  return {
    verdicts: settings.map((setting) => (setting === wrong ? 'wrong' : 'not known yet')),
    advice:
      scheme === undefined
        ? `${variable}${error.message.slice(option.length)}.`
        : `${variable} has no scheme: add ${scheme} before it, ${scheme}${value}`,
  };
}

/** Returns the scheme that a base URL lacks; `undefined` if it is not a host name alone. */
export function findMissingScheme(baseUrl: string): string | undefined {
  const host = BARE_HOST.exec(baseUrl)?.[1];
  if (host === undefined) return undefined;
  return isLoopback(host) ? 'http://' : 'https://';
}
