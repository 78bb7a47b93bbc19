import { version } from '../../package.json';
import { runCommand } from '../../lib/emulator/command';
import { cleanUp } from '../support/cleanup';
import { passwordGrant } from '../support/emulator';
import { BEARER_TOKEN, CLIENT_SECRET, expectNoSecretIn, TICKET } from '../support/secrets';
import { jsonFile } from '../support/json-file';
import { closedPort } from '../support/servers';
import { clientAt } from '../support/token-server';

/** Runs the command until the test ends; gives what it printed. */
async function outputOf(...args: string[]): Promise<string> {
  let output = '';
  const listening = await runCommand(args, (text) => (output += text));
  cleanUp(() => listening?.close());
  return output;
}

/** Runs the command until the test ends; gives its base URL. */
async function urlOf(...args: string[]): Promise<string> {
  return /AUTHLETE_BASE_URL=(\S+)/.exec(await outputOf(...args))?.[1] ?? '';
}

/** Makes a fail call of the command's default service. */
function failCall(url: string, timeout?: number) {
  return clientAt(url, { timeout, serviceId: '1000000001' }).tokenFail({
    ticket: TICKET,
    reason: 'UNKNOWN',
  });
}

let write: jest.SpyInstance;

/** What was written to standard error. */
const stderr = (): string[] => write.mock.calls.map(([text]) => String(text));

beforeEach(() => {
  write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
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
    const clients = jsonFile([
      { clientId: '7', clientIdAlias: 'seven', clientSecret: CLIENT_SECRET },
    ]);
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

  it('shows the version of the package', async () => {
    const print = jest.fn();
    expect(await runCommand(['--version'], print)).toBeUndefined();
    expect(print.mock.calls).toEqual([[`${version}\n`]]);
  });

  it('logs each call in a line on standard error', async () => {
    await failCall(await urlOf('--log', '--token', BEARER_TOKEN));
    const lines = stderr().filter((line) => line.includes('/auth/'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^\S+Z \/auth\/token\/fail status=200 action=INTERNAL_SERVER_ERROR result=EMU201 ticket=sha256:\w{16} reason=UNKNOWN\n$/,
      ),
    ]);
    expectNoSecretIn(lines);
  });

  it('logs nothing unless told to', async () => {
    await failCall(await urlOf('--token', BEARER_TOKEN));
    expect(stderr()).toEqual([expect.stringMatching(/^This is an emulator/)]);
  });

  it.each([
    [['--fail-with', '503'], 503],
    [['--fail-with', '429', '--delay', '1ms', '--fault-api', '/auth/token/fail'], 429],
  ])('refuses calls as %p says', async (faults, status) => {
    const url = await urlOf('--token', BEARER_TOKEN, ...faults);
    await expect(failCall(url)).rejects.toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status });
  });

  it.each([[['--fail-with', '503', '--fault-api', '/auth/token/issue']], [['--delay', '0.002s']]])(
    'does not refuse what %p does not name',
    async (faults) => {
      const url = await urlOf('--token', BEARER_TOKEN, ...faults);
      expect(await failCall(url)).toMatchObject({ resultCode: 'EMU201' });
    },
  );

  it('stalls calls when told to', async () => {
    const url = await urlOf('--token', BEARER_TOKEN, '--stall');
    await expect(failCall(url, 100)).rejects.toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
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
    [
      'a missing file of clients',
      ['--clients', '/no/such/file'],
      /^--clients "\/no\/such\/file": ENOENT/,
    ],
    [
      'a status that is no error',
      ['--fail-with', '200'],
      '--fail-with must be a status from 400 to',
    ],
    ['a status in words', ['--fail-with', 'down'], 'got "down"'],
    ['a delay without a unit', ['--delay', '200'], '--delay must be a time such as 200ms or 2s'],
    ['a delay of nothing', ['--delay', '0s'], 'got "0s"'],
    ['a delay that no timer can take', ['--delay', '2147484s'], 'got "2147484s"'],
    [
      'a stalled refusal',
      ['--stall', '--fail-with', '503'],
      '--stall excludes --fail-with and --del',
    ],
    [
      'a stall after a delay',
      ['--stall', '--delay', '2s'],
      '--stall excludes --fail-with and --del',
    ],
    [
      'a fault of no API',
      ['--stall', '--fault-api', '/token'],
      '--fault-api must be one of /auth/tok',
    ],
    [
      'an API without a fault',
      ['--fault-api', '/auth/token'],
      '--fault-api needs one of --fail-with',
    ],
  ])('refuses %s', async (_what, args, message) => {
    const print = jest.fn();
    await expect(runCommand(args, print)).rejects.toThrow(message);
    expect(print).not.toHaveBeenCalled();
  });
});
