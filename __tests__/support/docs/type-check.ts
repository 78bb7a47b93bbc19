import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { temporaryFolder } from '../folder';
import { ROOT, type Snippet } from './snippets';

/** What TypeScript has against each snippet. */
export function checkTypes(snippets: readonly Snippet[]): string[][] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const files = writeSnippets(snippets);
  const program = ts.createProgram(files, {
    ...options,
    // A reader's project need not ask for these.
    noPropertyAccessFromIndexSignature: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  });
  const all = ts.getPreEmitDiagnostics(program);
  const elsewhere = all.find(({ file }) => !file || !files.includes(file.fileName));
  if (elsewhere) throw new Error(ts.flattenDiagnosticMessageText(elsewhere.messageText, '\n'));
  return files.map((name) =>
    all
      .filter(({ file }) => file?.fileName === name)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

/** Writes each snippet into a folder of its own, where the package's name resolves. */
function writeSnippets(snippets: readonly Snippet[]): string[] {
  const folder = temporaryFolder(join(ROOT, '.snippet-'));
  return snippets.map(({ code, language, file = `snippet.m${language}` }, index) => {
    mkdirSync(join(folder, String(index)));
    const path = join(folder, String(index), file);
    writeFileSync(path, code);
    return path;
  });
}
