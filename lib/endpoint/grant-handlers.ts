import { validateHeaders } from '../errors.js';
import type { Answer } from '../fail/answer.js';
import type { TokenResponse } from '../schemas/types.generated.js';
import { createCallbackContext, createResultError, requireFromApp } from './callback.js';
import type { TokenRequestContext } from './context.js';
import type { CallbackContext, TokenAnswer, TokenHandlers } from './options.js';

/**
 * Asks the app's handler what to answer.
 *
 * @returns the answer, or `undefined` if there is no such handler
 * @throws CallbackError if the handler throws, is late, or returns something that is not an answer
 */
export async function callHandler(
  context: TokenRequestContext,
  option: keyof TokenHandlers,
  reply: TokenResponse,
): Promise<Answer | undefined> {
  const { options, req } = context;
  type Handler = (reply: TokenResponse, context: CallbackContext) => unknown;
  const handler = options.handlers[option] as Handler | undefined;
  if (!handler) return undefined;
  const name = `handlers.${option}`;
  return checkAnswer(
    name,
    await requireFromApp(context, name, (source) =>
      handler(reply, createCallbackContext(req, source)),
    ),
  );
}

function checkAnswer(name: string, value: unknown): Answer {
  try {
    const { status = 200, responseContent, headers = {} } = (value ?? {}) as Partial<TokenAnswer>;
    // RFC 9110 section 15: a status below 200 is not an answer.
    const isStatus = Number.isInteger(status) && status >= 200 && status <= 599;
    if (isStatus && typeof responseContent === 'string') {
      return { status, content: responseContent, headers: validateHeaders(headers) };
    }
  } catch {
    // A header that HTTP does not allow, or a getter that throws.
  }
  throw createResultError(
    name,
    'must return { status?, responseContent, headers? }: a status from 200 to 599, a string, and ' +
      'headers that HTTP allows',
  );
}
