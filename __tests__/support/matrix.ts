/**
 * What a suite with many cases runs. A call to Authlete can go over two adapters, to three APIs, on
 * two versions of Express, and nearly each fault could come on each of these paths: over a thousand
 * tests, for minutes. So `npm test` runs each case once, on the first path, and gives each fuzz
 * property a few inputs; `npm run test:all`, which sets `TEST_ALL=1` and which CI runs, takes all
 * paths and ten times as many inputs, and the suites that start processes besides (`jest.config.js`).
 */
export const RUNS_ALL = process.env['TEST_ALL'] === '1';

/** All cases of a matrix if everything is to run, otherwise the first. */
export function pickCases<T>(cases: readonly T[]): readonly T[] {
  return RUNS_ALL ? cases : cases.slice(0, 1);
}
