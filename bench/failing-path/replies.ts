/** What Authlete's `/auth/token/fail` wants answered: 300 bytes or so, as it might be. */
export const CONTENT = JSON.stringify({
  error: 'invalid_request',
  error_description:
    '[A067301] The credentials (username & password) passed to the token endpoint are invalid. ' +
    'The resource owner password credentials grant (RFC 6749, section 4.3) was refused by the ' +
    'authorization server.',
  error_uri: 'https://docs.authlete.com/#A067301',
});

/** The reply of `/auth/token/fail`. */
export const REPLY = JSON.stringify({
  resultCode: 'A067301',
  resultMessage: '[A067301] The credentials passed to the token endpoint are invalid.',
  action: 'BAD_REQUEST',
  responseContent: CONTENT,
});

/** What every variant answers with, or it does not do the same work as the others. */
export const ANSWER_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-length': String(Buffer.byteLength(CONTENT)),
};
