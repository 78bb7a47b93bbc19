import ts from 'typescript';
import { PAGES, type Snippet, snippetsOf } from '../support/docs/snippets';
import { checkTypes } from '../support/docs/type-check';

const listAll = (...languages: string[]) => PAGES.flatMap((page) => snippetsOf(page, ...languages));

/** What is wrong with which snippet. */
function listComplaints(snippets: readonly Snippet[], complaints: readonly string[][]) {
  return snippets
    .map(({ page, line }, index) => ({ where: `${page}:${line}`, what: complaints[index] }))
    .filter(({ what }) => what?.length !== 0);
}

describe('the snippets', () => {
  it('in TypeScript have the right types', () => {
    const snippets = listAll('ts');
    const misspelt = snippets.map((snippet) => ({
      ...snippet,
      code: snippet.code.replace('tokenFail({ client', 'tokenFail({ cleint'),
    }));
    const complaints = checkTypes([...snippets, ...misspelt]);
    expect(listComplaints(snippets, complaints.slice(0, snippets.length))).toEqual([]);
    expect(complaints.flat().join()).toMatch(/cleint/);
  });

  it('in JavaScript are well-formed', () => {
    const snippets = listAll('js');
    const complaints = snippets.map(({ code }) => {
      const { diagnostics = [] } = ts.transpileModule(code, { reportDiagnostics: true });
      return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ''));
    });
    expect(listComplaints(snippets, complaints)).toEqual([]);
  });

  it('have names that differ within a page', () => {
    for (const page of PAGES) {
      const files = snippetsOf(page, 'js', 'ts').flatMap(({ file }) => file ?? []);
      expect(new Set(files).size).toBe(files.length);
    }
  });
});
