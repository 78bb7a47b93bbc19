import type { ColdStart } from '../cold-front.js';
import { type Bench, checkAnswer, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { median } from '../statistics.js';
import { figure, spread, table } from '../table.js';
import { VARIANTS, type VariantName } from '../variants/variant.js';

type Start = ColdStart & { variant: VariantName; round: number };

/** Measures the time from `require` to the first answered failure. */
export const coldStart: Mode<Pick<Settings, 'rounds' | 'variants'>> = {
  about: 'from require to the first answered failure',
  defaults: { variants: Object.keys(VARIANTS) as VariantName[], rounds: 15 },
  quick: { rounds: 5 },
  async run({ rounds, variants }) {
    const data: Start[] = [];
    await withBench(async (bench) => {
      // One round more, before the others: it brings files into the system's cache.
      for (let round = -1; round < rounds; round++) {
        process.stderr.write(`Round ${round + 1} of ${rounds} ...\n`);
        for (const variant of variants) {
          const measured = await startCold(bench, variant);
          if (round >= 0) data.push({ variant, round, ...measured });
        }
      }
    });
    return { data, report: reportOf(data, variants) };
  },
};

async function startCold({ api, upstream, start }: Bench, name: VariantName): Promise<ColdStart> {
  await upstream.ask('begin', 0);
  const front = start('cold-front.js');
  try {
    const url = await front.ask<string>('start', { name, settings: api });
    await checkAnswer(name, url);
    return await front.ask<ColdStart>('firstAnswer');
  } finally {
    front.stop();
  }
}

function reportOf(data: readonly Start[], variants: readonly VariantName[]): string {
  const all = (name: VariantName, figureOf: (start: Start) => number) =>
    data.filter(({ variant }) => variant === name).map(figureOf);
  const rows = variants.map((name) => [
    VARIANTS[name],
    spread(all(name, ({ cpu }) => cpu)),
    spread(all(name, ({ answered }) => answered)),
    figure(median(all(name, ({ loaded }) => loaded))),
  ]);
  const header = ['from require to the first answer', 'CPU ms', 'ms', 'ms of require'];
  return table(header, rows);
}
