#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createAuthleteEmulator } from './emulator.js';
import type { EmulatorClient } from './clients.js';

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
  --help             show this text
`;

/** Runs the command; gives its exit code, or nothing while the emulator listens. */
async function main(): Promise<number | undefined> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      service: { type: 'string' },
      token: { type: 'string' },
      clients: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }

  const emulator = createAuthleteEmulator({
    serviceId: values.service,
    accessToken: values.token,
    clients: values.clients === undefined ? undefined : clientsFrom(values.clients),
  });
  const listening = await emulator.listen({ port: portFrom(values.port) });
  process.stdout.write(
    [
      `export AUTHLETE_BASE_URL=${shellQuoted(listening.url)}`,
      `export AUTHLETE_SERVICE_ID=${shellQuoted(emulator.serviceId)}`,
      `export AUTHLETE_BEARER=${shellQuoted(emulator.accessToken)}`,
      '',
    ].join('\n'),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void listening.close());
  return undefined;
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? '0');
  if (!/^\d*$/.test(text ?? '') || text === '' || port > 65535) {
    throw new Error(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return port;
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

main().then(
  (exitCode) => {
    if (exitCode !== undefined) process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`authlete-emulator: ${(error as Error).message}\n`);
    process.exitCode = 1;
  },
);
