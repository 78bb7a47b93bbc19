import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall, run } from './command.js';

const PROJECTS = join(__dirname, 'projects');
const SHARED = join(__dirname, 'shared');

/** Every project by its name. */
export const PROJECT_NAMES = readdirSync(PROJECTS);

/** Major versions of Express. */
export const EXPRESS_VERSIONS = [4, 5];

/** Makes a copy of a project, installs a tarball and Express into it, and builds it if need be. */
export async function install(
  name: string,
  express: number,
  tarball: string,
  folder: string,
): Promise<void> {
  const packages = [tarball, `express@${express}`];
  cpSync(join(SHARED, 'check.mjs'), join(folder, 'check.mjs'));
  // A project may have a check of its own.
  cpSync(join(PROJECTS, name), folder, { recursive: true });
  if (existsSync(join(folder, 'tsconfig.json'))) {
    cpSync(join(SHARED, 'server.ts'), join(folder, 'server.ts'));
    packages.push(`@types/express@${express}`);
  }
  await npmInstall(packages, folder);
  await run('npm', ['run', 'build', '--if-present'], folder);
}

/** Runs an installed project on a Node. */
export async function check(express: number, folder: string, node: string): Promise<void> {
  // Express 4 makes code from strings of its own.
  const hardened = express === 4 ? [] : ['--disallow-code-generation-from-strings'];
  await run(node, [...hardened, 'check.mjs'], folder);
}
