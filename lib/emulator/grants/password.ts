import { errorReply, resultOf } from '../results.js';
import { requestFields } from '../token-response.js';
import type { Grant } from './grant.js';

/** RFC 6749 section 4.3: the server checks the credentials, so the outcome stays open. */
export const passwordGrant: Grant = {
  answer({ client, form, tokenType }, { tickets }) {
    const username = form.parameter('username');
    const password = form.parameter('password');
    if (username === undefined || password === undefined) {
      return errorReply('BAD_REQUEST', 'CREDENTIALS_MISSING', 'invalid_request');
    }
    const { scopes } = form;
    return {
      ...resultOf('PASSWORD_TICKET'),
      action: 'PASSWORD',
      username,
      password,
      ticket: tickets.open({ client, scopes, tokenType }),
      grantType: 'PASSWORD',
      ...requestFields(client, scopes),
    };
  },
};
