import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../lib/emulator/command';
import { cleanUp } from '../support/cleanup';
import { passwordGrant } from '../support/emulator';
import { CLIENT_SECRET } from '../support/secrets';
import { closedPort } from '../support/servers';

/** Runs the command until the test ends; gives what it printed. */
async function outputOf(...args: string[]): Promise<string> {
  let output = '';
  const listening = await runCommand(args, (text) => (output += text));
  cleanUp(() => listening?.close());
  return output;
}

function fileOf(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  cleanUp(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'clients.json');
  writeFileSync(file, content);
  return file;
}

beforeEach(() => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  cleanUp(() => write.mockRestore());
});

describe('authlete-emulator', () => {
  it('prints environment variables that are ready to paste', async () => {
    expect(await outputOf()).toMatch(
      /^export AUTHLETE_BASE_URL=http:\/\/127\.0\.0\.1:\d+\nexport AUTHLETE_SERVICE_ID=1000000001\nexport AUTHLETE_BEARER=[\w-]{43}\n$/,
    );
  });

  it('takes port, service, token and clients', async () => {
    const port = new URL(await closedPort()).port;
    const clients = fileOf(
      JSON.stringify([{ clientId: '7', clientIdAlias: 'seven', clientSecret: CLIENT_SECRET }]),
    );
    const output = await outputOf(
      ...['--port', port, '--service', '42', '--token', `it's`, '--clients', clients],
    );
    expect(output.split('\n')).toEqual([
      `export AUTHLETE_BASE_URL=http://127.0.0.1:${port}`,
      'export AUTHLETE_SERVICE_ID=42',
      `export AUTHLETE_BEARER='it'\\''s'`,
      '',
    ]);
    const reply = await fetch(`http://127.0.0.1:${port}/api/42/auth/token`, {
      method: 'POST',
      headers: { Authorization: `Bearer it's`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        parameters: passwordGrant({ client_id: 'seven', client_secret: CLIENT_SECRET }),
      }),
    });
    expect(await reply.json()).toMatchObject({ action: 'PASSWORD', clientId: 7 });
  });

  it('shows its usage on demand and does not listen', async () => {
    const print = jest.fn();
    expect(await runCommand(['--help'], print)).toBeUndefined();
    expect(print.mock.calls).toEqual([
      [expect.stringMatching(/^Usage: authlete-emulator [^]*not for production/)],
    ]);
  });

  it.each([
    ['an unknown flag', ['--prot', '1'], /'--prot'/],
    ['an argument that is no flag', ['start'], /'start'/],
    ['a port that is no number', ['--port', '80x'], '--port must be a number from 0 to 65535'],
    ['an empty port', ['--port', ''], 'got ""'],
    ['a port that is too high', ['--port', '65536'], 'got "65536"'],
    ['a token that no header can carry', ['--token', 'a b'], /^accessToken must be visible ASCII/],
    ['an empty service ID', ['--service', ''], /^serviceId must be .* got an empty string$/],
    [
      'a service ID that is a dot segment',
      ['--service', '..'],
      /^serviceId must be .* dot segment/,
    ],
    ['a service ID with a space', ['--service', 'a b'], /^serviceId must be .* white space/],
    ['a missing file of clients', ['--clients', '/no/such/file'], /^--clients: ENOENT/],
  ])('refuses %s', async (_what, args, message) => {
    const print = jest.fn();
    await expect(runCommand(args, print)).rejects.toThrow(message);
    expect(print).not.toHaveBeenCalled();
  });

  it.each([
    [
      'is not JSON',
      `[{ "clientSecret": "${CLIENT_SECRET}" `,
      /^--clients: ".*" is not valid JSON$/,
    ],
    ['is no array', `{ "clientSecret": "${CLIENT_SECRET}" }`, /^clients must be an array/],
  ])('refuses a file of clients that %s, without quoting it', async (_what, content, message) => {
    const run = runCommand(['--clients', fileOf(content)], () => undefined);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.not.toThrow(/PLANTED/);
  });
});
