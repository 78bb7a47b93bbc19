import { runCommand } from '../../lib/emulator/command';
import type { ListeningEmulator } from '../../lib/emulator/listen';
import { cleanUp } from '../support/cleanup';
import { passwordGrant, PUBLIC_CLIENT } from '../support/servers/emulator';
import { TOKEN_HEADERS, WRONG_PASSWORD_CONTENT } from '../support/examples/examples';
import { jsonFile } from '../support/json-file';
import { BEARER_TOKEN, PASSWORD } from '../support/secrets/secrets';
import { until } from '../support/until';

const FILE = {
  clients: [{ clientId: PUBLIC_CLIENT }],
  users: [
    { username: 'john', password: PASSWORD, subject: 'john-1' },
    { username: 'jane', password: 'open-sesame' },
  ],
};

let written: string[];

beforeEach(() => {
  written = [];
  const write = jest.spyOn(process.stderr, 'write');
  write.mockImplementation((text) => written.push(String(text)) > 0);
  cleanUp(() => write.mockRestore());
});

/** Runs the command with users. */
async function start(...args: string[]): Promise<{ listening: ListeningEmulator; output: string }> {
  let output = '';
  const listening = await runCommand(
    ['--clients', jsonFile(FILE), '--token', BEARER_TOKEN, '--log', ...args],
    (text) => (output += text),
  );
  if (!listening) throw new Error('It does not listen');
  cleanUp(() => listening.close());
  return { listening, output };
}

function requestToken(url: string, changes: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams(passwordGrant({ password: PASSWORD, ...changes }));
  return fetch(`${url}/token`, { method: 'POST', body });
}

/** The calls of APIs that were logged. */
const calls = (): string[] => written.filter((line) => line.includes(' /auth/token'));

describe('the token endpoint of the command', () => {
  it('is printed as a comment, so that the output may still be pasted', async () => {
    const { listening, output } = await start();
    expect(output.split('\n')).toEqual([
      `export AUTHLETE_BASE_URL=${listening.url}`,
      'export AUTHLETE_SERVICE_ID=1000000001',
      `export AUTHLETE_BEARER=${BEARER_TOKEN}`,
      `# token endpoint: ${listening.url}/token`,
      '',
    ]);
  });

  it.each([{}, { username: 'jane', password: 'open-sesame' }])(
    'issues a token for the right password: %j',
    async (credentials) => {
      const { listening } = await start();
      const answer = await requestToken(listening.url, credentials);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    },
  );

  it.each([{ password: 'wrong' }, { password: '' }, { username: 'nobody' }])(
    'fails wrong credentials: %j',
    async (credentials) => {
      const { listening } = await start();
      const answer = await requestToken(listening.url, credentials);
      expect(answer.status).toBe(400);
      expect(Object.fromEntries(answer.headers)).toMatchObject(TOKEN_HEADERS);
      if (credentials.password !== '') expect(await answer.text()).toBe(WRONG_PASSWORD_CONTENT);
    },
  );

  it('works with --api-version 2, whatever the environment says', async () => {
    process.env['AUTHLETE_API_VERSION'] = 'V3';
    cleanUp(() => Reflect.deleteProperty(process.env, 'AUTHLETE_API_VERSION'));
    const { listening } = await start('--api-version', '2');
    expect((await requestToken(listening.url)).status).toBe(200);
  });

  it('works for the first of several services', async () => {
    const { listening } = await start('--service', '42', '--service', '43');
    expect((await requestToken(listening.url)).status).toBe(200);
    expect(calls()).toEqual([
      expect.stringMatching(/service=42 status=200 action=PASSWORD/),
      expect.stringMatching(/service=42 status=200 action=OK/),
    ]);
  });

  it('stands beside the APIs', async () => {
    const { listening } = await start();
    const api = `${listening.url}/api/1000000001/auth/token`;
    const headers = { Authorization: `Bearer ${BEARER_TOKEN}` };
    const body = new URLSearchParams({ parameters: passwordGrant() });
    const answer = await fetch(api, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ action: 'PASSWORD' });
  });

  it('is not there without users', async () => {
    const listening = await runCommand([], () => undefined);
    cleanUp(() => listening?.close());
    expect((await requestToken(listening?.url ?? '')).status).toBe(404);
  });

  it('answers server_error in an outage, and says why on standard error', async () => {
    const { listening } = await start('--fail-with', '500', '--fault-api', '/auth/token/fail');
    const answer = await requestToken(listening.url, { password: 'wrong' });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: 'server_error' });
    expect(written.at(-1)).toBe(
      'authlete-emulator: token endpoint: Authlete answered /auth/token/fail with HTTP status 500\n',
    );
    expect(written.join('')).not.toMatch(/PLANTED/);
  });

  it('gives its notice once', async () => {
    await start();
    expect(written).toEqual([expect.stringMatching(/^This is an emulator/)]);
  });
});

describe('close, with a token endpoint', () => {
  it('lets a token request end that is under way, with all its API calls', async () => {
    const { listening } = await start('--delay', '200ms');
    const answer = requestToken(listening.url);
    await until(() => calls().length === 1);
    await listening.close({ grace: 3_600_000 });
    expect((await answer).status).toBe(200);
    expect(calls()).toHaveLength(2);
  });

  it('ends a token request whose API call is stalled', async () => {
    const { listening } = await start('--stall');
    const answer = requestToken(listening.url);
    await until(() => calls().length === 1);
    await listening.close({ grace: 3_600_000 });
    expect((await answer).status).toBe(500);
  });
});
