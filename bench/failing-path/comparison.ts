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
    ...[title, 'CPU µs/request', `÷ ${baseName}`, 'requests/s', `÷ ${baseName}`],
    ...['p50 ms', 'p99 ms', `÷ ${baseName}`, 'memory MB', 'cores busy', 'others busy'],
  ];
  const rows = contestants.map(([name, measurements]) => {
    const all = (figureOf: (one: Measurement) => number) => measurements.map(figureOf);
    const compared = (key: 'cpu' | 'rate' | 'p99') => {
      const values = all((one) => one[key]);
      const baseValues = base.map((one) => one[key]);
      const relative = measurements === base ? '1' : spread(ratios(values, baseValues));
      return [figure(median(values)), relative];
    };
    return [
      ...[name, ...compared('cpu'), ...compared('rate')],
      ...[figure(median(all(({ p50 }) => p50))), ...compared('p99')],
      megabytes(median(all(({ resident }) => resident))),
      figure(median(all(({ busy }) => busy.front))),
      figure(median(all(({ busy }) => busy.upstream + busy.load))),
    ];
  });
  return table(header, rows);
}
