import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cleanUp } from '../support/cleanup';
import { jsonFile } from '../support/json-file';
import { BEARER_TOKEN, PASSWORD, TICKET } from '../support/secrets/secrets';
import { closedPort, serve } from '../support/servers/listen';
import { clientAt } from '../support/servers/token-server';

const CLI = join(__dirname, '../../lib/emulator/cli.ts');

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Starts the executable as a process of its own. */
function start(...args: string[]): Child {
  return startWith({}, ...args);
}

function startWith(env: NodeJS.ProcessEnv, ...args: string[]): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(() => child.kill('SIGKILL'));
  return child;
}

/** Starts it and waits until it listens, with its notice read. */
async function startListening(...args: string[]): Promise<{ child: Child; url: string }> {
  const child = start('--token', BEARER_TOKEN, ...args);
  const [[output]] = (await Promise.all([
    once(child.stdout, 'data'),
    once(child.stderr, 'data'),
  ])) as [[Buffer], unknown];
  return { child, url: /AUTHLETE_BASE_URL=(\S+)/.exec(String(output))?.[1] ?? '' };
}

/** Makes a fail call of the command's default service. */
function failCall(url: string) {
  return clientAt(url, { timeout: 20_000, serviceId: '1000000001' }).tokenFail({
    ticket: TICKET,
    reason: 'UNKNOWN',
  });
}

/** The exit code and signal of a process, which may have ended by now. */
async function exitOf(child: Child): Promise<unknown[]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
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
    expect(complaint).toBe(
      'authlete-emulator: --port must be a number from 0 to 65535, got "x"\n' +
        'See authlete-emulator --help.\n',
    );
    expect(output).toBe('');
    expect(exitCode).toBe(1);
  });

  it('goes on when what reads its output closes it', async () => {
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
    expect(await complaint).toMatch(/^This is an emulator .*\n.* it is not secret .*\n$/);
  });

  it('ends with exit code 0 after its usage, even when nobody reads it', async () => {
    const child = start('--help');
    child.stdout.destroy();
    const complaint = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await complaint).toBe('');
  });

  it.each([
    [['help'], /^Usage: authlete-emulator \[options\]/],
    [['help', 'doctor'], /^Usage: authlete-emulator doctor /],
  ])('shows its usage for the arguments %j, and ends with exit code 0', async (args, usage) => {
    const child = start(...args);
    const output = text(child.stdout);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await output).toMatch(usage);
  });

  it('lets active calls end on a signal', async () => {
    const { child, url } = await startListening('--delay', '300ms', '--log');
    const call = failCall(url);
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(await call).toMatchObject({ resultCode: 'EMU201' });
    expect(await exitOf(child)).toEqual([0, null]);
  });

  it('ends on a signal, after a while, although an answer is still far off', async () => {
    const { child, url } = await startListening('--delay', '1000s', '--log');
    const call = failCall(url);
    call.catch(() => undefined);
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(await exitOf(child)).toEqual([0, null]);
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('ends stalled calls on a signal', async () => {
    const { child, url } = await startListening('--stall', '--log');
    const call = failCall(url);
    call.catch(() => undefined);
    await once(child.stderr, 'data');
    child.kill('SIGTERM');
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
    expect(await exitOf(child)).toEqual([0, null]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on a second %s', async (signal, exitCode) => {
    const { child, url } = await startListening('--delay', '1000s', '--log');
    const call = failCall(url);
    call.catch(() => undefined);
    await once(child.stderr, 'data');
    child.kill(signal);
    // It has handled the first one once it accepts no more calls.
    while ((await fetch(url).catch(() => undefined)) !== undefined);
    child.kill(signal);
    expect(await exitOf(child)).toEqual([exitCode, null]);
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('ends when its port is in use, whatever it listened on besides', async () => {
    const { port } = new URL(await serve(() => undefined));
    const users = jsonFile({ users: [{ username: 'john', password: PASSWORD }] });
    const child = start('--port', port, '--clients', users);
    const complaint = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await complaint).toMatch(/^authlete-emulator: .*EADDRINUSE.*\n$/m);
    expect(await complaint).not.toMatch(/--help/);
  });
});

describe('the executable as a doctor', () => {
  async function consult(env: NodeJS.ProcessEnv, ...args: string[]) {
    const child = startWith(env, 'doctor', ...args);
    const [output, complaint, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(output + complaint).not.toMatch(/PLANTED/);
    return { output, complaint, exitCode };
  }

  it('ends with exit code 0 if all is right, else with 1', async () => {
    const { url } = await startListening();
    const env = { AUTHLETE_BASE_URL: url, AUTHLETE_SERVICE_ID: '1000000001' };
    const right = await consult({ ...env, AUTHLETE_BEARER: BEARER_TOKEN });
    expect(right).toMatchObject({ exitCode: 0, complaint: '' });
    const wrong = await consult({ ...env, AUTHLETE_BEARER: 'PLANTED-other' });
    expect(wrong).toMatchObject({ exitCode: 1, complaint: '' });
  });

  it('says what is wrong with its arguments, and ends with exit code 1', async () => {
    const { output, complaint, exitCode } = await consult({}, '--timeout', 'x');
    expect(complaint).toMatch(
      /^authlete-emulator: --timeout must be a time .*\nSee authlete-emulator doctor --help\.\n$/,
    );
    expect([output, exitCode]).toEqual(['', 1]);
  });
});
