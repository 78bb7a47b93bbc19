import type { RequestListener } from 'node:http';
import { createUserStore } from '../../examples/quickstart/users.js';
import type { Step } from '../../examples/playground/exchanges.js';
import { createPlayground } from '../../examples/playground/playground.js';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { cleanUp } from './cleanup.js';
import { emulatorOf, PUBLIC_CLIENT } from './emulator.js';
import { keptLog } from './log.js';
import { PASSWORD } from './secrets.js';
import { serve } from './servers.js';

/** A playground that listens, and the emulator behind it. */
export interface RunningPlayground {
  url: string;
  emulator: AuthleteEmulator;
}

/** Starts a playground for the current test; its only user is john with the planted password. */
export async function startPlayground(): Promise<RunningPlayground> {
  const emulator = emulatorOf();
  const { url: baseUrl, close } = await emulator.listen();
  cleanUp(() => close());
  const users = createUserStore();
  await users.add('john', PASSWORD, 'john-1');
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

/** Has a playground send a token request; gives its steps. */
export async function stepsOf(
  { url }: RunningPlayground,
  changes: Partial<typeof ATTEMPT> = {},
): Promise<Step[]> {
  const response = await fetch(`${url}/playground/exchanges`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...ATTEMPT, ...changes }),
  });
  expect(response.status).toBe(200);
  const { steps } = (await response.json()) as { steps: Step[] };
  return steps;
}
