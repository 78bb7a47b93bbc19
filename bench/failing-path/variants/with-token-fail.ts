import type { Express } from 'express';
import {
  InvalidResourceOwnerCredentialsError,
  tokenFail,
  type TokenFailOptions,
} from 'express-authlete-token-fail';
import { nextTicket } from './variant.js';

/** Has every token request fail, and `tokenFail` answer it. */
export function withTokenFail(app: Express, options: TokenFailOptions): Express {
  app.post('/token', (_req, _res, next) => {
    next(new InvalidResourceOwnerCredentialsError(nextTicket()));
  });
  app.use(tokenFail(options));
  return app;
}
