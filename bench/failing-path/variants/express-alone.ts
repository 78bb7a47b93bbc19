import express from 'express';
import { FAIL_CONTENT } from '../replies.js';
import { answer } from './answer.js';
import type { Variant } from './variant.js';

export const createApp: Variant['createApp'] = () => {
  const app = express();
  app.post('/token', (_req, res) => {
    answer(res, { action: 'BAD_REQUEST', responseContent: FAIL_CONTENT });
  });
  return app;
};
