import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cleanUp } from '../support/cleanup';
import { closedPort } from '../support/servers';

const CLI = join(__dirname, '../../lib/emulator/cli.ts');

/** Starts the executable as a process of its own. */
function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(() => child.kill('SIGKILL'));
  return child;
}

describe('the executable', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with exit code 0', async (signal) => {
    const child = start();
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(String(line)).toMatch(/^export AUTHLETE_BASE_URL=http/);
    const notice = text(child.stderr);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await notice).toMatch(/not Authlete/);
  });

  it('says what is wrong with its arguments, without a stack, and ends with exit code 1', async () => {
    const child = start('--port', 'x');
    const [complaint, output, [exitCode]] = await Promise.all([
      text(child.stderr),
      text(child.stdout),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(complaint).toBe('authlete-emulator: --port must be a number from 0 to 65535, got "x"\n');
    expect(output).toBe('');
    expect(exitCode).toBe(1);
  });

  it('goes on when whoever read its output has closed it', async () => {
    const url = await closedPort();
    const child = start('--port', new URL(url).port);
    child.stdout.destroy();
    const complaint = text(child.stderr);
    const ended = once(child, 'exit');
    let exited = false;
    void ended.then(() => (exited = true));
    let status: number | undefined;
    while (status === undefined && !exited) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      status = (await fetch(url).catch(() => undefined))?.status;
    }
    expect(status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await complaint).toMatch(/^This is an emulator .*\n$/);
  });

  it('ends with exit code 0 after its usage, even when nobody reads it', async () => {
    const child = start('--help');
    child.stdout.destroy();
    const complaint = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await complaint).toBe('');
  });

  it('ends with exit code 0 after its usage', async () => {
    expect(await once(start('--help'), 'exit')).toEqual([0, null]);
  });
});
