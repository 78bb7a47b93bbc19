import express from 'express';
import { createAuthleteClient } from 'express-authlete-token-fail';
import { answer } from './answer.js';
import { nextTicket, type Variant } from './variant.js';

export const createApp: Variant['createApp'] = (settings) => {
  const client = createAuthleteClient(settings);
  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } as const;
    answer(res, await client.tokenFail(request));
  });
  return app;
};
