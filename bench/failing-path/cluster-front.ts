import cluster from 'node:cluster';
import { join } from 'node:path';
import { answerAsks, askable, type Child } from '../support/asks.js';
import { usage } from '../support/usage.js';
import type { FrontOptions, FrontUsage } from './front.js';

/** What to start. */
export interface ClusterOptions extends FrontOptions {
  workers: number;
}

let workers: Child[] = [];

/** Asks each worker. */
function askAll<T>(name: string, argument?: unknown): Promise<T[]> {
  return Promise.all(workers.map((worker) => worker.ask<T>(name, argument)));
}

answerAsks({
  async start({ workers: count, ...options }: ClusterOptions) {
    cluster.setupPrimary({ exec: join(__dirname, 'front.js') });
    workers = Array.from({ length: count }, () => askable(cluster.fork().process, 'front.js'));
    const [url] = await askAll<string>('start', options);
    return url;
  },
  closeGate: () => askAll('closeGate'),
  waiting: async () => sum(await askAll<number>('waiting')),
  openGate: () => askAll('openGate'),
  takePeak: () => undefined,
  /** Of the workers and this process together. */
  async usage(): Promise<FrontUsage> {
    const own = usage();
    const all = await askAll<FrontUsage>('usage');
    return {
      cpu: own.cpu + sum(all.map(({ cpu }) => cpu)),
      resident: own.resident + sum(all.map(({ resident }) => resident)),
      requests: sum(all.map(({ requests }) => requests)),
      roundTrips: sum(all.map(({ roundTrips }) => roundTrips)),
      at: performance.now(),
    };
  },
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
