import express from 'express';
import { Pool } from 'undici';
import { answer, type Reply } from './answer.js';
import { nextTicket, type Variant } from './variant.js';

export const createApp: Variant['createApp'] = ({ baseUrl, serviceId, accessToken }) => {
  const authlete = new Pool(baseUrl);
  const path = `/api/${serviceId}/auth/token/fail`;
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${accessToken}`,
  };
  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    const body = JSON.stringify(request);
    const reply = await authlete.request({ method: 'POST', path, headers, body });
    answer(res, JSON.parse(await reply.body.text()) as Reply);
  });
  return app;
};
