import { findVariant } from './variants/table.js';

/** What can be set on the command line. Each mode takes some of it. */
export interface Settings {
  /** Measurements of each kind, turn and turn about. */
  rounds: number;
  /** Seconds of one measurement. */
  seconds: number;
  /** Answers that a front gives before it is measured. */
  warmUp: number;
  /** By name. */
  variants: string[];
  /** Milliseconds until upstream replies. */
  delays: number[];
  connections: number[];
  maxConcurrent: number[];
}

/** One thing to measure. */
export interface Mode<S extends Partial<Settings>> {
  about: string;
  defaults: S;
  /** What differs in a quick look. */
  quick: Partial<S>;
  /** Measures; gives all figures, and a report of them. */
  run(settings: S): Promise<{ data: unknown; report: string }>;
}

/** How each setting reads on the command line. */
export const OPTIONS: Record<keyof Settings, [flag: string, read: (text: string) => unknown]> = {
  rounds: ['rounds', positive],
  seconds: ['seconds', positive],
  warmUp: ['warm-up', positive],
  variants: ['variants', listOf(variantName)],
  delays: ['delays', listOf(number)],
  connections: ['connections', listOf(positive)],
  maxConcurrent: ['max-concurrent', listOf(positive)],
};

/**
 * The settings of a mode's run.
 *
 * @throws Error if an option is wrong, or not for this mode
 */
export function settingsOf<S extends Partial<Settings>>(
  { defaults, quick }: Mode<S>,
  isQuick: boolean,
  given: Readonly<Record<string, string | boolean | undefined>>,
): S {
  const settings: Partial<Record<keyof Settings, unknown>> = { ...defaults, ...(isQuick && quick) };
  for (const [name, [flag, read]] of Object.entries(OPTIONS)) {
    const text = given[flag];
    if (typeof text !== 'string') continue;
    if (!(name in defaults)) throw new Error(`--${flag} means nothing to this mode`);
    settings[name as keyof Settings] = read(text);
  }
  return settings as S;
}

function number(text: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0)) throw new Error(`${text} is not a number of 0 or more`);
  return value;
}

function positive(text: string): number {
  if (number(text) === 0) throw new Error('0 is too few');
  return number(text);
}

function listOf<T>(read: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map(read);
}

function variantName(text: string): string {
  findVariant(text);
  return text;
}
