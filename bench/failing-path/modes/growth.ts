import { measure, type Measurement, warmUp } from '../measure.js';
import { startFront, withBench } from '../processes.js';
import { withRedis } from '../redis.js';
import type { Mode, Settings } from '../settings.js';
import { figure, megabytes, table } from '../table.js';
import type { VariantInfo } from '../variants/table.js';
import { cellsOf } from './variants.js';

interface GrowthMeasurement extends Measurement {
  title: string;
  maxConcurrent: number;
  /** Calls in flight at once, and waiting for that, at most; only of failed grants. */
  active?: number;
  queued?: number;
}

type GrowthSettings = Omit<Settings, 'rounds' | 'variants'>;

/** Milliseconds: the queue is to be seen at its longest, not as calls that give up waiting. */
const TIMEOUT = 60_000;

/** Replies of upstream that a measurement lasts for, at the least: fewer would come in bursts. */
const LEAST_REPLIES = 20;

/** Counted, and never one too many. */
const POINTS = { user: 1e9, address: 1e9 };

const WATCHED: VariantInfo = {
  ...{ title: 'failed grant', file: 'ours-watched', grant: 'failed-grant' },
};

const ENDPOINT = { file: 'endpoint-ours', grant: 'wrong-password' } as const;

/** Measures how cost grows with connections, with upstream's delay, and with where attempts are counted. */
export const growth: Mode<GrowthSettings> = {
  about: 'how cost grows with connections, upstream and where attempts are counted',
  defaults: {
    ...{ seconds: 3, warmUp: 3000, delays: [0, 20, 100, 500], maxConcurrent: [512] },
    connections: [1, 10, 50, 200, 500, 1000],
  },
  quick: { seconds: 1, warmUp: 1500, delays: [0, 500], connections: [1, 50, 1000] },
  async run({ maxConcurrent, seconds, warmUp: answers, ...cells }) {
    const data: GrowthMeasurement[] = [];
    await withRedis((redisPort) =>
      withBench(async (bench) => {
        const kinds: VariantInfo[] = [
          WATCHED,
          { ...ENDPOINT, title: 'wrong password, not counted' },
          {
            ...{ ...ENDPOINT, title: 'wrong password, counts in memory' },
            settings: { counts: { store: 'memory', points: POINTS } },
          },
          {
            ...{ ...ENDPOINT, title: 'wrong password, counts in Redis' },
            settings: { counts: { store: 'redis', redisPort, points: POINTS } },
          },
        ];
        for (const kind of kinds) {
          for (const limit of maxConcurrent) {
            for (const cell of cellsOf(cells)) {
              process.stderr.write(
                `${kind.title}: ${cell.connections} connections, ${cell.delay} ms ...\n`,
              );
              // A new process each time: what one load has left would count as the next one's memory.
              const front = await startFront(bench, kind, {
                settings: { maxConcurrent: limit, timeout: TIMEOUT },
              });
              await warmUp(bench, front, answers);
              const time = Math.max(seconds, (LEAST_REPLIES * cell.delay) / 1000);
              const measured = await measure(bench, front, cell, time);
              const peak = await front.ask<number | undefined>('takePeak');
              front.stop();
              data.push({
                title: kind.title,
                ...measured,
                maxConcurrent: limit,
                ...split(peak, limit),
              });
            }
          }
        }
      }),
    );
    return { data, report: reportOf(data) };
  },
};

function split(peak: number | undefined, limit: number) {
  if (peak === undefined) return {};
  const active = Math.min(peak, limit);
  return { active, queued: peak - active };
}

function reportOf(data: readonly GrowthMeasurement[]): string {
  const header = [
    ...['what', 'maxConcurrent', 'upstream ms', 'connections', 'in flight', 'queued'],
    ...['memory MB', 'CPU µs/request', 'requests/s', 'p50 ms', 'p99 ms', 'round trips to Redis'],
  ];
  const rows = data.map((one) => [
    ...[one.title, one.maxConcurrent, one.delay, one.connections].map(String),
    ...[one.active, one.queued].map((count) => String(count ?? '')),
    ...[megabytes(one.resident), figure(one.cpu), figure(one.rate)],
    ...[figure(one.p50), figure(one.p99), figure(one.roundTrips)],
  ]);
  return table(header, rows);
}
