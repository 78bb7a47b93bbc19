import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

/** What a run was made with, and on. */
export interface Environment {
  date: string;
  /** This package's version and commit. */
  version: string;
  node: string;
  libraries: Record<string, string>;
  machine: string;
  /** Processes that wanted a core in the last minute: other work makes figures worse. */
  loadAverage: number;
}

const ROOT = join(__dirname, '..', '..');

const LIBRARIES = ['express', 'express4', 'axios', 'ajv', 'undici', '@authlete/typescript-sdk'];

export function environment(): Environment {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString(),
    version: `${versionIn(ROOT)} (${commit()})`,
    node: process.version,
    libraries: Object.fromEntries(
      [...LIBRARIES, 'autocannon'].map((name) => [
        name,
        versionIn(join(ROOT, 'node_modules', name)),
      ]),
    ),
    machine: `${os.cpus().length} × ${cpu?.model.trim()}, ${memory} GB, ${os.type()} ${os.release()}`,
    loadAverage: os.loadavg()[0] ?? NaN,
  };
}

/** In plain text. */
export function environmentText(of: Environment): string {
  const libraries = Object.entries(of.libraries).map(([name, version]) => `${name} ${version}`);
  return [
    `express-authlete-token-fail ${of.version}, Node ${of.node}, ${of.date}`,
    libraries.join(', '),
    `${of.machine}; load average ${of.loadAverage.toFixed(1)} at the start`,
    '',
  ].join('\n');
}

function versionIn(folder: string): string {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function commit(): string {
  try {
    const options = { cwd: ROOT, encoding: 'utf8' } as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim();
  } catch {
    return 'no commit';
  }
}
