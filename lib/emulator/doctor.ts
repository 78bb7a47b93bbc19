import { parseArgs } from 'node:util';
import { DEFAULT_BASE_URLS } from '../authlete/options.js';
import { Secrets } from '../authlete/redact.js';
import { millisecondsFrom } from './arguments.js';
import type { Diagnosis } from './diagnosis.js';
import { examine, SETTINGS, type Settings, VARIABLES } from './examine.js';

const USAGE = `Usage: authlete-emulator doctor [--timeout <time>]

Says whether the environment variables of createAuthleteClient are right:

  AUTHLETE_BASE_URL    where the API is (default: ${DEFAULT_BASE_URLS[3]})
  AUTHLETE_SERVICE_ID  the service's ID
  AUTHLETE_BEARER      a Service Access Token or an Organization Token; it is never shown

It calls the service's /auth/token/fail with a ticket that cannot exist, which changes nothing
there. The exit code is 0 if all three are right, else 1.

Options:
  --timeout <time>     how long to wait, such as 500ms or 10s (default: 10s)
  --help               show this text
`;

/**
 * Runs the `authlete-emulator doctor` command.
 *
 * @param args - the arguments of the command line after `doctor`
 * @param print - takes what goes to standard output
 * @returns the exit code: 0 if all three environment variables are right, else 1
 * @throws Error that says what is wrong with an argument
 */
export async function runDoctor(
  args: string[],
  print: (text: string) => unknown,
  env: NodeJS.ProcessEnv = process.env,
): Promise<0 | 1> {
  const { values } = parseArgs({
    args,
    options: { timeout: { type: 'string', default: '10s' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    print(USAGE);
    return 0;
  }
  const timeout = millisecondsFrom('--timeout', values.timeout);
  const settings = settingsFrom(env);
  const diagnosis = await examine(settings, timeout);
  print(reportOf(settings, diagnosis));
  return SETTINGS.every((setting) => diagnosis[setting] === 'right') ? 0 : 1;
}

function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  return {
    // An empty one does not get the default: createAuthleteClient takes it for a wrong one.
    baseUrl: env[VARIABLES.baseUrl],
    serviceId: env[VARIABLES.serviceId] || undefined,
    accessToken: env[VARIABLES.accessToken] || undefined,
  };
}

/** One line for each variable, and what to do. */
function reportOf(settings: Settings, diagnosis: Diagnosis): string {
  const shown = shownOf(settings);
  const width = Math.max(...SETTINGS.map((setting) => diagnosis[setting].length));
  const lines = SETTINGS.map((setting) =>
    [VARIABLES[setting].padEnd(19), diagnosis[setting].padEnd(width), shown[setting]].join('  '),
  );
  return `${lines.map((line) => `${line.trimEnd()}\n`).join('')}\n${diagnosis.advice}\n`;
}

const NOT_SHOWN = '(not shown)';

/** Values as they may be shown: what looks otherwise may be a token in the wrong variable. */
function shownOf({ baseUrl, serviceId, accessToken }: Settings): Settings {
  const secrets = new Secrets();
  secrets.add(accessToken);
  const show = (text: string | undefined, harmless: RegExp): string => {
    if (!text) return '';
    return harmless.test(text) ? secrets.redact(text) : NOT_SHOWN;
  };
  return {
    baseUrl:
      baseUrl === undefined
        ? `${DEFAULT_BASE_URLS[3]} (the default)`
        : show(baseUrl, /^https?:\/\/[\w.:[\]-]+(?:\/[\w./-]*)?$/),
    serviceId: show(serviceId, /^\d{1,20}$/),
    accessToken: accessToken === undefined ? '' : NOT_SHOWN,
  };
}
