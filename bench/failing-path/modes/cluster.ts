import { comparison } from '../comparison.js';
import { type Cell, measure, type Measurement, warmUp } from '../measure.js';
import { type Bench, startFront, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';

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

const WORKERS = [1, 2];

/** Compares one process with two that share a port. */
export const cluster: Mode<ClusterSettings> = {
  about: 'two processes under node:cluster against one',
  defaults: { rounds: 5, seconds: 3, warmUp: 4000 },
  quick: { rounds: 3, seconds: 1, warmUp: 2000 },
  async run(settings) {
    const data = await withBench(async (bench) => {
      const all: ClusterMeasurement[] = [];
      for (const bound of BOUNDS) all.push(...(await compare(bench, bound, settings)));
      return all;
    });
    return { data, report: BOUNDS.map(({ bound }) => reportOf(data, bound)).join('\n') };
  },
};

async function compare(
  bench: Bench,
  { bound, maxConcurrent, ...cell }: Bound,
  { rounds, seconds, warmUp: answers }: ClusterSettings,
): Promise<ClusterMeasurement[]> {
  const settings = maxConcurrent === undefined ? {} : { maxConcurrent };
  const fronts = [];
  for (const workers of WORKERS) {
    const front = await startFront(bench, 'ours', { settings, workers });
    await warmUp(bench, front, answers * workers);
    fronts.push({ workers, front });
  }
  const data: ClusterMeasurement[] = [];
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`Bound by ${bound}: round ${round + 1} of ${rounds} ...\n`);
    for (const { workers, front } of fronts) {
      data.push({ bound, workers, round, ...(await measure(bench, front, cell, seconds)) });
    }
  }
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
