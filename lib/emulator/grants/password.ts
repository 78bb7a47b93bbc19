import { buildErrorReply, buildResult } from '../results.js';
import { describeRequest } from '../token-response.js';
import type { Grant } from './grant.js';

/** RFC 6749 section 4.3: the server checks the credentials, so the request stays open. */
export const passwordGrant: Grant = {
  answer({ client, form, tokenType, settings }, { tickets }) {
    const username = form.parameter('username');
    const password = form.parameter('password');
    if (username === undefined || password === undefined) {
      return buildErrorReply('BAD_REQUEST', 'CREDENTIALS_MISSING', 'invalid_request');
    }
    const { scopes } = form;
    return {
      ...buildResult('PASSWORD_TICKET'),
      action: 'PASSWORD',
      username,
      password,
      ticket: tickets.keep({ client, scopes, tokenType, settings }),
      grantType: 'PASSWORD',
      ...describeRequest(client, scopes),
    };
  },
};
