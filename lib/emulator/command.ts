import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EmulatorClient } from './clients.js';
import { createAuthleteEmulator, type ListeningEmulator } from './emulator.js';

const USAGE = `Usage: authlete-emulator [options]

Emulates Authlete's /auth/token, /auth/token/issue and /auth/token/fail on 127.0.0.1.
It is not Authlete, and it is not for production.

Options:
  --port <number>    port to listen on (default: any free port)
  --service <id>     service ID (default: 1000000001)
  --token <token>    bearer token that it takes (default: a random one)
  --clients <file>   JSON file with an array of clients, each
                     { "clientId": "<digits>", "clientIdAlias"?, "clientSecret"? }
                     (default: one public client, 26478243745571)
  --allow-in-production
                     run even though NODE_ENV is production
  --help             show this text
`;

/**
 * Runs the `authlete-emulator` command.
 *
 * @param args - the arguments of the command line, the program's name left out
 * @param print - takes what goes to standard output
 * @returns the listening emulator, or `undefined` if only the usage was asked for
 * @throws Error that says what is wrong with an argument, or why it cannot listen
 */
export async function runCommand(
  args: string[],
  print: (text: string) => unknown,
): Promise<ListeningEmulator | undefined> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      service: { type: 'string' },
      token: { type: 'string' },
      clients: { type: 'string' },
      'allow-in-production': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    print(USAGE);
    return undefined;
  }

  const emulator = createAuthleteEmulator({
    serviceId: values.service,
    accessToken: values.token,
    allowInProduction: values['allow-in-production'],
    clients: values.clients === undefined ? undefined : clientsFrom(values.clients),
  });
  const listening = await emulator.listen({ port: portFrom(values.port) });
  print(
    `export AUTHLETE_BASE_URL=${shellQuoted(listening.url)}\n` +
      `export AUTHLETE_SERVICE_ID=${shellQuoted(emulator.serviceId)}\n` +
      `export AUTHLETE_BEARER=${shellQuoted(emulator.accessToken)}\n`,
  );
  return listening;
}

function portFrom(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new Error(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

function clientsFrom(file: string): EmulatorClient[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`--clients: ${(error as Error).message}`, { cause: error });
  }
  try {
    return JSON.parse(text) as EmulatorClient[];
  } catch {
    // The parser's own message quotes the file, client secrets included.
    throw new Error(`--clients: ${JSON.stringify(file)} is not valid JSON`);
  }
}

/** Fit to be pasted into a POSIX shell, whatever the value is. */
function shellQuoted(value: string): string {
  return /^[\w.:/@%+=~-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
