import { buildErrorReply, buildResult } from '../results.js';
import { describeRequest } from '../token-response.js';
import type { Grant } from './grant.js';

/** RFC 7523 section 2.1: the server decides by itself. The assertion is passed on unread. */
export const jwtBearerGrant: Grant = {
  answer({ client, form }) {
    const assertion = form.parameter('assertion');
    if (assertion === undefined) {
      return buildErrorReply('BAD_REQUEST', 'ASSERTION_MISSING', 'invalid_request');
    }
    return {
      ...buildResult('JWT_BEARER_READY'),
      action: 'JWT_BEARER',
      assertion,
      grantType: 'JWT_BEARER',
      ...describeRequest(client, form.scopes),
    };
  },
};
