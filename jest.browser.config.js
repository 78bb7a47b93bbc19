'use strict';

// The tests that need a Chromium.

/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/__tests__/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // A browser takes its time on a busy machine.
  testTimeout: 60_000,
};
