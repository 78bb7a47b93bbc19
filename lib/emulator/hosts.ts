import { isIPv6 } from 'node:net';
import type { RequestHandler } from 'express';
import { isLoopback } from '../authlete/client-options.js';
import { buildResult } from './results.js';

/**
 * Checks whether a `Host` header names this machine: `localhost`, a name below it, or an IP address
 * of loopback. A page in a browser can have a name of its own point to 127.0.0.1 (DNS rebinding), and
 * then reach what listens there; it cannot make the browser send another `Host`.
 */
export function isLocalHost(header: string | undefined): boolean {
  const name = parseName(header);
  return isLoopback(name) || name.endsWith('.localhost');
}

/**
 * Creates a middleware that refuses every request for another host with 403.
 *
 * @param hosts - names that are allowed besides those of this machine, see {@link formatHost}
 */
export function createHostGuard(hosts: ReadonlySet<string> = new Set()): RequestHandler {
  return function hostGuardMiddleware({ headers: { host } }, res, next) {
    if (isLocalHost(host) || hosts.has(parseName(host))) next();
    else res.status(403).json(buildResult('HOST_REFUSED'));
  };
}

/** A host as a `Host` header has it (RFC 3986 section 3.2.2). */
export function formatHost(host: string): string {
  return isIPv6(host) ? `[${host.toLowerCase()}]` : host.toLowerCase();
}

/** The host of a `Host` header, without its port. */
function parseName(header = ''): string {
  return header.toLowerCase().replace(/:\d+$/, '');
}
