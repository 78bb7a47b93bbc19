import { type Environment, environmentText } from './environment.js';
import { byVariant, cellsOf, titleOf, type VariantMeasurement } from './modes/variants.js';
import type { Settings } from './settings.js';
import { median, ratios } from './statistics.js';
import { figure, spread, table } from './table.js';
import { VARIANTS, type VariantName } from './variants/variant.js';

/** A run, as it is kept in a file. */
export interface Run {
  mode: string;
  settings: Partial<Settings>;
  environment: Environment;
  data: unknown;
}

type Measured = ReadonlyMap<VariantName, readonly VariantMeasurement[]>;

/** None of this package's code is in it: what changes about it is the machine's doing. */
const UNCHANGED: VariantName = 'undici';

/**
 * Compares two runs: above all the CPU per grant, which is the least noisy.
 *
 * @throws Error if they are not of the mode `variants`
 */
export function diff(before: Run, after: Run): string {
  const [old, now] = [dataOf(before), dataOf(after)];
  const { delays = [], connections = [] } = before.settings;
  const same = JSON.stringify(before.settings) === JSON.stringify(after.settings);
  return [
    ...[environmentText(before.environment), environmentText(after.environment)],
    ...(same ? [] : ['The settings of the two runs differ, and so may their figures.\n']),
    ...cellsOf({ delays, connections }).map((cell) =>
      changes(titleOf(cell), byVariant(old, cell), byVariant(now, cell)),
    ),
  ].join('\n');
}

function dataOf({ mode, data }: Run): VariantMeasurement[] {
  if (mode !== 'variants') throw new Error(`diff compares runs of variants, not of ${mode}`);
  return data as VariantMeasurement[];
}

function changes(title: string, old: Measured, now: Measured): string {
  const rows = [...old.keys()].map((variant) => [
    VARIANTS[variant],
    ...[old, now].map((measured) => spread(cpuOf(measured, variant))),
    figure(median(cpuOf(now, variant)) / median(cpuOf(old, variant))),
    figure(overLimit(now, variant) / overLimit(old, variant)),
    ...(['rate', 'p99'] as const).map((name) =>
      figure(median(allOf(now, variant, name)) / median(allOf(old, variant, name))),
    ),
  ]);
  const header = [
    ...[title, 'CPU µs/grant before', 'after', 'after ÷ before', 'the same, ÷ limit'],
    ...['grants/s after ÷ before', 'p99 after ÷ before'],
  ];
  return table(header, rows);
}

function cpuOf(measured: Measured, variant: VariantName): number[] {
  return allOf(measured, variant, 'cpu');
}

function allOf(measured: Measured, variant: VariantName, name: 'cpu' | 'rate' | 'p99'): number[] {
  return (measured.get(variant) ?? []).map((one) => one[name]);
}

/** What a variant costs, as a multiple of the limit in the same round. */
function overLimit(measured: Measured, variant: VariantName): number {
  return median(ratios(cpuOf(measured, variant), cpuOf(measured, UNCHANGED)));
}
