import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { cleanUp } from '../cleanup';
import { temporaryFolder } from '../folder';
import { closedPort } from './listen';

/** A Redis server on loopback that keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  /** Kills it as a crash does: with SIGKILL. What it counted is lost. */
  kill(): Promise<void>;
  /** Stops it from answering; its connections stay open. */
  hang(): void;
  /** Lets it answer again. */
  resume(): void;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** All that it has counted, by key. */
  counts(): Promise<Record<string, number>>;
}

const REDIS_SERVER = findRedisServer();

/** `describe` where there is a Redis server to start; elsewhere it says so and skips. */
export const describeWithRedis = REDIS_SERVER === undefined ? skipped() : describe;

/** Starts a Redis server for the current test. */
export async function startRedis(): Promise<RedisServer> {
  const folder = temporaryFolder(join(tmpdir(), 'redis-'));
  const port = Number(new URL(await closedPort()).port);
  let server = await run(port, folder);
  const kill = () => stop(server);
  cleanUp(kill);
  return {
    port,
    kill,
    hang: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    async restart() {
      await kill();
      server = await run(port, folder);
    },
    counts: () => readCounts(port),
  };
}

async function readCounts(port: number): Promise<Record<string, number>> {
  const client = new Redis({ host: '127.0.0.1', port });
  try {
    const keys = await client.keys('*');
    const counts = keys.map(async (key) => [key, Number(await client.get(key))] as const);
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    client.disconnect();
  }
}

/** The program that the environment variable REDIS_SERVER names, or the one on the PATH. */
function findRedisServer(): string | undefined {
  const { REDIS_SERVER: named, PATH = '' } = process.env;
  if (named) return named;
  return PATH.split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function skipped(): typeof describe.skip {
  process.stderr.write('skipped: no redis-server on this machine\n');
  return describe.skip;
}

/** Runs Redis until it takes connections. */
async function run(port: number, folder: string): Promise<ChildProcess> {
  if (REDIS_SERVER === undefined) throw new Error('There is no redis-server');
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder };
  const server = spawn(
    REDIS_SERVER,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let log = '';
  const ready = new Promise<boolean>((resolve) => {
    server.stdout.on('data', (chunk) => {
      log += String(chunk);
      if (log.includes('Ready to accept connections')) resolve(true);
    });
    server.once('exit', () => resolve(false));
    server.once('error', (error) => {
      log += String(error);
      resolve(false);
    });
  });
  if (!(await ready)) throw new Error(`${REDIS_SERVER} did not start: ${log}`);
  return server;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  // It ends a process that hangs, too.
  server.kill('SIGKILL');
  await exited;
}
