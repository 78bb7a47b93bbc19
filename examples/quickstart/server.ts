import express, { type Express } from 'express';
import { type EndpointClient, tokenEndpoint } from 'express-authlete-token-fail';
import type { Logger } from 'pino';
import type { UserStore } from './users.js';

/** An authorization server with a token endpoint. */
export function createServer(client: EndpointClient, users: UserStore, logger: Logger): Express {
  const app = express();
  app.disable('x-powered-by');

  app.post(
    '/token',
    tokenEndpoint({
      client,
      authenticate: (username, password) => users.authenticate(username, password),
      logger,
    }),
  );
  return app;
}
