import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AuthleteEmulator,
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../cleanup';
import { passwordGrant } from '../servers/emulator';
import { closedPort } from '../servers/listen';
import { run, type Snippet } from './snippets';

/** What a process printed and how it ended. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a snippet to its end. */
export async function runSnippet(
  snippet: Snippet,
  env: Record<string, string> = {},
): Promise<Result> {
  return waitForEnd(run(snippet.code, env, snippet.file));
}

async function waitForEnd(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Result> {
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, exitCode: child.exitCode };
}

/** A server that a snippet starts, as a process of its own on an emulator. */
export interface SnippetServer {
  readonly emulator: AuthleteEmulator;
  readonly url: string;
  /** Sends a password grant of john's, once the server listens. */
  readonly grant: (
    password: string,
    request?: { path?: string; headers?: Record<string, string>; fields?: Record<string, string> },
  ) => Promise<Response>;
  /** Sends any request, once the server listens. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
  /** What it has printed so far, to standard output and standard error. */
  readonly printed: () => string;
  /** Ends it by SIGTERM. */
  readonly stop: () => Promise<Result>;
}

/** What a snippet's server runs on. */
export interface ServerSettings {
  readonly emulator?: AuthleteEmulatorOptions;
  /** Further environment variables. */
  readonly env?: Record<string, string>;
}

/** Starts the server of a snippet for the current test. */
export async function startServer(
  { code, file }: Snippet,
  { emulator: options = {}, env = {} }: ServerSettings = {},
): Promise<SnippetServer> {
  const emulator = createAuthleteEmulator({ onNotice: () => undefined, ...options });
  const listening = await emulator.listen();
  cleanUp(() => listening.close());
  const url = await closedPort();
  const { serviceId, accessToken, apiKey = '', apiSecret = '' } = emulator;
  const child = run(
    // The README's servers say 3000 only.
    code.replace('app.listen(3000)', 'app.listen(process.env.PORT)'),
    {
      AUTHLETE_BASE_URL: listening.url,
      ...(emulator.apiVersion === 3
        ? { AUTHLETE_SERVICE_ID: serviceId, AUTHLETE_BEARER: accessToken }
        : { AUTHLETE_SERVICE_APIKEY: apiKey, AUTHLETE_SERVICE_APISECRET: apiSecret }),
      PORT: new URL(url).port,
      ...env,
    },
    file ?? 'server.mjs',
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (printed += String(chunk)));
  }
  const ended = waitForEnd(child);

  const send = async (path: string, init?: RequestInit): Promise<Response> => {
    try {
      return await fetch(url + path, init);
    } catch {
      // It does not listen yet.
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error((await ended).stderr);
      }
      await sleep(50);
      return send(path, init);
    }
  };
  return {
    emulator,
    url,
    printed: () => printed,
    send,
    grant(password, { path = '/token', headers = {}, fields = {} } = {}) {
      const body = new URLSearchParams(passwordGrant({ password, ...fields }));
      return send(path, { method: 'POST', body, headers });
    },
    async stop() {
      child.kill();
      return ended;
    },
  };
}
