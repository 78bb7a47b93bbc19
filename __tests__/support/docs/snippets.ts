import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import ts from 'typescript';
import { cleanUp } from './cleanup';
import { temporaryFolder } from './folder';

export const ROOT = join(__dirname, '../..');

/** A code block of a page. */
export interface Snippet {
  readonly page: string;
  /** Counted from 1, among those of its language. */
  readonly number: number;
  readonly code: string;
}

/** The code blocks of a language on a page, such as `README.md` or `docs/errors.md`. */
export function snippetsOf(
  page: string,
  language: 'ts' | 'js' | 'json' | 'sh' | 'http',
): Snippet[] {
  const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm');
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(block)].map(([, code = ''], index) => ({
    page,
    number: index + 1,
    code,
  }));
}

/** Writes a snippet into a folder where the package's name resolves. */
function fileOf(code: string, name: string): string {
  const folder = temporaryFolder(join(ROOT, '.snippet-'));
  const file = join(folder, name);
  writeFileSync(file, code);
  return file;
}

/** What TypeScript has against each snippet. */
export function complaintsAbout(snippets: readonly string[]): string[][] {
  const readFile = (name: string) => ts.sys.readFile(name);
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // A reader's project need not ask for these.
  options.noPropertyAccessFromIndexSignature = false;
  options.noUnusedLocals = false;
  options.noUnusedParameters = false;
  const files = snippets.map((code) => fileOf(code, 'snippet.mts'));
  const declarations = [join(ROOT, 'lib/undici-pool.d.ts')];
  const program = ts.createProgram([...files, ...declarations], options);
  const all = ts.getPreEmitDiagnostics(program);
  const messagesIn = (file: string | undefined) =>
    all
      .filter((diagnostic) => diagnostic.file?.fileName === file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  const elsewhere = all.filter(({ file }) => !file || !files.includes(file.fileName));
  if (elsewhere[0]) throw new Error(JSON.stringify(elsewhere[0].messageText));
  return files.map(messagesIn);
}

/** Runs a snippet as a process of its own. */
export function run(
  code: string,
  env: Record<string, string> = {},
  name = 'snippet.mts',
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileOf(code, name)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(() => {
    if (child.exitCode === null) child.kill();
  });
  return child;
}
