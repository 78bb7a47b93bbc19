import { measure, type Measurement, warmUp } from '../measure.js';
import { startFront, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { figure, megabytes, table } from '../table.js';
import { cellsOf } from './variants.js';

interface GrowthMeasurement extends Measurement {
  maxConcurrent: number;
  /** Fail calls in flight at once, and waiting for that, at most. */
  active: number;
  queued: number;
}

type GrowthSettings = Omit<Settings, 'rounds' | 'variants'>;

/** Milliseconds: the queue is to be seen at its longest, not as calls that give up waiting. */
const TIMEOUT = 60_000;

/** Measures how cost grows with connections and with upstream's delay. */
export const growth: Mode<GrowthSettings> = {
  about: 'how cost grows with connections and with how slow upstream is',
  defaults: {
    ...{ seconds: 3, warmUp: 3000, delays: [0, 20, 100, 500], maxConcurrent: [512] },
    connections: [1, 10, 50, 200, 500, 1000],
  },
  quick: { seconds: 1, warmUp: 1500, delays: [0, 500], connections: [1, 50, 1000] },
  async run({ maxConcurrent, seconds, warmUp: answers, ...cells }) {
    const data: GrowthMeasurement[] = [];
    await withBench(async (bench) => {
      for (const limit of maxConcurrent) {
        for (const cell of cellsOf(cells)) {
          process.stderr.write(`${cell.connections} connections, ${cell.delay} ms ...\n`);
          // A new process each time: what one load has left would count as the next one's memory.
          const front = await startFront(bench, 'ours-watched', {
            settings: { maxConcurrent: limit, timeout: TIMEOUT },
          });
          await warmUp(bench, front, answers);
          const measured = await measure(bench, front, cell, seconds);
          const peak = await front.ask<number>('takePeak');
          front.stop();
          const active = Math.min(peak, limit);
          data.push({ ...measured, maxConcurrent: limit, active, queued: peak - active });
        }
      }
    });
    const header = ['maxConcurrent', 'upstream ms', 'connections', 'in flight', 'queued'].concat(
      ...['memory MB', 'CPU µs/grant', 'grants/s', 'p50 ms', 'p99 ms'],
    );
    const rows = data.map((one) => [
      ...[one.maxConcurrent, one.delay, one.connections, one.active, one.queued].map(String),
      ...[megabytes(one.resident), figure(one.cpu), figure(one.rate)],
      ...[figure(one.p50), figure(one.p99)],
    ]);
    return { data, report: table(header, rows) };
  },
};
