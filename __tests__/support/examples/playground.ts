import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createUserStore } from '../../../examples/quickstart/users.js';
import type { Exchange, Step } from '../../../examples/playground/exchanges.js';
import { createPlayground } from '../../../examples/playground/playground.js';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../cleanup.js';
import { emulatorOf, PUBLIC_CLIENT } from '../servers/emulator.js';
import { keptLog } from '../observe/log.js';
import { PASSWORD } from '../secrets/secrets.js';
import { serve } from '../servers/listen.js';

/** A playground that listens, and the emulator behind it. */
export interface RunningPlayground {
  url: string;
  emulator: AuthleteEmulator;
}

/** Starts a playground for the current test; its only user is john. */
export async function startPlayground(password = PASSWORD): Promise<RunningPlayground> {
  const emulator = emulatorOf();
  const { url: baseUrl, close } = await emulator.listen();
  cleanUp(() => close());
  const users = createUserStore();
  await users.add('john', password, 'john-1');
  const { serviceId, accessToken } = emulator;
  const playground = createPlayground(
    { baseUrl, serviceId, accessToken },
    users,
    emulator,
    keptLog().logger,
  );
  cleanUp(() => playground.close());
  return { url: await serve(playground.app as RequestListener), emulator };
}

/** What the page asks for with the right password. */
export const ATTEMPT = {
  username: 'john',
  password: PASSWORD,
  clientId: PUBLIC_CLIENT,
  reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
};

/** Has a playground send a token request. */
export async function exchangeOf(
  { url }: RunningPlayground,
  changes: Partial<typeof ATTEMPT> = {},
): Promise<Exchange> {
  const response = await fetch(`${url}/playground/exchanges`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...ATTEMPT, ...changes }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Exchange;
}

/** Has a playground send a token request; returns its steps. */
export async function stepsOf(
  playground: RunningPlayground,
  changes: Partial<typeof ATTEMPT> = {},
): Promise<Step[]> {
  return (await exchangeOf(playground, changes)).steps;
}

/** How a process ended. */
export interface EndedProcess {
  exitCode: number | null;
  errors: string;
}

/** Runs a command in the package's folder until it and whatever it started have ended. */
export async function runToEnd(
  [command, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<EndedProcess> {
  const child = spawn(command, args, {
    cwd: join(__dirname, '../../..'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own, so that nothing in it survives a failed test.
    detached: true,
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  cleanUp(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  const errors = await text(child.stderr);
  const [exitCode] = await closed;
  return { exitCode, errors };
}
