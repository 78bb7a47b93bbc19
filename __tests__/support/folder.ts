import { mkdtempSync, rmSync } from 'node:fs';
import { cleanUp } from './cleanup.js';

/** Makes a folder for the current test, whose path begins so; gives its path. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(prefix);
  cleanUp(() => rmSync(folder, { recursive: true }));
  return folder;
}
