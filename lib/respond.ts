import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { TokenFailAction } from './schemas/token-fail.js';

/** Authlete's `/auth/token/fail`: what each action answers the client application. */
export const STATUS_OF_FAIL_ACTION: Readonly<Record<TokenFailAction, 400 | 500>> = {
  BAD_REQUEST: 400,
  INTERNAL_SERVER_ERROR: 500,
};

/** The answer when Authlete gave none: RFC 6749 section 5.2, with nothing of the cause in it. */
export const SERVER_ERROR_CONTENT = JSON.stringify({
  error: 'server_error',
  error_description: 'The authorization server could not process the token request.',
});

/** RFC 6749 sections 5.1 and 5.2. No charset parameter: JSON has none (RFC 8259 section 11). */
const TOKEN_HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
};

/** Headers that a route may have set for the answer that it then did not send. */
const STALE_HEADERS = [
  'Accept-Ranges',
  'Content-Digest',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-MD5',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Location',
  'Repr-Digest',
  'Trailer',
  'Transfer-Encoding',
];

/**
 * Answers a token request with `content` as the body, unchanged.
 *
 * @param headers - extra headers; those that RFC 6749 demands win over them
 */
export function respond(
  res: ServerResponse,
  status: number,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(content, 'utf8');
  for (const name of STALE_HEADERS) res.removeHeader(name);
  for (const [name, value] of Object.entries({ ...headers, ...TOKEN_HEADERS })) {
    res.setHeader(name, value);
  }
  res.setHeader('Content-Length', body.length);
  res.statusCode = status;
  res.statusMessage = STATUS_CODES[status] ?? '';
  res.end(body);
}
