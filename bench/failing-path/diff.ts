import { type Environment, environmentText } from './environment.js';
import {
  cellsOf,
  groupByGrant,
  ROUNDS_OF_FRONTS,
  titleOf,
  type VariantMeasurement,
} from './modes/variants.js';
import type { Settings } from './settings.js';
import { median, ratios } from './statistics.js';
import { figure, spread, table } from './table.js';
import { findVariant, findYardstick } from './variants/table.js';

/** A run, as it is kept in a file. */
export interface Run {
  mode: string;
  settings: Partial<Settings>;
  environment: Environment;
  data: unknown;
}

type Measured = ReadonlyMap<string, readonly VariantMeasurement[]>;

/** Two runs compared. */
export interface Difference {
  report: string;
  /** Whether something costs more, beyond the noise. */
  isWorse: boolean;
}

/** The modes whose runs can be compared. */
const MODES = ['variants', 'endpoint', 'ablations'];

/** Rounds that tell noise from a difference: those of four sets of processes. */
const LEAST_ROUNDS = 4 * ROUNDS_OF_FRONTS;

/**
 * Compares the CPU per request of two runs, as a multiple of what a server without this package's
 * code took in the same round: that takes the machine out.
 *
 * Each run is compared with itself as well. A variant had several processes, one after the other: the
 * cheaper half of them is compared with the other half. The greatest such difference of any variant,
 * in either run, is the noise.
 *
 * @throws Error if the runs cannot be compared, or do not have the same variants and loads
 */
export function diff(before: Run, after: Run): Difference {
  const [old, now] = [dataOf(before), dataOf(after)];
  if (before.mode !== after.mode) throw new Error(`${before.mode} and ${after.mode} differ`);
  const { delays = [], connections = [] } = before.settings;
  const same = JSON.stringify(before.settings) === JSON.stringify(after.settings);
  const parts = cellsOf({ delays, connections }).flatMap((cell) => {
    const later = new Map(groupByGrant(now, cell));
    return groupByGrant(old, cell).map(([grant, measured]) =>
      compare(`${grant}, ${titleOf(cell)}`, measured, later.get(grant)),
    );
  });
  if (parts.length === 0) throw new Error('There is nothing to compare');
  return {
    report: [
      ...[environmentText(before.environment), environmentText(after.environment)],
      ...(same ? [] : ['The settings of the two runs differ, and so may their figures.\n']),
      ...parts.map(({ report }) => report),
    ].join('\n'),
    isWorse: parts.some(({ isWorse }) => isWorse),
  };
}

function dataOf({ mode, settings: { rounds = 0 }, data }: Run): VariantMeasurement[] {
  if (!MODES.includes(mode)) throw new Error(`diff compares runs of ${MODES.join(', ')}`);
  if (rounds < LEAST_ROUNDS) throw new Error(`diff needs runs of ${LEAST_ROUNDS} rounds or more`);
  return data as VariantMeasurement[];
}

function compare(title: string, old: Measured, now: Measured = new Map()): Difference {
  const names = [...old.keys()];
  if (names.join() !== [...now.keys()].join()) {
    throw new Error(
      `${title}: before ${names.join()}, after ${[...now.keys()].join() || 'nothing'}`,
    );
  }
  const yardstick = findYardstick(names);
  const compared = names.filter((name) => name !== yardstick);
  const noise = Math.max(
    ...[old, now].flatMap((run) => compared.map((name) => distance(...halves(run, name)))),
  );
  /** The cost of a variant, as a multiple of the yardstick's in the same round. */
  function multiples(run: Measured, name: string): number[] {
    return ratios(cpuOf(run, name), cpuOf(run, yardstick));
  }
  /** The costs of the cheaper and of the other half of a variant's processes. */
  function halves(run: Measured, name: string): [number, number] {
    const values = multiples(run, name);
    const sets: number[][] = [];
    for (let first = 0; first < values.length; first += ROUNDS_OF_FRONTS) {
      sets.push(values.slice(first, first + ROUNDS_OF_FRONTS));
    }
    sets.sort((a, b) => median(a) - median(b));
    const middle = Math.floor(sets.length / 2);
    return [median(sets.slice(0, middle).flat()), median(sets.slice(-middle).flat())];
  }
  let isWorse = false;
  const rows = names.map((name) => {
    const [was, is] = [median(multiples(old, name)), median(multiples(now, name))];
    const isBeyond = name !== yardstick && distance(was, is) > noise;
    isWorse ||= isBeyond && is > was;
    return [
      findVariant(name).title,
      ...[old, now].map((run) => spread(cpuOf(run, name))),
      ...[figure(was), figure(is), figure(is / was)],
      name === yardstick ? 'yardstick' : verdict(isBeyond, is > was),
    ];
  });
  const header = [
    ...[title, 'CPU µs/request before', 'after', '÷ yardstick before', 'after'],
    ...['after ÷ before', `noise ${figure((noise - 1) * 100)} %`],
  ];
  return { report: table(header, rows), isWorse };
}

function verdict(isBeyond: boolean, costsMore: boolean): string {
  if (!isBeyond) return 'same';
  return costsMore ? 'WORSE' : 'better';
}

function cpuOf(run: Measured, name: string): number[] {
  return (run.get(name) ?? []).map(({ cpu }) => cpu);
}

/** How many times the greater of two costs is the other. */
function distance(one: number, other: number): number {
  return Math.max(one / other, other / one);
}
