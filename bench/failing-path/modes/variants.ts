import { comparison } from '../comparison.js';
import { type Cell, measure, type Measurement, warmUp } from '../measure.js';
import { type Bench, type Front, startFront, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { VARIANTS, type VariantName } from '../variants/variant.js';

/** One measurement of a variant. */
export interface VariantMeasurement extends Measurement {
  variant: VariantName;
  round: number;
}

type VariantsSettings = Omit<Settings, 'maxConcurrent'>;

/** Rounds after which fronts start anew: one process may be luckier than another. */
const ROUNDS_OF_FRONTS = 3;

/** Compares the ways to close a ticket and answer. */
export const variants: Mode<VariantsSettings> = {
  about: 'what a failed grant costs, by hand and with this package',
  defaults: {
    ...{ variants: Object.keys(VARIANTS) as VariantName[], rounds: 6, seconds: 2, warmUp: 4000 },
    ...{ delays: [0, 20], connections: [1, 50, 200] },
  },
  quick: { rounds: 3, seconds: 0.5, warmUp: 1000, connections: [50] },
  async run(settings) {
    const data: VariantMeasurement[] = [];
    await withBench(async (bench) => {
      let fronts: [VariantName, Front][] = [];
      for (let round = 0; round < settings.rounds; round++) {
        if (round % ROUNDS_OF_FRONTS === 0) {
          for (const [, front] of fronts) front.stop();
          fronts = await warmFronts(bench, settings);
        }
        process.stderr.write(`Round ${round + 1} of ${settings.rounds} ...\n`);
        for (const cell of cellsOf(settings)) {
          for (const [variant, front] of turned(fronts, round)) {
            const measured = await measure(bench, front, cell, settings.seconds);
            data.push({ variant, round, ...measured });
          }
        }
      }
    });
    return {
      data,
      report: cellsOf(settings)
        .map((cell) => reportOf(data, cell))
        .join('\n'),
    };
  },
};

async function warmFronts(
  bench: Bench,
  { variants: names, warmUp: answers }: VariantsSettings,
): Promise<[VariantName, Front][]> {
  const fronts: [VariantName, Front][] = [];
  for (const name of names) {
    process.stderr.write(`Warming up: ${VARIANTS[name]} ...\n`);
    const front = await startFront(bench, name);
    await warmUp(bench, front, answers);
    fronts.push([name, front]);
  }
  return fronts;
}

/** All combinations of delay and connections. */
export function cellsOf({ delays, connections }: Pick<Settings, 'delays' | 'connections'>): Cell[] {
  return delays.flatMap((delay) => connections.map((count) => ({ delay, connections: count })));
}

/** Begins with another one each time, so that none always comes after the same. */
function turned<T>(list: readonly T[], round: number): T[] {
  const start = round % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** The measurements of a cell by variant, in the order of rounds. */
export function byVariant(
  data: readonly VariantMeasurement[],
  { delay, connections }: Cell,
): Map<VariantName, VariantMeasurement[]> {
  const here = data.filter((one) => one.delay === delay && one.connections === connections);
  return new Map(
    [...new Set(here.map(({ variant }) => variant))]
      .sort((a, b) => Object.keys(VARIANTS).indexOf(a) - Object.keys(VARIANTS).indexOf(b))
      .map((name) => [name, here.filter(({ variant }) => variant === name)]),
  );
}

function reportOf(data: readonly VariantMeasurement[], cell: Cell): string {
  const measured = byVariant(data, cell);
  const contestants = [...measured].map(([name, of]) => [VARIANTS[name], of] as const);
  const ours = measured.get('ours');
  const [base = ['', []]] = ours ? [['tokenFail', ours] as const] : contestants;
  return comparison(titleOf(cell), contestants, base);
}

export function titleOf({ delay, connections }: Cell): string {
  return `upstream ${delay} ms, ${connections} connection${connections === 1 ? '' : 's'}`;
}
