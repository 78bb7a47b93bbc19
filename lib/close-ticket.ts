import type { AuthleteClient } from './client.js';
import { AuthleteApiError } from './errors.js';
import type { TokenFailRequest, TokenFailResponse } from './schemas/token-fail.js';
import { checkTokenFailResponse } from './validate.js';

/** Makes the fail call, and does not take an unchecked reply from a client of the host's own. */
export async function closeTicket(
  client: AuthleteClient,
  { ticket, reason }: TokenFailRequest,
): Promise<TokenFailResponse> {
  return checkedReply(await client.tokenFail({ ticket, reason }));
}

/** @throws AuthleteApiError if it is no reply of `/auth/token/fail` */
export function checkedReply(reply: unknown): TokenFailResponse {
  const problem = checkTokenFailResponse(reply);
  if (problem !== undefined) {
    throw new AuthleteApiError(
      'ERR_ATF_RESPONSE_INVALID',
      `The client's reply is invalid: ${problem}`,
    );
  }
  return reply as TokenFailResponse;
}
