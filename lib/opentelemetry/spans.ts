import { type Attributes, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { CallEvent } from '../outcome/channels.js';
import { omitUndefined } from '../outcome/outcome.js';
import { buildHttpAttributes, describeServer } from './attributes.js';
import { listen } from './listen.js';

/**
 * Records a span for each call to Authlete, within the span of its caller.
 *
 * @returns a function that stops it
 */
export function recordSpans(tracer: Tracer): () => void {
  return listen('express-authlete-token-fail:call', (event) => {
    const { client, api, startTime, duration, error } = event;
    const span = tracer.startSpan(`POST ${client.basePath}${api}`, {
      kind: SpanKind.CLIENT,
      startTime,
      attributes: buildAttributes(event),
    });
    if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end(startTime + duration);
  });
}

function buildAttributes(event: CallEvent): Attributes {
  const { client, api, attempts, action, resultCode } = event;
  return omitUndefined({
    ...buildHttpAttributes(event),
    // Without the service's ID, which is not for everyone who sees a trace.
    'url.full': describeServer(client).origin + client.basePath + api,
    'http.request.resend_count': attempts > 1 ? attempts - 1 : undefined,
    'authlete.action': action,
    'authlete.result_code': resultCode,
  });
}
