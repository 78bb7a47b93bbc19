import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../lib/emulator/command';
import { cleanUp } from '../support/cleanup';
import { temporaryFolder } from '../support/folder';

/** The path of a file that does not exist yet. */
const newFile = () => join(temporaryFolder(join(tmpdir(), 'env-')), '.env');

/** Runs the command until the test ends; returns what it printed. */
async function start(...args: string[]): Promise<string> {
  let output = '';
  const listening = await runCommand(args, (text) => (output += text));
  cleanUp(() => listening?.close());
  return output;
}

/** What Node itself reads from a file of variables. */
function readWithNode(file: string): Record<string, string> {
  const script = 'console.log(JSON.stringify(process.env))';
  const { stdout } = spawnSync(process.execPath, ['--env-file', file, '-e', script], {
    encoding: 'utf8',
    env: {},
  });
  const variables = Object.entries(JSON.parse(stdout) as Record<string, string>);
  return Object.fromEntries(variables.filter(([name]) => name.startsWith('AUTHLETE_')));
}

beforeEach(() => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  cleanUp(() => write.mockRestore());
});

describe('--write-env', () => {
  it('writes the variables that are printed, for the owner alone', async () => {
    const file = newFile();
    const output = await start('--write-env', file);
    expect(readWithNode(file)).toEqual({
      AUTHLETE_BASE_URL: /AUTHLETE_BASE_URL=(\S+)/.exec(output)?.[1],
      AUTHLETE_SERVICE_ID: '1000000001',
      AUTHLETE_BEARER: 'authlete-emulator-token-not-secret',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes those of Authlete 2.3', async () => {
    const file = newFile();
    await start('--write-env', file, '--api-version', '2', '--api-secret', 's3cret');
    expect(readWithNode(file)).toEqual({
      AUTHLETE_API_VERSION: 'V2',
      AUTHLETE_BASE_URL: expect.stringMatching(/^http:/) as string,
      AUTHLETE_SERVICE_APIKEY: '2000000001',
      AUTHLETE_SERVICE_APISECRET: 's3cret',
    });
  });

  it.each([`it's`, 'a#b', '"a"', '$HOME', '\\n', '`a`', `"'\\n#`, '=a='])(
    'writes the token %j so that Node reads it again',
    async (token) => {
      const file = newFile();
      await start('--write-env', file, '--token', token);
      expect(readWithNode(file)).toMatchObject({ AUTHLETE_BEARER: token });
    },
  );

  it('overwrites its own file, and takes the rights of others away', async () => {
    const file = newFile();
    await start('--write-env', file, '--token', 'x'.repeat(200));
    chmodSync(file, 0o644);
    await start('--write-env', file, '--token', 'short');
    expect(readWithNode(file)).toMatchObject({ AUTHLETE_BEARER: 'short' });
    expect(readFileSync(file, 'utf8')).not.toContain('xxx');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['other variables', 'DATABASE_URL=postgres://localhost\n'],
    ['nothing', ''],
    ['its mark further down', 'A=1\n# Written by authlete-emulator, which overwrites it'],
  ])('does not overwrite a file that has %s, and ends', async (_what, content) => {
    const file = newFile();
    writeFileSync(file, content);
    const print = jest.fn();
    await expect(runCommand(['--write-env', file], print)).rejects.toThrow(
      `--write-env ${JSON.stringify(file)}: it exists and was not written by authlete-emulator; ` +
        'name another file, or delete this one',
    );
    expect(print).not.toHaveBeenCalled();
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('does not write to a named pipe, and does not wait for a reader', async () => {
    const file = newFile();
    spawnSync('mkfifo', [file]);
    await expect(runCommand(['--write-env', file], () => undefined)).rejects.toThrow(
      /it exists and was not written by authlete-emulator/,
    );
  });

  it('does not create the file that a link points to', async () => {
    const file = newFile();
    symlinkSync(`${file}-target`, file);
    await expect(runCommand(['--write-env', file], () => undefined)).rejects.toThrow(/ENOENT/);
    expect(existsSync(`${file}-target`)).toBe(false);
  });

  it('says what is wrong with a folder, a missing folder and a token of all quotes', async () => {
    const file = newFile();
    for (const [args, message] of [
      [['--write-env', join(file, '..')], /--write-env ".*": EISDIR/],
      [['--write-env', join(file, 'x')], /--write-env ".*": ENOENT/],
      [['--write-env', file, '--token', "'`"], /^--write-env cannot hold AUTHLETE_BEARER/],
    ] as const) {
      await expect(runCommand([...args], () => undefined)).rejects.toThrow(message);
    }
    expect(existsSync(file)).toBe(false);
  });
});
