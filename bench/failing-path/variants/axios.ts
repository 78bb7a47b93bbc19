import axios from 'axios';
import express from 'express';
import { answer, type Reply } from './answer.js';
import { nextTicket, type Variant } from './variant.js';

export const createApp: Variant['createApp'] = ({ baseUrl, serviceId, accessToken }) => {
  const authlete = axios.create({
    baseURL: `${baseUrl}/api/${serviceId}/auth`,
    headers: { Authorization: `Bearer ${accessToken}` },
    timeout: 5000,
  });
  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    const { data: reply } = await authlete.post<Reply>('/token/fail', request);
    answer(res, reply);
  });
  return app;
};
