import type { VariantMeasurement } from './modes/variants.js';
import { median, quartiles, ratios } from './statistics.js';
import { figure, table } from './table.js';
import { findVariant } from './variants/table.js';

/** How one variant is to compare with another under a load. */
interface Goal {
  of: string;
  by: string;
  figure: 'cpu' | 'rate' | 'p99';
  delay: number;
  connections: number;
  atMost?: number;
  atLeast?: number;
}

const FIGURES = { cpu: 'CPU', rate: 'requests/s', p99: 'p99' };

const AT_50 = { figure: 'cpu', delay: 0, connections: 50 } as const;

const GOALS: readonly Goal[] = [
  { of: 'ours', by: 'undici', ...AT_50, atMost: 1.5 },
  { of: 'ours', by: 'axios', ...AT_50, atMost: 0.62 },
  { of: 'ours', by: 'sdk', ...AT_50, atMost: 0.37 },
  { of: 'ours-app-axios', by: 'axios', ...AT_50, atMost: 0.9 },
  { of: 'ours', by: 'undici', ...AT_50, figure: 'rate', atLeast: 0.7 },
  { of: 'ours', by: 'undici', figure: 'p99', delay: 20, connections: 200, atMost: 1.3 },
  { of: 'wrong-password-ours', by: 'wrong-password-axios', ...AT_50, atMost: 0.65 },
  { of: 'wrong-password-ours', by: 'wrong-password-sdk', ...AT_50, atMost: 0.4 },
];

/** What was measured of each goal that a run has figures for; empty if there is none. */
export function goalsReport(data: readonly VariantMeasurement[]): string {
  const rows = GOALS.flatMap((goal) => {
    const { atMost, atLeast, delay, connections } = goal;
    const all = (name: string) =>
      data
        .filter((one) => one.variant === name)
        .filter((one) => one.delay === delay && one.connections === connections)
        .map((one) => one[goal.figure]);
    const [of, by] = [all(goal.of), all(goal.by)];
    if (of.length === 0 || by.length === 0) return [];
    const values = ratios(of, by);
    const middle = median(values);
    const isMet = middle <= (atMost ?? Infinity) && middle >= (atLeast ?? 0);
    const [low, high] = quartiles(values);
    const [ofTitle, byTitle] = [goal.of, goal.by].map((name) => findVariant(name).title);
    return [
      [
        `${FIGURES[goal.figure]} of ${ofTitle} ÷ ${byTitle}, ${delay} ms, ${connections} connections`,
        atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`,
        `${figure(middle)} (${figure(low)} to ${figure(high)})`,
        isMet ? 'met' : 'NOT MET',
      ],
    ];
  });
  const header = ['goal', 'wanted', 'median (quartiles)', 'verdict'];
  return rows.length === 0 ? '' : table(header, rows);
}
