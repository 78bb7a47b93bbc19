import type { Held } from '../../support/held.js';
import { measure, type Measurement, warmUp } from '../measure.js';
import { startFront, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { figure, megabytes, table } from '../table.js';
import { cellsOf } from './variants.js';

type MemorySettings = Pick<Settings, 'seconds' | 'warmUp' | 'delays' | 'connections'>;

/** What the server holds after one part of the run, and how that part went. */
interface Part extends Measurement, Held {}

/** Parts of a run: after each the garbage is collected and what is left is measured. */
const PARTS = 10;

/** Times what the heap may be at the end, compared with the end of the first part. */
const MAX_GROWTH = 1.05;

/** Sees whether memory is flat. */
export const memory: Mode<MemorySettings> = {
  about: 'whether memory stays flat',
  defaults: { seconds: 600, warmUp: 5000, delays: [0], connections: [50] },
  quick: { seconds: 60 },
  async run({ seconds, warmUp: answers, ...cells }) {
    const runs: Part[][] = [];
    await withBench(async (bench) => {
      for (const cell of cellsOf(cells)) {
        const front = await startFront(bench, 'ours');
        await warmUp(bench, front, answers);
        const parts: Part[] = [];
        for (let part = 1; part <= PARTS; part++) {
          process.stderr.write(`Part ${part} of ${PARTS} ...\n`);
          const measured = await measure(bench, front, cell, seconds / PARTS);
          parts.push({ ...measured, ...(await front.ask<Held>('held')) });
        }
        front.stop();
        runs.push(parts);
      }
    });
    if (!runs.every(isFlat)) process.exitCode = 1;
    return { data: runs, report: runs.map((parts) => reportOf(parts, seconds)).join('\n') };
  },
};

function growthOf(parts: readonly Part[]): number {
  return (parts.at(-1)?.heap ?? NaN) / (parts[0]?.heap ?? NaN);
}

function isFlat(parts: readonly Part[]): boolean {
  return growthOf(parts) <= MAX_GROWTH;
}

function reportOf(parts: readonly Part[], seconds: number): string {
  let requests = 0;
  const rows = parts.map((part, index) => [
    figure(((index + 1) * seconds) / PARTS),
    String((requests += part.requests)),
    ...[megabytes(part.heap), megabytes(part.resident), figure(part.cpu), figure(part.rate)],
  ]);
  const header = ['seconds', 'requests', 'heap held MB', 'memory MB'].concat(
    ...['CPU µs/request', 'requests/s'],
  );
  const verdict = `${isFlat(parts) ? 'ok  ' : 'FAIL'} the heap ends at ${figure(growthOf(parts))} times that of the first part (${MAX_GROWTH} at most)`;
  return `${table(header, rows)}\n${verdict}\n`;
}
