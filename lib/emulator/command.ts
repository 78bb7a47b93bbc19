import { parseArgs } from 'node:util';
import { faultFrom, portFrom } from './arguments.js';
import { readClientsFile } from './clients-file.js';
import { createEmulator } from './emulator.js';
import type { ListeningEmulator } from './listen.js';
import { logLineOf } from './log-line.js';
import { listenWithTokenEndpoint } from './token-server.js';
import { VERSION } from './version.js';

const USAGE = `Usage: authlete-emulator [options]
       authlete-emulator doctor

Emulates Authlete's /auth/token, /auth/token/issue and /auth/token/fail on 127.0.0.1.
It is not Authlete, and it is not for production.

doctor says whether AUTHLETE_BASE_URL, AUTHLETE_SERVICE_ID and AUTHLETE_BEARER are right:
see authlete-emulator doctor --help.

Options:
  --port <number>    port to listen on (default: any free port)
  --service <id>     service ID (default: 1000000001)
  --token <token>    bearer token that it takes (default: a random one)
  --clients <file>   JSON file with an array of clients, or with an object
                     { "clients"?: [...], "users"?: [...] }
                     client: { "clientId": "<digits>", "clientIdAlias"?, "clientSecret"? }
                     user:   { "username", "password", "subject"? }
                     (default: one public client, 26478243745571, and no users)
                     With users, there is also a whole token endpoint at /token.
  --log              write a line to standard error for each call; secrets are masked
  --allow-in-production
                     run even though NODE_ENV is production
  --version          show the version
  --help             show this text

To rehearse an outage:
  --fail-with <status>
                     refuse calls with this HTTP status, 400 to 599
  --delay <time>     answer late by this time, such as 200ms or 2s
  --stall            take calls and never answer them
  --fault-api <api>  only calls of this API, such as /auth/token/fail (default: all three)
`;

/**
 * Runs the `authlete-emulator` command.
 *
 * @param args - the arguments of the command line, the program's name left out
 * @param print - takes what goes to standard output
 * @returns the listening emulator, or `undefined` if only the usage or version was asked for
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
      log: { type: 'boolean' },
      'fail-with': { type: 'string' },
      delay: { type: 'string' },
      stall: { type: 'boolean' },
      'fault-api': { type: 'string' },
      'allow-in-production': { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || values.version) {
    print(values.help ? USAGE : `${VERSION}\n`);
    return undefined;
  }

  const port = portFrom(values.port);
  const fault = faultFrom(values);
  const file = values.clients === undefined ? undefined : readClientsFile(values.clients);
  const created = createEmulator({
    serviceId: values.service,
    accessToken: values.token,
    allowInProduction: values['allow-in-production'],
    clients: file?.clients,
    onCall: values.log ? (call) => process.stderr.write(logLineOf(call)) : undefined,
  });
  const { emulator } = created;
  emulator.faults.set(fault);
  const checkUser = file?.checkUser;
  const listening = await (checkUser
    ? listenWithTokenEndpoint(created, { port, checkUser, report: complain })
    : emulator.listen({ port }));
  print(
    `export AUTHLETE_BASE_URL=${shellQuoted(listening.url)}\n` +
      `export AUTHLETE_SERVICE_ID=${shellQuoted(emulator.serviceId)}\n` +
      `export AUTHLETE_BEARER=${shellQuoted(emulator.accessToken)}\n` +
      (checkUser ? `# token endpoint: ${listening.url}/token\n` : ''),
  );
  return listening;
}

function complain(line: string): void {
  process.stderr.write(`authlete-emulator: ${line}\n`);
}

/** Fit to be pasted into a POSIX shell, whatever the value is. */
function shellQuoted(value: string): string {
  return /^[\w.:/@%+=~-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
