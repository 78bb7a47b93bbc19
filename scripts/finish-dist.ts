/**
 * Finishes what tsc wrote to `dist`: deletes the files that no entry point leads to, and says what
 * the ES modules are.
 *
 *     tsx scripts/finish-dist.ts
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import manifest from '../package.json';

process.chdir(join(__dirname, '..'));

const { exports, bin } = manifest;
const entries = JSON.stringify({ exports, bin }).match(/dist\/[^"]+/g) ?? [];

const reached = new Set<string>();
for (const entry of entries) follow(join(entry));

for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  const file = join('dist', name);
  if (/\.[jt]s$/.test(file) && !reached.has(file)) rmSync(file);
}

// Node and bundlers ask the package.json that is nearest.
writeFileSync('dist/esm/package.json', JSON.stringify({ type: 'module', sideEffects: false }));

/** Adds a file, and those that it imports, to the ones that are reached. */
function follow(file: string): void {
  if (reached.has(file)) return;
  reached.add(file);
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  for (const { fileName } of importedFiles) {
    if (!fileName.startsWith('.')) continue;
    const imported = file.endsWith('.d.ts') ? fileName.replace(/\.js$/, '.d.ts') : fileName;
    follow(join(dirname(file), imported));
  }
}
