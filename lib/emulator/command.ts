import { parseApiVersion, parseCommand, parseFault, parsePort } from './arguments.js';
import { readClientsFile } from './clients-file.js';
import { type AuthleteEmulator, createEmulator } from './emulator.js';
import { writeEnvFile } from './env-file.js';
import type { ListeningEmulator } from './listen.js';
import { formatLogLine } from './log-line.js';
import type { AuthleteEmulatorOptions } from './options.js';
import { listenWithTokenEndpoint } from './token-server.js';
import { USAGE, VERSION } from './usage.js';
import { formatEnvFile, formatExports, listVariables } from './variables.js';

/**
 * Fixed, so that a client need not be configured again after each start. They are as public as this
 * file, so the command says that they are not secret, and production does not get them.
 */
const DEVELOPMENT_SECRETS = {
  accessToken: 'authlete-emulator-token-not-secret',
  apiSecret: 'authlete-emulator-api-secret-not-secret',
};

/**
 * Runs the `authlete-emulator` command.
 *
 * @param args - the arguments of the command line, without the program's name
 * @param print - called with what goes to standard output
 * @returns the listening emulator, or `undefined` if only the usage or version was asked for
 * @throws Error that says what is wrong with an argument, or why it cannot listen
 */
export async function runCommand(
  args: string[],
  print: (text: string) => unknown,
): Promise<ListeningEmulator | undefined> {
  const values = parseCommand(args);
  if (values.help || values.version) {
    print(values.help ? USAGE : `${VERSION}\n`);
    return undefined;
  }

  const port = parsePort(values.port);
  const fault = parseFault(values);
  const file = values.clients === undefined ? undefined : readClientsFile(values.clients);
  const created = createEmulator({
    ...buildServices(values.service, file?.clients),
    ...buildCredentials(values),
    allowInProduction: values['allow-in-production'],
    onCall: values.log ? (call) => process.stderr.write(formatLogLine(call)) : undefined,
  });
  const { emulator } = created;
  emulator.faults.set(fault);
  const checkUser = file?.checkUser;
  const listening = await (checkUser
    ? listenWithTokenEndpoint(created, { port, checkUser, report: printError })
    : emulator.listen({ port }));

  const { url } = listening;
  const variables = listVariables(emulator, url);
  if (values['write-env'] !== undefined) {
    try {
      writeEnvFile(values['write-env'], formatEnvFile(variables));
    } catch (error) {
      await listening.close();
      throw error;
    }
  }
  const others = values.service?.slice(1) ?? [];
  print(
    formatExports(variables) +
      others.map((id) => `# another service: ${id}\n`).join('') +
      (checkUser ? `# token endpoint: ${url}/token\n` : ''),
  );
  warnOfDevelopmentSecret(emulator);
  return listening;
}

/** Every service has the same clients. */
function buildServices(
  serviceIds: readonly string[] = [],
  clients: AuthleteEmulatorOptions['clients'],
): AuthleteEmulatorOptions {
  const services = serviceIds.map((serviceId) => ({ serviceId, clients }));
  return services.length > 1 ? { services } : { serviceId: serviceIds[0], clients };
}

function buildCredentials(values: ReturnType<typeof parseCommand>): AuthleteEmulatorOptions {
  const apiVersion = parseApiVersion(values['api-version']);
  const defaults =
    process.env['NODE_ENV'] === 'production'
      ? { accessToken: undefined, apiSecret: undefined }
      : DEVELOPMENT_SECRETS;
  return {
    apiVersion,
    accessToken: values.token ?? defaults.accessToken,
    apiKey: values['api-key'],
    apiSecret: values['api-secret'] ?? (apiVersion === 2 ? defaults.apiSecret : undefined),
  };
}

function warnOfDevelopmentSecret({ apiVersion, accessToken, apiSecret }: AuthleteEmulator): void {
  if (apiVersion === 3 && accessToken === DEVELOPMENT_SECRETS.accessToken) {
    printError('the access token is the same for everybody: it is not secret (see --token)');
  }
  if (apiVersion === 2 && apiSecret === DEVELOPMENT_SECRETS.apiSecret) {
    printError('the API secret is the same for everybody: it is not secret (see --api-secret)');
  }
}

function printError(line: string): void {
  process.stderr.write(`authlete-emulator: ${line}\n`);
}
