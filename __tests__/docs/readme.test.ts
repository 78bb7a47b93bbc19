import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { startSnippetServer } from './support/snippet-server';
import { run, snippetsOf } from './support/snippets';

const SNIPPETS = snippetsOf('README.md', 'ts').map(({ code }) => code);
const [server = '', , , emulation = ''] = SNIPPETS;

describe("the README's snippets", () => {
  it('(server) answers a wrong password with 400 and the right one with 200', async () => {
    const { emulator, grant, stop } = await startSnippetServer(server);
    const wrong = await grant('wrong');
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
    expect((await grant('open-sesame')).status).toBe(200);
    expect(emulator.openTickets()).toBe(0);
    const { stdout, stderr } = await stop();
    expect(stdout).toMatch(
      /^token request failed \{\n {2}reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',\n[^]*\}\n$/,
    );
    expect(stderr).toBe('');
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
