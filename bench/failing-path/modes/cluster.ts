import os from 'node:os';
import { comparison } from '../comparison.js';
import { type Cell, inTurns, type Measurement, warmUp } from '../measure.js';
import { type Bench, type Front, startFront, withBench } from '../processes.js';
import { withRedis } from '../redis.js';
import type { Mode, Settings } from '../settings.js';
import type { VariantInfo } from '../variants/table.js';

/** What keeps a server from answering more. */
interface Bound extends Cell {
  bound: string;
  maxConcurrent?: number;
}

type ClusterMeasurement = Measurement & { bound: string; workers: number; round: number };

type ClusterSettings = Pick<Settings, 'rounds' | 'seconds' | 'warmUp'>;

/** The second takes little CPU, so it shows on a machine of few cores too. */
const BOUNDS: readonly Bound[] = [
  { bound: 'CPU', delay: 0, connections: 100 },
  { bound: 'maxConcurrent 32, upstream 100 ms', delay: 100, connections: 200, maxConcurrent: 32 },
];

const WORKERS = [1, 2, 4];

/** Counted, and never one too many. */
const POINTS = { user: 1e9, address: 1e9 };

/** Compares one process with several that share a port, and count attempts in one Redis. */
export const cluster: Mode<ClusterSettings> = {
  about: 'two and four processes under node:cluster against one, with counts in Redis',
  defaults: { rounds: 10, seconds: 1, warmUp: 4000 },
  quick: { rounds: 3, warmUp: 2000 },
  async run(settings) {
    const data = await withRedis((redisPort) =>
      withBench(async (bench) => {
        const variant: VariantInfo = {
          title: 'tokenEndpoint, counts in Redis',
          ...{ file: 'endpoint-ours', grant: 'wrong-password' },
          settings: { counts: { store: 'redis', redisPort, points: POINTS } },
        };
        const all: ClusterMeasurement[] = [];
        for (const bound of BOUNDS) all.push(...(await compare(bench, variant, bound, settings)));
        return all;
      }),
    );
    const note =
      `This machine has ${os.cpus().length} cores, which upstream, load and Redis need as well: ` +
      'processes beyond those that are left show contention, not growth.\n';
    return { data, report: [note, ...BOUNDS.map(({ bound }) => reportOf(data, bound))].join('\n') };
  },
};

async function compare(
  bench: Bench,
  variant: VariantInfo,
  { bound, maxConcurrent, ...cell }: Bound,
  { rounds, seconds, warmUp: answers }: ClusterSettings,
): Promise<ClusterMeasurement[]> {
  const settings = maxConcurrent === undefined ? {} : { maxConcurrent };
  const fronts: { workers: number; front: Front }[] = [];
  for (const workers of WORKERS) {
    const front = await startFront(bench, variant, { settings, workers });
    await warmUp(bench, front, answers * workers);
    fronts.push({ workers, front });
  }
  const data: ClusterMeasurement[] = [];
  process.stderr.write(`Bound by ${bound} ...\n`);
  const all = fronts.map(({ front }) => front);
  await inTurns(bench, all, cell, async (measureTurn) => {
    for (let round = 0; round < rounds; round++) {
      for (const { workers, front } of fronts) {
        data.push({ bound, workers, round, ...(await measureTurn(front, seconds)) });
      }
    }
  });
  for (const { front } of fronts) front.stop();
  return data;
}

function reportOf(data: readonly ClusterMeasurement[], bound: string): string {
  const contestants = WORKERS.map((count) => {
    const measured = data.filter((one) => one.bound === bound && one.workers === count);
    return [`${count} process${count > 1 ? 'es' : ''}`, measured] as const;
  });
  const [, one = []] = contestants[0] ?? [];
  return comparison(`bound by ${bound}`, contestants, ['one', one]);
}
