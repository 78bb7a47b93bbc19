import { median } from './statistics.js';

/** A table in Markdown, which also reads well as it is. The first column is of words. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i)))).join(' | ')} |`;
  const width = (column: number) => widths[column] ?? 0;
  const rule = widths.map((size, i) => (i === 0 ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`));
  return [line(header), line(rule), ...rows.map(line)].map((text) => `${text}\n`).join('');
}

/** With as many digits as mean something; nothing for what there is no figure of. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return '';
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits);
}

/** The median, and between what the values lie. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${figure(median(values))} (${figure(low)} to ${figure(high)})`;
}

export function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
