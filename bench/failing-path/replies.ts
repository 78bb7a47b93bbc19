/** What Authlete's `/auth/token/fail` wants answered: 300 bytes or so, as it might be. */
export const FAIL_CONTENT = JSON.stringify({
  error: 'invalid_request',
  error_description:
    '[A067301] The credentials (username & password) passed to the token endpoint are invalid. ' +
    'The resource owner password credentials grant (RFC 6749, section 4.3) was refused by the ' +
    'authorization server.',
  error_uri: 'https://docs.authlete.com/#A067301',
});

/** What is answered with an access token. */
export const TOKEN_CONTENT = JSON.stringify({
  access_token: 'bench-issued-access-token-of-43-characters-',
  token_type: 'Bearer',
  expires_in: 86400,
  scope: 'history.read timeline.read',
});

/** The reply of `/auth/token/fail`. */
export const FAIL_REPLY = JSON.stringify({
  resultCode: 'A067301',
  resultMessage: '[A067301] The credentials passed to the token endpoint are invalid.',
  action: 'BAD_REQUEST',
  responseContent: FAIL_CONTENT,
});

const ISSUED = {
  action: 'OK',
  responseContent: TOKEN_CONTENT,
  accessToken: 'bench-issued-access-token-of-43-characters-',
  accessTokenDuration: 86400,
  clientId: 26478243745571,
  scopes: ['history.read', 'timeline.read'],
};

/** The reply of `/auth/token/issue`. */
export const ISSUE_REPLY = JSON.stringify({
  resultCode: 'A056001',
  resultMessage: '[A056001] The access token was issued for the ticket.',
  ...ISSUED,
  subject: 'john-1',
});

/** The reply of `/auth/token` for client credentials. */
export const CLIENT_CREDENTIALS_REPLY = JSON.stringify({
  resultCode: 'A050001',
  resultMessage: '[A050001] The token request was processed successfully.',
  ...ISSUED,
  grantType: 'CLIENT_CREDENTIALS',
});

/** The reply of `/auth/token` for the password grant, which opens a ticket. */
export function passwordReply(ticket: string, password: string): string {
  return JSON.stringify({
    resultCode: 'A054001',
    resultMessage: '[A054001] The token request is a valid password grant request.',
    ...{ action: 'PASSWORD', ticket, username: 'john', password },
    ...{ grantType: 'PASSWORD', clientId: 26478243745571, scopes: ISSUED.scopes },
  });
}

/** What every variant answers with, or it does not do the same work as the others. */
export const ANSWER_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
};
