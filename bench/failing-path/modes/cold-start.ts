import type { ColdStart } from '../cold-front.js';
import { type Bench, checkAnswer, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { median } from '../statistics.js';
import { figure, spread, table } from '../table.js';
import { GRANTS } from '../grants.js';
import { findVariant, VARIANTS_OF } from '../variants/table.js';

type Start = ColdStart & { variant: string; round: number };

/** Measures the time from `require` to the first answered token request. */
export const coldStart: Mode<Pick<Settings, 'rounds' | 'variants'>> = {
  about: 'from require to the first answered token request',
  defaults: { variants: VARIANTS_OF.failedGrant, rounds: 15 },
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

async function startCold({ api, upstream, start }: Bench, name: string): Promise<ColdStart> {
  await upstream.ask('begin', 0);
  const { title, file, grant, settings } = findVariant(name);
  const front = start('cold-front.js');
  try {
    const url = await front.ask<string>('start', { file, settings: { ...api, ...settings } });
    await checkAnswer(title, url, GRANTS[grant]);
    return await front.ask<ColdStart>('firstAnswer');
  } finally {
    front.stop();
  }
}

function reportOf(data: readonly Start[], variants: readonly string[]): string {
  const all = (name: string, figureOf: (start: Start) => number) =>
    data.filter(({ variant }) => variant === name).map(figureOf);
  const rows = variants.map((name) => [
    findVariant(name).title,
    spread(all(name, ({ cpu }) => cpu)),
    spread(all(name, ({ answered }) => answered)),
    figure(median(all(name, ({ loaded }) => loaded))),
  ]);
  const header = ['from require to the first answer', 'CPU ms', 'ms', 'ms of require'];
  return table(header, rows);
}
