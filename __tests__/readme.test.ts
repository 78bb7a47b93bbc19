import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { cleanUp } from './support/cleanup';
import { emulatorOf, passwordGrant, SERVICE_ID } from './support/emulator';
import { BEARER_TOKEN } from './support/secrets';
import { closedPort } from './support/servers';
import { run, snippetsOf } from './support/snippets';

const SNIPPETS = snippetsOf('README.md', 'ts').map(({ code }) => code);
const [server = '', , , emulation = ''] = SNIPPETS;

describe("the README's snippets", () => {
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
    expect(await text(child.stdout)).toMatch(
      /^token request failed \{\n {2}reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',\n[^]*\}\n$/,
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
