import { AuthleteApiError, type AuthleteApiPath } from '../errors.js';
import {
  type Check,
  checkTokenFailRequest,
  checkTokenFailResponse,
  checkTokenIssueRequest,
  checkTokenIssueResponse,
  checkTokenRequest,
  checkTokenResponse,
} from '../schemas/validate.js';

/** One of Authlete's three token APIs. */
export interface Api {
  readonly path: AuthleteApiPath;
  readonly checkRequest: Check;
  readonly checkResponse: Check;
  /**
   * Bytes of a reply, as sent and decompressed. It bounds the memory of a call and the time that
   * `JSON.parse` blocks the process for.
   */
  readonly maxReplyBytes: number;
}

export const TOKEN: Api = {
  path: '/auth/token',
  checkRequest: checkTokenRequest,
  checkResponse: checkTokenResponse,
  // An access token of 20 KB as a JWT, three times, and the parameters of the request.
  maxReplyBytes: 256 * 1024,
};

export const TOKEN_ISSUE: Api = {
  path: '/auth/token/issue',
  checkRequest: checkTokenIssueRequest,
  checkResponse: checkTokenIssueResponse,
  maxReplyBytes: 256 * 1024,
};

export const TOKEN_FAIL: Api = {
  path: '/auth/token/fail',
  checkRequest: checkTokenFailRequest,
  checkResponse: checkTokenFailResponse,
  // An error code and its description: some hundred bytes.
  maxReplyBytes: 64 * 1024,
};

/**
 * Checks what a client of the app's own returned, which may be anything.
 *
 * @throws AuthleteApiError
 */
export function checkClientReply({ path: api, checkResponse }: Api, reply: unknown): void {
  const problem = checkResponse(reply);
  if (problem === undefined) return;
  const message = `The client's reply for ${api} is invalid: ${problem}`;
  throw new AuthleteApiError('ERR_ATF_RESPONSE_INVALID', message, { api });
}

export const APIS: readonly Api[] = [TOKEN, TOKEN_ISSUE, TOKEN_FAIL];
