import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cleanUp } from '../cleanup';
import { BEARER_TOKEN } from '../secrets/secrets';
import type { AppProcessOptions, ReportedError } from './app-process';
import { SERVICE_ID } from './faulty-upstream';

/** What came of grants in a process of their own. */
export interface ProcessResult {
  readonly answers: readonly { status: number; content: string }[];
  readonly errors: readonly Omit<ReportedError, 'everything'>[];
  readonly exitCode: number | null;
}

/** File descriptors that the process may have: few enough to use them up quickly. */
const MAX_DESCRIPTORS = 256;

/**
 * Sends grants, one after the other, to an app in a process of its own. What Node trusts, and how many
 * files it may open, is fixed at its start.
 */
export async function sendGrantsToProcess(
  options: AppProcessOptions,
  env: Readonly<Record<string, string>>,
  grants = 1,
): Promise<ProcessResult> {
  const script = join(__dirname, 'app-process.ts');
  const child = spawn(
    'sh',
    [
      ...['-c', `ulimit -n ${MAX_DESCRIPTORS} && exec "$0" "$@"`],
      ...[process.execPath, '--import', 'tsx', script, JSON.stringify(options)],
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        AUTHLETE_SERVICE_ID: SERVICE_ID,
        AUTHLETE_BEARER: BEARER_TOKEN,
        ...env,
      },
    },
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  cleanUp(() => child.kill('SIGKILL'));
  const output = Promise.all([readAll(child.stdout), readAll(child.stderr)]);

  const [url] = (await once(child, 'message')) as [string];
  const answers: { status: number; content: string }[] = [];
  for (let sent = 0; sent < grants; sent++) {
    const answer = await fetch(url, { method: 'POST', headers: { Connection: 'close' } });
    answers.push({ status: answer.status, content: await answer.text() });
  }
  child.send('done');
  const [errors] = (await once(child, 'message')) as [ReportedError[]];
  const [exitCode] = await exited;

  // Process warnings would be there, too.
  expect(await output).toEqual(['', '']);
  const shown = [...answers.map(({ content }) => content), ...errors.map((e) => e.everything)];
  expect(shown.join('\n')).not.toContain('PLANTED');
  return {
    answers,
    errors: errors.map(({ code, message }) => ({ code, message })),
    exitCode,
  };
}

const readAll = (stream: Readable | null): Promise<string> => text(stream ?? Readable.from([]));
