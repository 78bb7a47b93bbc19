import express5 from 'express';

// Express 4 has no types of its own here; what the tests use of it is the same.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const express4 = require('express4') as typeof express5;

/** The Express versions that the package supports, for `describe.each`. */
export const EXPRESS_VERSIONS = [
  { version: 'Express 5', express: express5 },
  { version: 'Express 4', express: express4 },
];
