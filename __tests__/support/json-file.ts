import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from './folder.js';

/** Writes a file for the current test; gives its path. */
export function fileOf(content: string): string {
  const folder = temporaryFolder(join(tmpdir(), 'clients-'));
  const file = join(folder, 'clients.json');
  writeFileSync(file, content);
  return file;
}

/** Writes a JSON file for the current test; gives its path. */
export function jsonFile(content: unknown): string {
  return fileOf(JSON.stringify(content));
}
