import type { Measurement } from './measure.js';
import { median, ratios } from './statistics.js';
import { figure, megabytes, spread, table } from './table.js';

/** What is compared: a name, and its measurements in the order of rounds. */
export type Contestant = readonly [name: string, measurements: readonly Measurement[]];

/**
 * A table of contestants: medians, and ratios to one of them, round by round.
 *
 * @param title - under what they were measured
 */
export function comparison(
  title: string,
  contestants: readonly Contestant[],
  [baseName, base]: Contestant,
): string {
  const header = [
    ...[title, 'CPU µs/grant', `÷ ${baseName}`, 'grants/s', `÷ ${baseName}`],
    ...['p50 ms', 'p99 ms', `÷ ${baseName}`, 'memory MB', 'cores busy', 'others busy'],
  ];
  const rows = contestants.map(([name, measurements]) => {
    const all = (figureOf: (one: Measurement) => number) => measurements.map(figureOf);
    const relative = (figureOf: (one: Measurement) => number) =>
      measurements === base ? '1' : spread(ratios(all(figureOf), base.map(figureOf)));
    return [
      ...[name, figure(median(all(cpu))), relative(cpu)],
      ...[figure(median(all(rate))), relative(rate)],
      ...[figure(median(all(({ p50 }) => p50))), figure(median(all(p99))), relative(p99)],
      megabytes(median(all(({ resident }) => resident))),
      figure(median(all(({ busy }) => busy.front))),
      figure(median(all(({ busy }) => busy.upstream + busy.load))),
    ];
  });
  return table(header, rows);
}

function cpu(one: Measurement): number {
  return one.cpu;
}

function rate(one: Measurement): number {
  return one.rate;
}

function p99(one: Measurement): number {
  return one.p99;
}
