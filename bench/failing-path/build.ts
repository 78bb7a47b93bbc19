import { exec } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..', '..');

/** What of the package is measured, and what of the bench runs on plain Node. */
const COMMANDS = ['npm run build:cjs', 'npx tsc -p bench/tsconfig.build.json'];

/** Builds it all. */
export async function build(): Promise<void> {
  await Promise.all(COMMANDS.map(run));
}

/** @throws Error with the compiler's words */
async function run(command: string): Promise<void> {
  try {
    await promisify(exec)(command, { cwd: ROOT });
  } catch (error) {
    throw new Error(`${command} fails:\n${(error as { stdout: string }).stdout}`, { cause: error });
  }
}
