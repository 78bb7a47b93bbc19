import fc, {
  type IAsyncProperty,
  type Parameters as FuzzParameters,
  type Plugin,
} from 'fast-check';
import { RUNS_ALL } from '../matrix';

/** Inputs for each property. `FUZZ_RUNS` sets another number. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? (RUNS_ALL ? 2000 : 200));

/** Milliseconds: far more than any one run takes. */
const MAX_TIME_OF_RUN = 25;

/** Milliseconds: a run that takes longer hangs, and fails with its seed. */
const HANGS_AFTER = 20_000;

/** Milliseconds that a property may take; below what Jest allows, because Jest would not show the seed. */
const MAX_TIME = 60_000 + RUNS * MAX_TIME_OF_RUN;

/** Milliseconds for Jest. */
export const FUZZ_TIMEOUT = MAX_TIME + 2 * HANGS_AFTER;

const PLUGINS = [
  fc.timeout(HANGS_AFTER),
  fc.interruptAfterTimeLimit(MAX_TIME, { failOnInterrupt: true }),
];

/**
 * Looks for an input for which a property does not hold. The failure shows seed and path; with
 * `FUZZ_SEED` and `FUZZ_PATH` set to them, and `-t` for the test, that input comes again.
 *
 * @param examples - inputs that are tried before all others
 */
export async function expectToHold<T>(
  property: IAsyncProperty<T>,
  examples: T[] = [],
): Promise<void> {
  const { FUZZ_SEED: seed, FUZZ_PATH: path } = process.env;
  const parameters: FuzzParameters<T> = {
    numRuns: RUNS,
    plugins: PLUGINS as Plugin<T>[],
    examples,
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
  };
  await fc.assert(property, parameters);
}

/** Shows in a counterexample instead of a value that may do anything when it is looked at. */
export interface Shown<T> {
  value: T;
  [fc.toStringMethod]: () => string;
}

/** Gives a value its description. */
export function shown<T>(value: T, description: string): Shown<T> {
  return { value, [fc.toStringMethod]: () => description };
}
