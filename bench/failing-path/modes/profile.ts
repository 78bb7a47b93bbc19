import { countRequests, measure, warmUp } from '../measure.js';
import { type Front, startFront, withBench } from '../processes.js';
import type { Profile } from '../profiler.js';
import type { Mode, Settings } from '../settings.js';
import { figure, table } from '../table.js';
import { findVariant } from '../variants/table.js';
import { cellsOf, titleOf } from './variants.js';

type ProfileSettings = Omit<Settings, 'rounds' | 'maxConcurrent'>;

interface Profiled {
  variant: string;
  title: string;
  /** Microseconds for each token request. */
  parts: Profile;
}

/** Microseconds: what takes less in all variants is left out. */
const LEAST = 0.5;

/** Says what a token request's CPU goes for. */
export const profile: Mode<ProfileSettings> = {
  about: 'what the CPU of a token request goes for',
  defaults: {
    ...{ variants: ['express-alone', 'undici', 'ours'], seconds: 10, warmUp: 8000 },
    ...{ delays: [0, 20], connections: [50] },
  },
  quick: { seconds: 2 },
  async run({ variants: names, seconds, warmUp: answers, ...cells }) {
    const data: Profiled[] = [];
    await withBench(async (bench) => {
      for (const variant of names) {
        process.stderr.write(`${findVariant(variant).title} ...\n`);
        const front = await startFront(bench, variant);
        await warmUp(bench, front, answers);
        for (const cell of cellsOf(cells)) {
          await front.ask('startProfile');
          const requests = await requestsDuring(front, () => measure(bench, front, cell, seconds));
          const all = await front.ask<Profile>('stopProfile');
          const parts = Object.entries(all).map(([part, time]) => [part, time / requests] as const);
          data.push({ variant, title: titleOf(cell), parts: Object.fromEntries(parts) });
        }
        front.stop();
      }
    });
    const titles = [...new Set(data.map(({ title }) => title))];
    return { data, report: titles.map((title) => reportOf(title, data)).join('\n') };
  },
};

/** Counts also those by which a load settles: the profile has them as well. */
async function requestsDuring(front: Front, work: () => Promise<unknown>): Promise<number> {
  const before = await countRequests(front);
  await work();
  return (await countRequests(front)) - before;
}

function reportOf(title: string, data: readonly Profiled[]): string {
  const profiles = data.filter((one) => one.title === title);
  const names = [...new Set(profiles.flatMap(({ parts }) => Object.keys(parts)))];
  const most = (part: string) => Math.max(...profiles.map(({ parts }) => parts[part] ?? 0));
  const sum = (parts: Profile, of: (part: string) => boolean) =>
    figure(
      Object.entries(parts)
        .filter(([part]) => of(part))
        .reduce((total, [, time]) => total + time, 0),
    );
  const shown = names.filter((part) => most(part) >= LEAST).sort((a, b) => most(b) - most(a));
  const rows = [
    ...shown.map((part) => [part, ...profiles.map(({ parts }) => figure(parts[part] ?? 0))]),
    ...[['the rest', ...profiles.map(({ parts }) => sum(parts, (part) => most(part) < LEAST))]],
    ...[['all', ...profiles.map(({ parts }) => sum(parts, () => true))]],
  ];
  const columns = profiles.map(({ variant }) => findVariant(variant).title);
  return table([`µs/request, ${title}`, ...columns], rows);
}
