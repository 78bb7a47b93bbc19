import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** Compiles lib into a folder of its own; returns the path of its main file. */
export function buildPackage(): string {
  // Inside the project, so that it finds its dependencies.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.package-under-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const output = ['--outDir', folder, '--declaration', 'false'];
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'lib'), ...output]);
  return join(folder, 'index.js');
}
