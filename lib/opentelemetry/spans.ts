import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { defined } from '../defined.js';
import type { CallEvent } from '../diagnostics.js';
import { httpAttributesOf, targetOf } from './attributes.js';
import { listen } from './listen.js';

/**
 * Makes a span of each call to Authlete, within the span of whoever makes it.
 *
 * @returns what stops it
 */
export function recordSpans(tracer: Tracer): () => void {
  return listen('express-authlete-token-fail:call', (event) => {
    const { client, api, startTime, duration, error } = event;
    const span = tracer.startSpan(`POST ${targetOf(client).path}${api}`, {
      kind: SpanKind.CLIENT,
      startTime,
      attributes: attributesOf(event),
    });
    if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end(startTime + duration);
  });
}

function attributesOf(event: CallEvent) {
  const { client, api, attempts, action, resultCode } = event;
  const { origin, path } = targetOf(client);
  return defined({
    ...httpAttributesOf(event),
    'url.full': origin + path + api,
    'http.request.resend_count': attempts > 1 ? attempts - 1 : undefined,
    'authlete.action': action,
    'authlete.result_code': resultCode,
  });
}
