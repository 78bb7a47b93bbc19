import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../package.json';
import { PAGES, readPage, ROOT, USER_PAGES } from '../support/docs/snippets';

interface Link {
  /** The page that it leads to. */
  readonly target: string;
  readonly anchor: string | undefined;
}

/** `](path#anchor)`, or the same as a definition, `[name]: path#anchor`. */
const LINK = /(?:\]\(|^\[[\w-]+\]: )(?!\w+:)([^\s)#]*)(?:#([^\s)]*))?/gm;

/** The links of a page to files of the repository, and within the page. */
function listLinks(page: string): Link[] {
  return [...readPage(page).matchAll(LINK)].map(([, path = '', anchor]) => ({
    target: path === '' ? page : join(dirname(page), path),
    anchor,
  }));
}

/** The anchors that GitHub gives a page's headings. */
function listAnchors(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the links between pages', () => {
  it.each(PAGES)('of %s lead to a file and an anchor that exist', (page) => {
    const broken = listLinks(page).filter(
      ({ target, anchor }) =>
        !existsSync(join(ROOT, target)) ||
        (anchor !== undefined && !listAnchors(target).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it('lead from pages in the tarball to files in the tarball', () => {
    const options = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const [packed] = JSON.parse(
      execFileSync('npm', options, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }),
    ) as [{ files: { path: string }[] }];
    const files = packed.files.map(({ path }) => path);
    const broken = USER_PAGES.flatMap((page) =>
      listLinks(page)
        .filter(({ target }) => !files.includes(target))
        .map(({ target }) => `${page} -> ${target}`),
    );
    expect(broken).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(USER_PAGES));
  });

  it('are in the index for each page of docs', () => {
    const pages = USER_PAGES.filter((page) => page.startsWith('docs/') && !page.includes('README'));
    expect(listLinks('docs/README.md').map(({ target }) => target)).toEqual(
      expect.arrayContaining(pages),
    );
  });
});

describe('the npm scripts that a page names', () => {
  it.each(['README.md', 'CONTRIBUTING.md', 'bench/README.md'])('in %s exist', (page) => {
    const named = [...readPage(page).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(named));
  });
});
