import express from 'express';
import { createTransport } from '../internals.js';
import { answer, type Reply } from './answer.js';
import { nextTicket, type Variant } from './variant.js';

/** A load has fewer connections than this. */
const MAX_SOCKETS = 10_000;

/** The package's own axios instance, and nothing else of its client. */
export const createApp: Variant['createApp'] = ({ baseUrl, serviceId, accessToken }) => {
  const { axios } = createTransport({ axios: undefined, maxConcurrent: MAX_SOCKETS, baseUrl });
  const url = `${baseUrl}/api/${serviceId}/auth/token/fail`;
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${accessToken}`,
  };
  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    const { data } = await axios.request<Buffer>({ url, headers, data: JSON.stringify(request) });
    answer(res, JSON.parse(data.toString()) as Reply);
  });
  return app;
};
