import { createAuthleteClient } from 'express-authlete-token-fail';
import { version } from '../../package.json';
import { runCommand } from '../../lib/emulator/command';
import { cleanUp } from '../support/cleanup';
import { passwordGrant } from '../support/servers/emulator';
import { BEARER_TOKEN, CLIENT_SECRET, expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { jsonFile } from '../support/json-file';
import { closedPort } from '../support/servers/listen';
import { clientAt } from '../support/servers/token-server';

/** Runs the command until the test ends; returns what it printed. */
async function startAndGetOutput(...args: string[]): Promise<string> {
  let output = '';
  const listening = await runCommand(args, (text) => (output += text));
  cleanUp(() => listening?.close());
  return output;
}

/** Runs the command until the test ends; returns its base URL. */
async function startAndGetUrl(...args: string[]): Promise<string> {
  return /AUTHLETE_BASE_URL=(\S+)/.exec(await startAndGetOutput(...args))?.[1] ?? '';
}

/** Makes a fail call of the command's default service. */
function failCall(url: string, timeout?: number) {
  return clientAt(url, { timeout, serviceId: '1000000001' }).tokenFail({
    ticket: TICKET,
    reason: 'UNKNOWN',
  });
}

let write: jest.SpyInstance;

/** The lines that were written to standard error. */
const getStderr = (): string[] => write.mock.calls.map(([text]) => String(text));

beforeEach(() => {
  write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  cleanUp(() => write.mockRestore());
});

describe('authlete-emulator', () => {
  it('prints environment variables that are ready to paste', async () => {
    expect(await startAndGetOutput()).toMatch(
      /^export AUTHLETE_BASE_URL=http:\/\/127\.0\.0\.1:\d+\nexport AUTHLETE_SERVICE_ID=1000000001\nexport AUTHLETE_BEARER=[\w-]+\n$/,
    );
  });

  it('uses port, service, token and clients', async () => {
    const port = new URL(await closedPort()).port;
    const clients = jsonFile([
      { clientId: '7', clientIdAlias: 'seven', clientSecret: CLIENT_SECRET },
    ]);
    const output = await startAndGetOutput(
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

  it('has a fixed token, which it says is not secret', async () => {
    const [one, other] = [await startAndGetOutput(), await startAndGetOutput()];
    const [, token] = /AUTHLETE_BEARER=(\S+)/.exec(one) ?? [];
    expect(token).toMatch(/not-secret$/);
    expect(other).toContain(`AUTHLETE_BEARER=${token}\n`);
    const notice =
      'authlete-emulator: the access token is the same for everybody: it is not secret (see --token)\n';
    expect(getStderr().filter((line) => line === notice)).toHaveLength(2);
    await startAndGetOutput('--token', BEARER_TOKEN);
    expect(getStderr().filter((line) => line === notice)).toHaveLength(2);
  });

  it('has a random token in production', async () => {
    const { NODE_ENV } = process.env;
    cleanUp(() => (process.env['NODE_ENV'] = NODE_ENV));
    process.env['NODE_ENV'] = 'production';
    const output = await startAndGetOutput('--allow-in-production');
    expect(output).toMatch(/AUTHLETE_BEARER=[\w-]{43}\n/);
    const output2 = await startAndGetOutput('--allow-in-production', '--api-version', '2');
    expect(output2).toMatch(/AUTHLETE_SERVICE_APISECRET=[\w-]{43}\n/);
    expect(getStderr().join('')).not.toMatch(/not secret/);
  });

  it('prints the variables of Authlete 2.3 with --api-version 2', async () => {
    const output = await startAndGetOutput('--api-version', '2');
    const [, url = ''] = /AUTHLETE_BASE_URL=(\S+)/.exec(output) ?? [];
    expect(output.split('\n')).toEqual([
      'export AUTHLETE_API_VERSION=V2',
      `export AUTHLETE_BASE_URL=${url}`,
      'export AUTHLETE_SERVICE_APIKEY=2000000001',
      'export AUTHLETE_SERVICE_APISECRET=authlete-emulator-api-secret-not-secret',
      '',
    ]);
    expect(getStderr().at(-1)).toMatch(/the API secret is the same for everybody/);
    const variables = [...output.matchAll(/export (\w+)=(\S+)/g)];
    for (const [, name = '', value] of variables) process.env[name] = value;
    cleanUp(() => variables.forEach(([, name = '']) => Reflect.deleteProperty(process.env, name)));
    const client = createAuthleteClient();
    cleanUp(() => client.close());
    expect(await client.token({ parameters: passwordGrant() })).toMatchObject({
      action: 'PASSWORD',
    });
  });

  it('uses the API key and secret that it is given', async () => {
    const args = ['--api-version', '2', '--api-key', '7', '--api-secret', CLIENT_SECRET];
    const output = await startAndGetOutput(...args);
    expect(output).toMatch(/APIKEY=7\n/);
    expect(output).toContain(`APISECRET=${CLIENT_SECRET}\n`);
    expect(getStderr().join('')).not.toMatch(/not secret/);
  });

  it('has several services with the same clients', async () => {
    const clients = jsonFile([{ clientId: '7' }]);
    const args = ['--service', '42', '--service', '43', '--service', '44', '--clients', clients];
    const output = await startAndGetOutput('--token', BEARER_TOKEN, ...args);
    expect(output.split('\n').slice(1)).toEqual([
      'export AUTHLETE_SERVICE_ID=42',
      `export AUTHLETE_BEARER=${BEARER_TOKEN}`,
      '# another service: 43',
      '# another service: 44',
      '',
    ]);
    const [, url = ''] = /AUTHLETE_BASE_URL=(\S+)/.exec(output) ?? [];
    for (const serviceId of ['42', '43', '44']) {
      const reply = await clientAt(url, { serviceId }).token({
        parameters: passwordGrant({ client_id: '7' }),
      });
      expect(reply).toMatchObject({ action: 'PASSWORD', clientId: 7 });
    }
  });

  it.each(['--help', '-h'])('shows its usage with %s and does not listen', async (flag) => {
    const print = jest.fn();
    expect(await runCommand([flag], print)).toBeUndefined();
    expect(print.mock.calls).toEqual([
      [expect.stringMatching(/^Usage: authlete-emulator [^]*not for production/)],
    ]);
  });

  it.each(['--version', '-v'])('shows the version of the package with %s', async (flag) => {
    const print = jest.fn();
    expect(await runCommand([flag], print)).toBeUndefined();
    expect(print.mock.calls).toEqual([[`${version}\n`]]);
  });

  it('logs each call in a line on standard error', async () => {
    await failCall(await startAndGetUrl('--log', '--token', BEARER_TOKEN));
    const lines = getStderr().filter((line) => line.includes('/auth/'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^\S+Z \/auth\/token\/fail service=1000000001 status=200 action=INTERNAL_SERVER_ERROR result=EMU201 ticket=sha256:\w{16} reason=UNKNOWN\n$/,
      ),
    ]);
    expectNoSecretIn(lines);
  });

  it('logs nothing without --log', async () => {
    await failCall(await startAndGetUrl('--token', BEARER_TOKEN));
    expect(getStderr()).toEqual([expect.stringMatching(/^This is an emulator/)]);
  });

  it.each([
    [['--fail-with', '503'], 'ERR_ATF_HTTP_STATUS', 503],
    [
      ['--fail-with', '429', '--delay', '1ms', '--fault-api', '/auth/token/fail'],
      'ERR_ATF_THROTTLED',
      429,
    ],
  ])('refuses calls as %p says', async (faults, code, status) => {
    const url = await startAndGetUrl('--token', BEARER_TOKEN, ...faults);
    await expect(failCall(url)).rejects.toMatchObject({ code, status });
  });

  it.each([[['--fail-with', '503', '--fault-api', '/auth/token/issue']], [['--delay', '0.002s']]])(
    'does not refuse what %p does not name',
    async (faults) => {
      const url = await startAndGetUrl('--token', BEARER_TOKEN, ...faults);
      expect(await failCall(url)).toMatchObject({ resultCode: 'EMU201' });
    },
  );

  it('stalls calls with --stall', async () => {
    const url = await startAndGetUrl('--token', BEARER_TOKEN, '--stall');
    await expect(failCall(url, 100)).rejects.toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
  });

  it.each([
    [
      'an API version that there is not',
      ['--api-version', '4'],
      '--api-version must be 2 or 3, got "4"',
    ],
    ['an API key without API version 2', ['--api-key', '7'], 'apiKey needs apiVersion 2'],
    ['an API secret without API version 2', ['--api-secret', 'x'], 'apiSecret needs apiVersion 2'],
    [
      'a service with API version 2',
      ['--api-version', '2', '--service', '7'],
      'serviceId and services cannot be used with apiVersion 2',
    ],
    [
      'a service twice',
      ['--service', '7', '--service', '7'],
      'services[1].serviceId is that of another one',
    ],
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
