'use strict';

// Packages that are ES modules only, which Jest's own loader does not take.
const ES_MODULES = '(?:jose|oauth4webapi|openid-client)';

// They start processes: examples, snippets of the documentation, Redis, the command, builds.
const SLOW_SUITES = [
  '/__tests__/examples/',
  '/__tests__/docs/(?:scripts|servers|special-servers)',
  '/__tests__/brute-force/redis',
  '/__tests__/emulator/cli',
  '/__tests__/authlete/prototype-pollution',
];

// See __tests__/support/matrix.ts. What is named on the command line is run in any case.
const RUNS_SLOW_SUITES =
  process.env.TEST_ALL === '1' || process.argv.some((argument) => /^__tests__/.test(argument));

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Jest's default, one fewer than there are cores, leaves half of a machine with two idle.
  maxWorkers: 2,
  // Milliseconds: many tests start processes, which takes seconds on a busy machine.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    // They need a Chromium: see jest.browser.config.js.
    '<rootDir>/__tests__/browser/',
    ...(RUNS_SLOW_SUITES ? [] : SLOW_SUITES),
  ],
  transform: {
    '^.+\\.ts$': 'ts-jest',
    [`/node_modules/${ES_MODULES}/.+\\.js$`]: [
      'ts-jest',
      { tsconfig: { allowJs: true, module: 'commonjs', target: 'es2022' }, diagnostics: false },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!${ES_MODULES}/)`],
  moduleNameMapper: {
    // Sources import each other as `./name.js`, the way Node resolves them once built.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^express-authlete-token-fail$': '<rootDir>/lib/index.ts',
    '^express-authlete-token-fail/(emulator|opentelemetry)$': '<rootDir>/lib/$1/index.ts',
  },
  // The first one, so that Jest's summary comes last.
  reporters: ['<rootDir>/__tests__/support/faults/table.js', 'default'],
  collectCoverageFrom: ['lib/**/*.ts', '!lib/schemas/*.generated.ts'],
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
