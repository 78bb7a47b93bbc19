import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { cleanUp } from '../cleanup';
import { temporaryFolder } from '../folder';

export const ROOT = join(__dirname, '../../..');

/** The pages that a user reads: those in the tarball. */
export const USER_PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `docs/${name}`),
];

export const PAGES = [...USER_PAGES, 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md'];

/** A code block of a page. */
export interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /**
   * What its first line says it is to be saved as, such as `// server.mjs`. Such a snippet is to be
   * pasted, so it is run.
   */
  readonly file: string | undefined;
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The code blocks of some languages, such as `js`, on a page. */
export function snippetsOf(page: string, ...languages: string[]): Snippet[] {
  const text = readPage(page);
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```/gm)]
    .map(({ 1: language = '', 2: code = '', index }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language,
      code,
      file: /^\/\/ ([\w.-]+\.\w+)\b/.exec(code)?.[1],
    }))
    .filter(({ language }) => languages.includes(language));
}

/** The snippet of this file name. */
export function findSnippet(page: string, file: string): Snippet {
  const found = snippetsOf(page, 'js', 'ts').find((snippet) => snippet.file === file);
  if (!found) throw new Error(`${page} has no snippet ${file}`);
  return found;
}

/** Packages that a snippet loads and this repository does not have. */
export function findMissingPackages({ code }: Snippet): string[] {
  const { resolve } = createRequire(join(ROOT, 'package.json'));
  const names = [...code.matchAll(/(?:from|require\() ?'([^'.][^']*)'/g)].map(([, name]) => name);
  return names
    .filter((name) => name !== undefined && !name.startsWith('express-authlete-token-fail'))
    .map(String)
    .filter((name) => {
      try {
        resolve(name);
        return false;
      } catch {
        return true;
      }
    });
}

/** Runs code as a process of its own, in a folder where the package's name resolves. */
export function run(
  code: string,
  env: Record<string, string> = {},
  name = 'snippet.mts',
): ChildProcessByStdio<null, Readable, Readable> {
  const file = join(temporaryFolder(join(ROOT, '.snippet-')), name);
  writeFileSync(file, code);
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  return child;
}
