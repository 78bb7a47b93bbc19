import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { temporaryFolder } from './support/folder';
import { startSnippetServer } from './support/snippet-server';
import { ROOT, run, snippetsOf } from './support/snippets';

const codeOf = (page: string, language: 'ts' | 'js', number: number): string =>
  snippetsOf(page, language)[number - 1]?.code ?? '';

describe('docs/getting-started.md', () => {
  it('gets a reader to a server that fails a grant', async () => {
    const code = codeOf('docs/getting-started.md', 'js', 1);
    const { emulator, grant, stop } = await startSnippetServer(code, 'server.mjs');
    expect((await grant('wrong')).status).toBe(400);
    expect((await grant('open-sesame')).status).toBe(200);
    expect(emulator.openTickets()).toBe(0);
    expect((await stop()).stdout).toMatch(/^token request failed \{\n/);
  });
});

describe('docs/testing.md', () => {
  it('has a test that passes in a project of its own', async () => {
    const folder = temporaryFolder(join(ROOT, '.snippet-'));
    writeFileSync(join(folder, 'token.test.ts'), codeOf('docs/testing.md', 'ts', 1));
    writeFileSync(
      join(folder, 'jest.config.js'),
      `module.exports = {
        transform: { '\\\\.ts$': ['ts-jest', { tsconfig: '${ROOT}/tsconfig.json' }] },
        moduleNameMapper: {
          '^(\\\\.{1,2}/.*)\\\\.js$': '$1',
          '^express-authlete-token-fail$': '${ROOT}/lib/index.ts',
          '^express-authlete-token-fail/emulator$': '${ROOT}/lib/emulator/index.ts',
        },
      };`,
    );
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const { stderr } = await promisify(execFile)(process.execPath, [jest, '--ci'], { cwd: folder });
    expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
  });

  it('has a way to use nock, which prints what its comment says', async () => {
    const child = run(codeOf('docs/testing.md', 'ts', 2));
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    expect([stdout, stderr]).toEqual(['BAD_REQUEST\n', '']);
  });
});
