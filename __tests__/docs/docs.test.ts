import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ENDPOINT_SETTING_NAMES, resolveEndpointOptions } from '../lib/endpoint-options';
import { HOOK_NAMES } from '../lib/fail-options';
import { CLIENT_OPTION_NAMES, resolveClientOptions } from '../lib/options';
import { complaintsAbout, ROOT, snippetsOf } from './support/snippets';

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

  it('says of each what it means, what the cause is likely to be, and what to do', () => {
    const [, ...entries] = read('docs', 'errors.md').split(/^### /m);
    for (const entry of entries) {
      expect(entry).toMatch(
        /^ERR_ATF_\w+\n\n[A-Z`][^]+\n\n- \*\*Likely cause:\*\* .+\n- \*\*What to do:\*\* .+\n/,
      );
    }
    expect(entries.length).toBeGreaterThan(10);
  });
});

describe("the README's option tables", () => {
  it('have every option', () => {
    const rows = allOf(/^\| `(\w+)/gm, read('README.md'));
    const options = [...CLIENT_OPTION_NAMES, 'client', ...HOOK_NAMES, ...ENDPOINT_SETTING_NAMES];
    expect(rows).toEqual(expect.arrayContaining(options));
  });

  it('have the defaults that there are', () => {
    const given = { serviceId: '1', accessToken: 'token' };
    const client = resolveClientOptions(given, {});
    const endpoint = resolveEndpointOptions({ ...given, authenticate: () => null });
    const { timeout, maxConcurrent, maxQueued } = client;
    const { authenticateTimeout, bodyLimit, realm } = endpoint;
    const defaults = { timeout, maxConcurrent, maxQueued, authenticateTimeout, bodyLimit, realm };
    const shown = Object.keys(defaults).map((name) => {
      const row = new RegExp(`^\\| \`${name}\` +\\| ([^|]+?) +\\|`, 'm').exec(read('README.md'));
      return [name, row?.[1]?.replaceAll('`', '')];
    });
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)])),
    );
  });
});

const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'bench/README.md'].concat(
  readdirSync(join(ROOT, 'docs'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `docs/${name}`),
);

describe('the snippets in TypeScript', () => {
  const snippets = PAGES.flatMap((page) => snippetsOf(page, 'ts'));

  it('have the types that they say', () => {
    const complaints = complaintsAbout(snippets.map(({ code }) => code));
    const found = snippets.map(({ page, number }, index) => ({
      page,
      number,
      complaints: complaints[index],
    }));
    expect(found.filter(({ complaints }) => complaints?.length !== 0)).toEqual([]);
    expect(snippets.length).toBeGreaterThan(15);
  });

  it('would not pass with a mistake', () => {
    const [{ code } = { code: '' }] = snippets;
    const [complaints] = complaintsAbout([code.replace('tokenFail({', 'tokenFail({ onfail: 1,')]);
    expect(complaints).not.toEqual([]);
  });
});

describe('the links between pages', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = '', anchor]) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

/** The anchors that GitHub gives a page's headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
