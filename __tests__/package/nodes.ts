import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall } from './command.js';

const { platform, arch, execPath, versions } = process;

/**
 * The npm package with Node's binary for this machine. The package `node` brings the same one, but
 * by an install script, and npm may be set up to run none.
 */
const NODE_PACKAGE = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`;

/** The running Node's major version. */
export const RUNNING_NODE = versions.node.replace(/\..*/, '');

/** The binary of a major version of Node: the running one, or else one that is installed. */
export async function nodeBinary(major: string, folder: string): Promise<string> {
  if (major === RUNNING_NODE) return execPath;
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npmInstall([`${NODE_PACKAGE}@${major}`], folder);
  return join(folder, 'node_modules', NODE_PACKAGE, 'bin/node');
}
