import { Authlete } from '@authlete/typescript-sdk';
import express from 'express';
import { answer } from './answer.js';
import { nextTicket, type Variant } from './variant.js';

export const createApp: Variant['createApp'] = ({ baseUrl, serviceId, accessToken }) => {
  const authlete = new Authlete({ serverURL: baseUrl, bearer: accessToken });
  const app = express();
  app.post('/token', async (_req, res) => {
    const reply = await authlete.token.fail({
      serviceId,
      tokenFailRequest: { ticket: nextTicket(), reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' },
    });
    answer(res, reply);
  });
  return app;
};
