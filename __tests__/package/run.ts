/**
 * Packs the package, checks the tarball, installs it into the small projects beside this file, and
 * runs these on one or more versions of Node; with `--suite`, runs the other tests on these too.
 *
 *     tsx __tests__/package/run.ts [--nodes 20,22,24,26] [--suite]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './command.js';
import { nodeBinary, RUNNING_NODE } from './nodes.js';
import { check, EXPRESS_VERSIONS, install, PROJECT_NAMES } from './projects.js';

const ROOT = join(__dirname, '../..');

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: RUNNING_NODE },
    suite: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'package-'));

/** Says whether a piece of work succeeds. */
async function attempt(what: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    console.log(`ok: ${what}`);
    return true;
  } catch (error) {
    console.log(`FAILED: ${what}\n${(error as Error).message}`);
    process.exitCode = 1;
    return false;
  }
}

/** Builds the package and packs it; gives the tarball's path. */
async function pack(): Promise<string> {
  await run('npm', ['run', 'build'], ROOT);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  return join(folder, readdirSync(folder).join());
}

async function runProjects(tarball: string, nodes: Map<string, string>): Promise<void> {
  const withExpress = async (express: number) => {
    for (const name of PROJECT_NAMES) {
      const project = join(folder, `${name}-${express}`);
      const what = `${name} with Express ${express}`;
      const installed = await attempt(`install ${what}`, () =>
        install(name, express, tarball, project),
      );
      if (!installed) continue;
      for (const [node, binary] of nodes) {
        await attempt(`run ${what} on Node ${node}`, () => check(express, project, binary));
      }
    }
  };
  await Promise.all(EXPRESS_VERSIONS.map(withExpress));
}

/** Runs the other tests. What they start finds the same Node by its name. */
function runSuite(node: string, binary: string): void {
  console.log(`\nThe suite on Node ${node}:`);
  const PATH = [dirname(binary), process.env['PATH']].join(delimiter);
  const { status } = spawnSync(binary, ['node_modules/jest/bin/jest.js'], {
    cwd: ROOT,
    env: { ...process.env, PATH },
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const tarball = await pack();
  await attempt('publint', () => run('npx', ['publint', '--strict', tarball], ROOT));
  await attempt('attw', () => run('npx', ['attw', tarball], ROOT));

  const nodes = new Map<string, string>();
  for (const node of values.nodes.split(',')) {
    nodes.set(node, await nodeBinary(node, join(folder, `node-${node}`)));
  }
  await runProjects(tarball, nodes);
  if (values.suite) for (const [node, binary] of nodes) runSuite(node, binary);
}

main()
  .catch((error: unknown) => {
    console.error((error as Error).message);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true }));
