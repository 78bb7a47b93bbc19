import type { AxiosRequestTransformer } from 'axios';
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
  const transformRequest: AxiosRequestTransformer[] = [
    (data: unknown, headers) => {
      headers['Content-Type'] = 'application/json';
      headers.Authorization = `Bearer ${accessToken}`;
      return data;
    },
  ];
  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    const body = JSON.stringify(request);
    const { data } = await axios.request<Buffer>({ url, data: body, transformRequest });
    answer(res, JSON.parse(data.toString()) as Reply);
  });
  return app;
};
