import { InvalidTokenRequestError } from './invalid-request.js';

/** The client credentials of an Authorization header. */
export interface BasicCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** RFC 4648 section 4, not empty. */
const BASE64 = /^(?=.)(?:[A-Z\d+/]{4})*(?:[A-Z\d+/]{2}==|[A-Z\d+/]{3}=)?$/i;

/**
 * Parses HTTP Basic credentials (RFC 7617) as RFC 6749 section 2.3.1 requires them: client ID and
 * client secret are each form-urlencoded before they are joined.
 *
 * @param authorization - the Authorization header, if there is one
 * @returns the credentials, or `undefined` without a header
 * @throws InvalidTokenRequestError with 401 `invalid_client` for any other scheme or a malformed header
 */
export function parseBasicCredentials(
  authorization: string | undefined,
): BasicCredentials | undefined {
  if (authorization === undefined) return undefined;
  const [, base64 = ''] = /^Basic +(\S+) *$/i.exec(authorization) ?? [];
  if (!BASE64.test(base64)) {
    throw createError('The Authorization header is not one of the Basic scheme.');
  }
  try {
    const userPass = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(base64, 'base64'),
    );
    const [, clientId = '', clientSecret = ''] = /^([^:]+):([^]*)$/.exec(userPass) ?? [];
    if (clientId !== '') {
      return { clientId: decodeForm(clientId), clientSecret: decodeForm(clientSecret) };
    }
  } catch {
    // Not UTF-8, or a percent sign that encodes nothing.
  }
  throw createError('The Authorization header has malformed credentials.');
}

/** @throws URIError if it is not form-urlencoded */
function decodeForm(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function createError(description: string): InvalidTokenRequestError {
  return new InvalidTokenRequestError(401, 'invalid_client', description);
}
