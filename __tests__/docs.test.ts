import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENDPOINT_SETTING_NAMES } from '../lib/endpoint-options';
import { HOOK_NAMES } from '../lib/fail-options';
import { CLIENT_OPTION_NAMES } from '../lib/options';

const ROOT = join(__dirname, '..');
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

/** Each match of a pattern, once. */
function allOf(pattern: RegExp, text: string): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([match, group]) => group ?? match))].sort();
}

describe('docs/errors.md', () => {
  it('has one entry for each error code in lib', () => {
    const sources = readdirSync(join(ROOT, 'lib'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read('lib', name))
      .join('\n');
    const entries = [...read('docs', 'errors.md').matchAll(/^### (ERR_ATF_\w+)$/gm)];
    expect(entries.map(([, code]) => code).sort()).toEqual(allOf(/'(ERR_ATF_\w+)'/g, sources));
  });
});

describe("the README's option tables", () => {
  it('have every option', () => {
    const rows = allOf(/^\| `(\w+)/gm, read('README.md'));
    const options = [...CLIENT_OPTION_NAMES, 'client', ...HOOK_NAMES, ...ENDPOINT_SETTING_NAMES];
    expect(rows).toEqual(expect.arrayContaining(options));
  });
});
