import { Agent } from 'node:http';
import axios, { type AxiosInstance } from 'axios';
import express from 'express';
import { answer, type Reply } from './answer.js';
import { type Api, nextTicket, type Variant } from './variant.js';

/** As an app would create it. */
export function createAxios({ baseUrl, serviceId, accessToken }: Api): AxiosInstance {
  return axios.create({
    baseURL: `${baseUrl}/api/${serviceId}/auth`,
    headers: { Authorization: `Bearer ${accessToken}` },
    httpAgent: new Agent({ keepAlive: true }),
    timeout: 5000,
  });
}

export const createApp: Variant['createApp'] = (settings) => {
  const authlete = createAxios(settings);
  const app = express();
  app.post('/token', async (_req, res) => {
    const request = { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    const { data: reply } = await authlete.post<Reply>('/token/fail', request);
    answer(res, reply);
  });
  return app;
};
