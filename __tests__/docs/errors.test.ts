import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, ROOT } from '../support/docs/snippets';

const [, ...ENTRIES] = readPage('docs/errors.md').split(/^### /m);

/** The codes in the sources, each once. */
function listCodes(): string[] {
  const sources = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readPage(join('lib', name)))
    .join('\n');
  return [...new Set(sources.match(/\bERR_ATF_\w+/g))].sort();
}

describe('docs/errors.md', () => {
  it('has an entry for each code in lib, and no other', () => {
    const entries = ENTRIES.map((entry) => entry.split('\n', 1)[0]);
    expect(entries.sort()).toEqual(listCodes());
  });

  it('says of each what it means, what the cause is likely to be, and what to do', () => {
    const whole =
      /^ERR_ATF_\w+\n\n[A-Z`][^]+\n\n- \*\*Likely cause:\*\* .+\n- \*\*What to do:\*\* .+\n/;
    expect(ENTRIES.filter((entry) => !whole.test(entry))).toEqual([]);
  });
});
