import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { TokenFailAction } from '../schemas/types.generated.js';

/** The HTTP status of the answer, by the action of `/auth/token/fail`. */
export const FAIL_ACTION_STATUS: Readonly<Record<TokenFailAction, 400 | 500>> = {
  BAD_REQUEST: 400,
  INTERNAL_SERVER_ERROR: 500,
};

/** The answer when Authlete gave none (RFC 6749 section 5.2). Nothing of the cause shows in it. */
export const SERVER_ERROR_CONTENT = JSON.stringify({
  error: 'server_error',
  error_description: 'The authorization server could not process the token request.',
});

/** RFC 6749 sections 5.1 and 5.2. No charset parameter: JSON has none (RFC 8259 section 11). */
const TOKEN_HEADERS = Object.entries({
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
});

/** Headers that a route may have set for an answer that it then did not send. */
const STALE_HEADERS =
  /^(content-(digest|disposition|encoding|language|md5|range)|repr-digest|accept-ranges|etag|last-modified|location|trailer|transfer-encoding)$/;

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
  for (const name of res.getHeaderNames()) if (STALE_HEADERS.test(name)) res.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  for (const [name, value] of TOKEN_HEADERS) res.setHeader(name, value);
  res.setHeader('Content-Length', length);
  res.statusCode = status;
  res.statusMessage = STATUS_CODES[status] ?? '';
  // Node writes a string together with the headers, in one encoding: Latin-1, for a header. Content
  // is nearly always ASCII, which is the same in Latin-1 and in UTF-8.
  if (length === content.length) res.end(content, 'latin1');
  else res.end(Buffer.from(content));
}
