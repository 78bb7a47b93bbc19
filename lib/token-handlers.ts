import type { TokenAnswer, TokenHandler, TokenHandlers } from './endpoint-options.js';
import { checkedHeaders, HostFunctionError } from './errors.js';
import type { Exchange } from './exchange.js';
import { requireFromHost } from './host-call.js';
import type { TokenAction, TokenResponse } from './schemas/token.js';

/** The answer where there is no handler for a grant that the server must decide by itself. */
export const UNSUPPORTED_GRANT_TYPE: TokenAnswer = {
  status: 400,
  responseContent: '{"error":"unsupported_grant_type"}',
};

/**
 * Asks the host's handler what to answer.
 *
 * @returns the answer, or `undefined` if there is no such handler
 * @throws HostFunctionError if the handler throws, is late, or gives something that is no answer
 */
export async function answerOfHandler<A extends TokenAction>(
  { settings, req, gone }: Exchange,
  name: keyof TokenHandlers,
  handler: TokenHandler<A> | undefined,
  reply: Extract<TokenResponse, { action: A }>,
): Promise<TokenAnswer | undefined> {
  if (!handler) return undefined;
  const call = { name: `handlers.${name}`, timeout: settings.authenticateTimeout, gone };
  return checkedAnswer(
    call.name,
    await requireFromHost(call, (signal) => handler(reply, { req, signal })),
  );
}

function checkedAnswer(name: string, value: unknown): TokenAnswer {
  try {
    const { status = 200, responseContent, headers = {} } = (value ?? {}) as Partial<TokenAnswer>;
    // RFC 9110 section 15: statuses below 200 are no answers.
    if (Number.isInteger(status) && status >= 200 && status <= 599) {
      if (typeof responseContent === 'string') {
        return { status, responseContent, headers: checkedHeaders(headers) };
      }
    }
  } catch {
    // A header that HTTP does not allow, or a getter that throws.
  }
  throw new HostFunctionError(
    'ERR_ATF_HOST_RESULT',
    `${name} must give { status?, responseContent, headers? }: a status from 200 to 599, a string, ` +
      'and headers that HTTP allows',
  );
}
