'use strict';

// Packages that are ES modules only, which Jest's own loader does not take.
const ES_MODULES = '(?:jose|oauth4webapi|openid-client)';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Milliseconds: many tests start processes, which takes seconds on a busy machine.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // They need a Chromium: see jest.browser.config.js.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/__tests__/browser/'],
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
  reporters: ['<rootDir>/__tests__/support/fault-table.js', 'default'],
  collectCoverageFrom: ['lib/**/*.ts', '!lib/schemas/validators.ts'],
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
