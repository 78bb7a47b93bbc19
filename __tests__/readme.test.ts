import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';
import { cleanUp } from './support/cleanup';
import { emulatorOf, passwordGrant, SERVICE_ID } from './support/emulator';
import { readmeBlocks } from './support/readme';
import { BEARER_TOKEN } from './support/secrets';
import { closedPort } from './support/servers';

const ROOT = join(__dirname, '..');

const SNIPPETS = readmeBlocks('ts');
const [server = '', parser = '', mapper = '', emulation = ''] = SNIPPETS;

/** Writes a snippet into a folder where the package's name resolves. */
function fileOf(snippet: string): string {
  const folder = mkdtempSync(join(ROOT, '.readme-'));
  cleanUp(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'snippet.mts');
  writeFileSync(file, snippet);
  return file;
}

/** What TypeScript has against a snippet. */
function complaintsAbout(snippet: string): string[] {
  const readFile = (name: string) => ts.sys.readFile(name);
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // A reader's project need not ask for this.
  options.noPropertyAccessFromIndexSignature = false;
  return ts
    .getPreEmitDiagnostics(ts.createProgram([fileOf(snippet)], options))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** Runs a snippet as a process of its own. */
function run(snippet: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', fileOf(snippet)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(() => {
    if (child.exitCode === null) child.kill();
  });
  return child;
}

describe("the README's snippets", () => {
  it.each([
    ['server', server],
    ['body parser', parser],
    ['mapError', mapper],
    ['emulator', emulation],
  ])('(%s) has the types that it says', (_name, snippet) => {
    expect(snippet).not.toBe('');
    expect(complaintsAbout(snippet)).toEqual([]);
  });

  it('are all of these, and would not pass with a mistake', () => {
    expect(SNIPPETS).toHaveLength(4);
    expect(complaintsAbout(server.replace('tokenFail({', 'tokenFail({ onfail: 1,'))).not.toEqual(
      [],
    );
  });

  it('(server) answers a wrong password with 400 and the right one with 200', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(close);
    const address = await closedPort();
    const child = run(server, {
      AUTHLETE_SERVICE_ID: SERVICE_ID,
      AUTHLETE_BEARER: BEARER_TOKEN,
      AUTHLETE_BASE_URL: url,
      PORT: new URL(address).port,
    });
    const stderr = text(child.stderr);
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
    const wrong = await grant('wrong');
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
    expect((await grant('open-sesame')).status).toBe(200);
    expect(emulator.openTickets()).toBe(0);
    child.kill();
    expect(await text(child.stdout)).toBe(
      'token request failed: INVALID_RESOURCE_OWNER_CREDENTIALS 400\n',
    );
    expect(await stderr).toBe('');
  });

  it('(emulator) prints what its comments say', async () => {
    const child = run(emulation);
    const [stdout, [exitCode]] = await Promise.all([
      text(child.stdout),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(stdout).toBe('1\n0\n');
    expect(exitCode).toBe(0);
  });
});
