import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';

/**
 * Runs `work` with a Redis server of its own on loopback, which keeps nothing on disk.
 *
 * @throws Error if there is no redis-server to start
 */
export async function withRedis<T>(work: (port: number) => Promise<T>): Promise<T> {
  const port = await findPort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  await once(server, 'spawn');
  try {
    const client = new Redis(port, '127.0.0.1');
    // Until it accepts connections.
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
    return await work(port);
  } finally {
    server.kill();
  }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
