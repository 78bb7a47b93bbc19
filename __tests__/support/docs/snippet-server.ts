import { text } from 'node:stream/consumers';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { cleanUp } from './cleanup';
import { emulatorOf, passwordGrant, SERVICE_ID } from './emulator';
import { BEARER_TOKEN } from './secrets';
import { closedPort } from './servers';
import { run } from './snippets';

/** A server that a snippet starts, as a process of its own on an emulator. */
export interface SnippetServer {
  readonly emulator: AuthleteEmulator;
  /** Sends a password grant of john's, once the server listens. */
  readonly grant: (password: string) => Promise<Response>;
  /** Ends it; gives what it printed. */
  readonly stop: () => Promise<{ stdout: string; stderr: string }>;
}

/** Starts the server of a snippet for the current test. */
export async function startSnippetServer(code: string, name?: string): Promise<SnippetServer> {
  const emulator = emulatorOf();
  const { url, close } = await emulator.listen();
  cleanUp(close);
  const address = await closedPort();
  const env = {
    ...{ AUTHLETE_SERVICE_ID: SERVICE_ID, AUTHLETE_BEARER: BEARER_TOKEN },
    ...{ AUTHLETE_BASE_URL: url, PORT: new URL(address).port },
  };
  const child = run(code, env, name);
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const grant = async (password: string): Promise<Response> => {
    const body = new URLSearchParams(passwordGrant({ password }));
    try {
      return await fetch(`${address}/token`, { method: 'POST', body });
    } catch {
      // It does not listen yet.
      expect([child.exitCode, child.signalCode]).toEqual([null, null]);
      return grant(password);
    }
  };
  const stop = async () => {
    child.kill();
    const [stdout, stderr] = await printed;
    return { stdout, stderr };
  };
  return { emulator, grant, stop };
}
