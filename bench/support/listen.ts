import type { Server } from 'node:http';

/** Connections that may wait to be accepted: more than any load opens at a time. */
const BACKLOG = 4096;

/** Milliseconds. Longer than a client's, so that no request runs into a socket that closes. */
const KEEP_ALIVE = 120_000;

/** Starts a server on loopback; gives its URL, without a slash at the end. */
export async function listen(server: Server): Promise<string> {
  server.keepAliveTimeout = KEEP_ALIVE;
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, resolve);
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
