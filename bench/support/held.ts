import { setImmediate as turn } from 'node:timers/promises';

/** What a process holds once its garbage is collected. */
export interface Held {
  /** Bytes. */
  heap: number;
  /** Open TCP sockets, those that listen not counted. */
  sockets: number;
}

/** Collects garbage until there is none left: what one collection frees may free more. */
export async function held(): Promise<Held> {
  if (!global.gc) throw new Error('node runs without --expose-gc');
  for (let round = 0; round < 5; round++) {
    global.gc();
    await turn();
  }
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap');
  return { heap: process.memoryUsage().heapUsed, sockets: sockets.length };
}
