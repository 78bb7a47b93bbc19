import { parseArgs } from 'node:util';
import { DEFAULT_BASE_URLS } from '../authlete/client-options.js';
import { Secrets } from '../authlete/redact.js';
import { parseMilliseconds } from './arguments.js';
import { examine, type Examination, findMissingScheme } from './examine.js';
import { readSettings, type Setting, type Settings } from './settings.js';

const USAGE = `Usage: authlete-emulator doctor [--timeout <time>]

Says whether the environment variables of createAuthleteClient are right:

  AUTHLETE_BASE_URL    where the API is (default: ${DEFAULT_BASE_URLS[3]})
  AUTHLETE_SERVICE_ID  the service's ID
  AUTHLETE_BEARER      a Service Access Token or an Organization Token

or, with AUTHLETE_API_VERSION=V2, for Authlete 2.3:

  AUTHLETE_BASE_URL    where the API is (default: ${DEFAULT_BASE_URLS[2]})
  AUTHLETE_SERVICE_APIKEY and AUTHLETE_SERVICE_APISECRET
                       the service's API key and API secret,
  or AUTHLETE_SERVICE_ACCESSTOKEN
                       a service access token

No secret is shown. It calls the service's /auth/token/fail with a ticket that cannot exist, which
changes nothing there. The exit code is 0 if all of them are right, else 1.

Options:
  --timeout <time>     how long to wait, such as 500ms or 10s (default: 10s)
  -h, --help           show this text
`;

/**
 * Runs the `authlete-emulator doctor` command.
 *
 * @param args - the arguments of the command line after `doctor`
 * @param print - called with what goes to standard output
 * @returns the exit code: 0 if all environment variables are right, else 1
 * @throws Error that says what is wrong with an argument
 */
export async function runDoctor(
  args: string[],
  print: (text: string) => unknown,
  env: NodeJS.ProcessEnv = process.env,
): Promise<0 | 1> {
  const { values } = parseArgs({
    args,
    options: {
      timeout: { type: 'string', default: '10s' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    print(USAGE);
    return 0;
  }
  const timeout = parseMilliseconds('--timeout', values.timeout);
  const settings = readSettings(env);
  const examination = await examine(settings, timeout);
  print(formatReport(settings, examination));
  return examination.verdicts.every((verdict) => verdict === 'right') ? 0 : 1;
}

/** One line for each variable, and what to do. */
function formatReport(settings: Settings, { verdicts, advice }: Examination): string {
  const rows = settings.settings.map((setting, index): readonly string[] => [
    setting.variable,
    verdicts[index] ?? '',
    describeValue(setting, settings),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n${advice}\n`;
}

const NOT_SHOWN = '(not shown)';

/** What a setting that is no secret looks like: anything else may be a token in the wrong variable. */
const HARMLESS: Partial<Record<Setting['option'], RegExp>> = {
  baseUrl: /^https?:\/\/[\w.:[\]-]+(?:\/[\w./-]*)?$/,
  serviceId: /^\d{1,20}$/,
  apiKey: /^\d{1,20}$/,
};

function describeValue({ option, value }: Setting, { apiVersion = 3, settings }: Settings): string {
  if (value === undefined) {
    return option === 'baseUrl' ? `${DEFAULT_BASE_URLS[apiVersion]} (the default)` : '';
  }
  if (value === '') return '';
  const isShown = HARMLESS[option]?.test(value) ?? false;
  const hasNoScheme = option === 'baseUrl' && findMissingScheme(value) !== undefined;
  if (!isShown && !hasNoScheme) return NOT_SHOWN;
  const secrets = new Secrets();
  for (const other of settings) if (!HARMLESS[other.option]) secrets.add(other.value);
  return secrets.redact(value);
}
