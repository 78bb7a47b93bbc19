import type { RequestHandler } from 'express';

/**
 * Keeps out whatever is not a page of this server: a name that somebody has point to 127.0.0.1 (DNS
 * rebinding), and what another site's page sends (CSRF).
 */
export const localOnly: RequestHandler = ({ method, headers }, res, next) => {
  const { host = '', origin = `http://${host}` } = headers;
  const local = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host);
  const fromHere = origin === `http://${host}` && headers['sec-fetch-site'] !== 'cross-site';
  if (local && (fromHere || method === 'GET')) next();
  else res.status(403).json({ message: 'Only the page of this server may do that.' });
};
