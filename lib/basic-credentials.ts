import { RefusedTokenRequest } from './refusal.js';

/** The client credentials of an Authorization header. */
export interface BasicCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** RFC 4648 section 4, not empty. */
const BASE64 = /^(?=.)(?:[A-Z\d+/]{4})*(?:[A-Z\d+/]{2}==|[A-Z\d+/]{3}=)?$/i;

/**
 * Reads HTTP Basic credentials (RFC 7617) as RFC 6749 section 2.3.1 wants them: client ID and client
 * secret are form-urlencoded each before they are put together.
 *
 * @param authorization - the Authorization header, if there is one
 * @returns the credentials, or `undefined` without a header
 * @throws RefusedTokenRequest with 401 `invalid_client` for any other scheme or a malformed header
 */
export function basicCredentialsOf(
  authorization: string | undefined,
): BasicCredentials | undefined {
  if (authorization === undefined) return undefined;
  const [, base64 = ''] = /^Basic +(\S+) *$/i.exec(authorization) ?? [];
  if (!BASE64.test(base64)) {
    throw refused('The Authorization header is not one of the Basic scheme.');
  }
  try {
    const userPass = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(base64, 'base64'),
    );
    const [, clientId = '', clientSecret = ''] = /^([^:]+):([^]*)$/.exec(userPass) ?? [];
    if (clientId !== '') {
      return { clientId: formDecoded(clientId), clientSecret: formDecoded(clientSecret) };
    }
  } catch {
    // Not UTF-8, or a percent sign that encodes nothing.
  }
  throw refused('The Authorization header has malformed credentials.');
}

/** @throws URIError if it is not form-urlencoded */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function refused(description: string): RefusedTokenRequest {
  return new RefusedTokenRequest(401, 'invalid_client', description);
}
