import { comparison } from '../comparison.js';
import { goalsReport } from '../goals.js';
import { type Cell, inTurns, type Measurement, warmUp } from '../measure.js';
import { type Bench, type Front, startFront, withBench } from '../processes.js';
import type { Mode, Settings } from '../settings.js';
import { findBase, findVariant, VARIANTS_OF } from '../variants/table.js';
import { GRANTS } from '../grants.js';

/** One measurement of a variant. */
export interface VariantMeasurement extends Measurement {
  /** Its name. */
  variant: string;
  round: number;
}

type VariantsSettings = Omit<Settings, 'maxConcurrent'>;

/** Rounds after which fronts start again: one process may be luckier than another. */
export const ROUNDS_OF_FRONTS = 6;

/** Rounds that are not measured: a front that has waited while the others warmed up is slow at first. */
const WARM_UP_ROUNDS = 4;

/** A mode that compares variants. */
function createMode(
  about: string,
  names: readonly string[],
  defaults: Partial<VariantsSettings> = {},
): Mode<VariantsSettings> {
  return {
    about,
    defaults: {
      ...{ variants: [...names], rounds: 24, seconds: 0.5, warmUp: 4000 },
      ...{ delays: [0, 20], connections: [50, 200] },
      ...defaults,
    },
    quick: { rounds: 6, delays: [0], connections: [50] },
    async run(settings) {
      const data = await withBench(async (bench) => {
        const measured: VariantMeasurement[] = [];
        // Apart, so that no server waits long for its turn.
        for (const variants of splitByGrant(settings.variants)) {
          measured.push(...(await compareVariants(bench, { ...settings, variants })));
        }
        return measured;
      });
      const reports = cellsOf(settings).flatMap((cell) => reportsOf(data, cell));
      return { data, report: [goalsReport(data), ...reports].filter(Boolean).join('\n') };
    },
  };
}

/** Compares the ways to close a ticket and answer. */
export const variants = createMode(
  'what a failed grant costs, by hand and with this package',
  VARIANTS_OF.failedGrant,
);

/** Compares the whole endpoint, for each kind of grant. */
export const endpoint = createMode(
  'what a whole token request costs, by hand and with this package',
  VARIANTS_OF.endpoint,
  { delays: [0], connections: [50] },
);

/** Says what each protection costs. */
export const ablations = createMode(
  'what each protection costs: the client without it, and what listens',
  VARIANTS_OF.ablations,
  // There are many variants: shorter turns, so that none waits long for its own.
  { delays: [0], connections: [50], seconds: 0.25 },
);

function splitByGrant(names: readonly string[]): string[][] {
  const byGrant = new Map<string, string[]>();
  for (const name of names) {
    const { grant } = findVariant(name);
    byGrant.set(grant, [...(byGrant.get(grant) ?? []), name]);
  }
  return [...byGrant.values()];
}

async function compareVariants(
  bench: Bench,
  settings: VariantsSettings,
): Promise<VariantMeasurement[]> {
  const data: VariantMeasurement[] = [];
  for (let first = 0; first < settings.rounds; first += ROUNDS_OF_FRONTS) {
    const fronts = await warmFronts(bench, settings);
    const last = Math.min(settings.rounds, first + ROUNDS_OF_FRONTS);
    for (const cell of cellsOf(settings)) {
      process.stderr.write(
        `Rounds ${first + 1} to ${last} of ${settings.rounds}: ${titleOf(cell)}\n`,
      );
      await inTurns(bench, [...fronts.values()], cell, async (measureTurn) => {
        for (let round = first - WARM_UP_ROUNDS; round < last; round++) {
          for (const [variant, front] of turned([...fronts], round)) {
            const measured = await measureTurn(front, settings.seconds);
            if (round >= first) data.push({ variant, round, ...measured });
          }
        }
      });
    }
    for (const front of fronts.values()) front.stop();
  }
  return data;
}

async function warmFronts(
  bench: Bench,
  { variants: names, warmUp: answers }: VariantsSettings,
): Promise<Map<string, Front>> {
  const fronts = new Map<string, Front>();
  for (const name of names) {
    process.stderr.write(`Warming up: ${name} ...\n`);
    const front = await startFront(bench, name);
    await warmUp(bench, front, answers);
    fronts.set(name, front);
  }
  return fronts;
}

/** All combinations of delay and connections. */
export function cellsOf({ delays, connections }: Pick<Settings, 'delays' | 'connections'>): Cell[] {
  return delays.flatMap((delay) => connections.map((count) => ({ delay, connections: count })));
}

/** Begins with another one each time. Round 0 begins with the first. */
function turned<T>(list: readonly T[], round: number): T[] {
  const start = (round + list.length * WARM_UP_ROUNDS) % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** The measurements of a cell by variant, in the order of rounds; by what grant, and then by name. */
export function groupByGrant(
  data: readonly VariantMeasurement[],
  { delay, connections }: Cell,
): [grant: string, measured: Map<string, VariantMeasurement[]>][] {
  const here = data.filter((one) => one.delay === delay && one.connections === connections);
  const byGrant = new Map<string, Map<string, VariantMeasurement[]>>();
  // The first round begins with the first variant, and has them in the order of the table.
  for (const one of here) {
    const { title } = GRANTS[findVariant(one.variant).grant];
    const measured = byGrant.get(title) ?? new Map<string, VariantMeasurement[]>();
    byGrant.set(title, measured);
    measured.set(one.variant, [...(measured.get(one.variant) ?? []), one]);
  }
  return [...byGrant];
}

function reportsOf(data: readonly VariantMeasurement[], cell: Cell): string[] {
  return groupByGrant(data, cell).map(([grant, measured]) => {
    const contestants = [...measured].map(([name, of]) => [findVariant(name).title, of] as const);
    const base = findBase([...measured.keys()]) ?? '';
    const title = `${grant}, ${titleOf(cell)}`;
    return comparison(title, contestants, [base, measured.get(base) ?? []]);
  });
}

export function titleOf({ delay, connections }: Cell): string {
  return `upstream ${delay} ms, ${connections} connection${connections === 1 ? '' : 's'}`;
}
