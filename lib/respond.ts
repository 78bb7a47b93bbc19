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
const STALE_HEADERS = new Set([
  'accept-ranges',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-range',
  'etag',
  'last-modified',
  'location',
  'repr-digest',
  'trailer',
  'transfer-encoding',
]);

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
  const length = Buffer.byteLength(content);
  for (const name of res.getHeaderNames()) if (STALE_HEADERS.has(name)) res.removeHeader(name);
  setHeaders(res, headers);
  setHeaders(res, TOKEN_HEADERS);
  res.setHeader('Content-Length', length);
  res.statusCode = status;
  res.statusMessage = STATUS_CODES[status] ?? '';
  // A string is written along with the headers and in one encoding with them, which for a header may
  // only be Latin-1; ASCII, as content nearly always is, is the same in both.
  if (length === content.length) res.end(content, 'latin1');
  else res.end(Buffer.from(content));
}

function setHeaders(res: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}
