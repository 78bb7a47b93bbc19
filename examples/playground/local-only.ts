import type { RequestHandler } from 'express';
import { isLocalHost } from 'express-authlete-token-fail/emulator';

/**
 * Refuses what does not come from a page of this server: requests by a name that somebody points to
 * 127.0.0.1 (DNS rebinding), and what a page of another site sends (CSRF).
 */
export const localOnly: RequestHandler = ({ method, headers }, res, next) => {
  const { host, origin = `http://${host}` } = headers;
  const fromHere = origin === `http://${host}` && headers['sec-fetch-site'] !== 'cross-site';
  if (isLocalHost(host) && (fromHere || method === 'GET')) next();
  else res.status(403).json({ message: 'Only the page of this server may do that.' });
};
