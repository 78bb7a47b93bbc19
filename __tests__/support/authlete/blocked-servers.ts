// Servers in threads of their own, for what cannot be brought about in one: a connection that is
// reset while this thread is blocked, so that Node does not notice before it writes to it, and a
// connection that the operating system does not set up, because the server accepts none.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Worker } from 'node:worker_threads';
import { cleanUp } from '../cleanup';

const RESETTING_SCRIPT = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const isReset = new Int32Array(workerData.isReset);
  let latest;
  const server = createServer((socket) => {
    latest = socket;
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(workerData.response));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', () => {
    latest.once('close', () => {
      Atomics.store(isReset, 0, 1);
      Atomics.notify(isReset, 0);
    });
    latest.resetAndDestroy();
  });
`;

const NOT_ACCEPTING_SCRIPT = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More connections than the system keeps for a server with a backlog of 1. */
const FILLING_CONNECTIONS = 8;

/**
 * Starts a server for the current test that sends this response to whatever arrives.
 *
 * @returns `reset` resets its latest connection, and blocks until it has
 */
export async function startResettingServer(response: Uint8Array) {
  const isReset = new SharedArrayBuffer(4);
  const { worker, url } = await startWorker(RESETTING_SCRIPT, { response, isReset });
  return {
    url,
    reset(): void {
      worker.postMessage('reset');
      Atomics.wait(new Int32Array(isReset), 0, 0);
    },
  };
}

/** Starts a server for the current test to which no connection can be set up; returns its URL. */
export async function startServerThatAcceptsNothing(): Promise<string> {
  const { url } = await startWorker(NOT_ACCEPTING_SCRIPT, {});
  const { port, hostname } = new URL(url);
  for (let count = 0; count < FILLING_CONNECTIONS; count++) {
    const socket = createConnection(Number(port), hostname);
    socket.on('error', () => undefined);
    cleanUp(() => socket.destroy());
  }
  return url;
}

async function startWorker(script: string, workerData: object) {
  const worker = new Worker(script, { eval: true, workerData });
  cleanUp(() => worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  return { worker, url: `http://127.0.0.1:${port}` };
}
