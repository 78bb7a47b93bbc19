import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runSnippet } from '../support/docs/run';
import { findSnippet, ROOT, snippetsOf } from '../support/docs/snippets';
import { temporaryFolder } from '../support/folder';

describe('docs/testing.md', () => {
  it('has tests that pass with its settings for Jest and TypeScript', async () => {
    const folder = temporaryFolder(join(ROOT, '.snippet-'));
    const tests = snippetsOf('docs/testing.md', 'js', 'ts').filter(({ file }) =>
      file?.includes('.test.'),
    );
    for (const { file = '', code } of tests) writeFileSync(join(folder, file), code);
    const [tsconfig] = snippetsOf('docs/testing.md', 'json');
    const [settings] = snippetsOf('docs/testing.md', 'js').filter(({ code }) =>
      code.startsWith('module.exports = { transform'),
    );
    // The settings of the page, and where the package is.
    const { compilerOptions } = JSON.parse(tsconfig?.code ?? '') as { compilerOptions: object };
    const options = { tsconfig: { ...compilerOptions, rootDir: ROOT } };
    writeFileSync(
      join(folder, 'jest.config.js'),
      `${(settings?.code ?? '').replace("'ts-jest'", `['ts-jest', ${JSON.stringify(options)}]`)}
      module.exports.moduleNameMapper = {
        '^(\\\\.{1,2}/.*)\\\\.js$': '$1',
        '^express-authlete-token-fail$': '${ROOT}/lib/index.ts',
        '^express-authlete-token-fail/emulator$': '${ROOT}/lib/emulator/index.ts',
      };`,
    );
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const args = [jest, '--ci', '--maxWorkers=1'];
    const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    expect(stderr).toMatch(/Test Suites: 4 passed, 4 total\nTests: +8 passed, 8 total/);
  });

  it('has a test with msw that passes', async () => {
    const { stdout, exitCode } = await runSnippet(findSnippet('docs/testing.md', 'msw.mjs'));
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^# pass 1$/m)]);
  });
});

it('docs/logs-and-telemetry.md has a script (slow-calls.mts) that runs', async () => {
  const snippet = findSnippet('docs/logs-and-telemetry.md', 'slow-calls.mts');
  const event = { api: '/auth/token', duration: 1500 };
  const code = `${snippet.code}
    import { channel } from 'node:diagnostics_channel';
    channel('express-authlete-token-fail:call').publish(${JSON.stringify(event)});`;
  expect((await runSnippet({ ...snippet, code })).stderr).toBe('/auth/token 1500 undefined\n');
});

it('docs/migrating.md has a client of the SDK (sdk.mts) that runs', async () => {
  const snippet = findSnippet('docs/migrating.md', 'sdk.mts');
  const code = `${snippet.code}\nconsole.log(answerFailedGrants.length);`;
  expect(await runSnippet({ ...snippet, code })).toMatchObject({ stdout: '4\n', stderr: '' });
});
