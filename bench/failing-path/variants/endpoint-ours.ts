import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { tokenEndpoint } from 'express-authlete-token-fail';
import { authenticate } from './endpoint.js';
import { countRoundTrips, createLimiters } from './limiters.js';
import type { Variant } from './variant.js';

export { countRoundTrips };

export const createApp: Variant['createApp'] = ({ counts, passwordCheck, ...client }) => {
  const check = passwordCheck === undefined ? authenticate : slowly(passwordCheck);
  const bruteForce = counts ? { limiters: createLimiters(counts) } : false;
  const app = express();
  app.post('/token', tokenEndpoint({ ...client, bruteForce, authenticate: check }));
  return app;
};

/** As a password hash in a thread of its own does. */
function slowly(
  milliseconds: number,
): (...call: Parameters<typeof authenticate>) => Promise<string | null> {
  return async (...call) => {
    await sleep(milliseconds);
    return authenticate(...call);
  };
}
