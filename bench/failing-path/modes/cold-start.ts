import type { ColdStart } from '../cold-front.js';
import { type Bench, checkAnswer, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { median } from '../statistics.js';
import { figure, spread, table } from '../table.js';
import { VARIANTS, type VariantName } from '../variants/variant.js';

type Name = VariantName | 'watched';

type Start = ColdStart & { variant: Name; round: number };

/** Measures the time from `require` to the first answered failure. */
export const coldStart: Mode<Pick<Settings, 'rounds' | 'variants'>> = {
  about: 'from require to the first answered failure, and what Ajv takes of it',
  defaults: { variants: Object.keys(VARIANTS) as VariantName[], rounds: 15 },
  quick: { rounds: 5 },
  async run({ rounds, variants }) {
    const data: Start[] = [];
    await withBench(async (bench) => {
      // One round more, before the others: it brings files into the system's cache.
      for (let round = -1; round < rounds; round++) {
        process.stderr.write(`Round ${round + 1} of ${rounds} ...\n`);
        for (const variant of [...variants, 'watched'] as const) {
          const measured = await startCold(bench, variant);
          if (round >= 0) data.push({ variant, round, ...measured });
        }
      }
    });
    return { data, report: reportOf(data, variants) };
  },
};

async function startCold({ api, upstream, start }: Bench, variant: Name): Promise<ColdStart> {
  const watchAjv = variant === 'watched';
  const name = watchAjv ? 'ours' : variant;
  await upstream.ask('begin', 0);
  const front = start('cold-front.js');
  try {
    const url = await front.ask<string>('start', { name, settings: api, watchAjv });
    await checkAnswer(name, url);
    return await front.ask<ColdStart>('firstAnswer');
  } finally {
    front.stop();
  }
}

function reportOf(data: readonly Start[], variants: readonly VariantName[]): string {
  const all = (name: Name, figureOf: (start: Start) => number) =>
    data.filter(({ variant }) => variant === name).map(figureOf);
  const rows = variants.map((name) => [
    VARIANTS[name],
    spread(all(name, ({ cpu }) => cpu)),
    spread(all(name, ({ answered }) => answered)),
    figure(median(all(name, ({ loaded }) => loaded))),
  ]);
  const ajv = [
    ['loading Ajv', spread(all('watched', (start) => start.ajv))],
    ['compiling schemas', spread(all('watched', (start) => start.compiled))],
  ];
  const header = ['from require to the first answer', 'CPU ms', 'ms', 'ms of require'];
  return `${table(header, rows)}\n${table(['of it, for tokenFail', 'ms'], ajv)}`;
}
