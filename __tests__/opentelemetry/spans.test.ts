import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { instrument } from 'express-authlete-token-fail/opentelemetry';
import { cleanUp } from '../support/cleanup';
import { HTTP, serverOf, startTelemetry } from '../support/observe/telemetry';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { closedPort } from '../support/servers/listen';
import { clientAt } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

const failing = { ticket: TICKET, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } as const;

describe('a span', () => {
  it('is recorded for each call, by the HTTP semantic conventions', async () => {
    const { spans } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    await clientAt(url).tokenFail(failing);
    const [span, ...others] = spans();
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'POST /api/{serviceId}/auth/token/fail',
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      ended: true,
    });
    expect(span?.attributes).toEqual({
      ...HTTP,
      ...serverOf(url),
      'url.full': `${url}/api/{serviceId}/auth/token/fail`,
      'http.response.status_code': 200,
      'authlete.action': 'BAD_REQUEST',
      'authlete.result_code': 'A067301',
    });
    expectNoSecretIn(span?.attributes, span?.events, span?.status);
  });

  it('is as long as the call', async () => {
    const { spans } = startTelemetry();
    const { url } = await startUpstream((res) => {
      setTimeout(() => res.end(JSON.stringify(FAIL_REPLY)), 100);
    });
    const before = Date.now();
    await clientAt(url).tokenFail(failing);
    const after = Date.now();
    const [{ startTime, endTime } = { startTime: [0, 0], endTime: [0, 0] }] = spans();
    const milliseconds = ([seconds, nanos]: readonly number[]) =>
      (seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6;
    expect(milliseconds(startTime)).toBeGreaterThanOrEqual(before);
    expect(milliseconds(endTime)).toBeLessThanOrEqual(after + 1);
    expect(milliseconds(endTime) - milliseconds(startTime)).toBeGreaterThanOrEqual(95);
  });

  it('has no result code that does not look like one', async () => {
    const { spans } = startTelemetry();
    const { url } = await startUpstream((res) => {
      res.writeHead(403).end('{"resultCode":"session 17 of the gateway"}');
    });
    await expect(clientAt(url).tokenFail(failing)).rejects.toThrow();
    expect(spans()[0]?.attributes).not.toHaveProperty(['authlete.result_code']);
  });

  it('that cannot be recorded leaves the call as it is', async () => {
    const { tracerProvider } = startTelemetry();
    const stop = instrument({
      tracerProvider: {
        getTracer: () => ({
          ...tracerProvider.getTracer('broken'),
          startSpan: () => {
            throw new Error('the exporter');
          },
        }),
      },
    });
    cleanUp(stop);
    const { url } = await startJsonUpstream(FAIL_REPLY);
    await expect(clientAt(url).tokenFail(failing)).resolves.toEqual(FAIL_REPLY);
  });

  it('has the path of Authlete 2.3, which has no service ID in it', async () => {
    const { spans } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    const auth = { serviceId: undefined, apiVersion: 2 } as const;
    await clientAt(url, auth).tokenFail(failing);
    expect(spans()[0]?.name).toBe('POST /api/auth/token/fail');
    expect(spans()[0]?.attributes).toMatchObject({
      'url.template': '/api/auth/token/fail',
      'url.full': `${url}/api/auth/token/fail`,
    });
  });

  it('says why a call failed, and how often it was sent again', async () => {
    const { spans } = startTelemetry();
    const url = await closedPort();
    await expect(clientAt(url).tokenFail(failing)).rejects.toThrow('cannot be reached');
    expect(spans()[0]?.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: expect.stringMatching(/cannot be reached.+\(ECONNREFUSED\)$/) as unknown,
    });
    expect(spans()[0]?.attributes).toEqual({
      ...HTTP,
      ...serverOf(url),
      'url.full': `${url}/api/{serviceId}/auth/token/fail`,
      'http.request.resend_count': 2,
      'error.type': 'ERR_ATF_UNREACHABLE',
    });
  });

  it('has the result code that came with an HTTP error, and the path of baseUrl', async () => {
    const { spans } = startTelemetry();
    const upstream = await startUpstream((res) => {
      const result = { resultCode: 'A001202', resultMessage: `no: ${BEARER_TOKEN}` };
      res.writeHead(401).end(JSON.stringify(result));
    });
    await expect(clientAt(`${upstream.url}/eu/`).tokenFail(failing)).rejects.toThrow();
    expect(spans()[0]?.attributes).toMatchObject({
      'url.full': `${upstream.url}/eu/api/{serviceId}/auth/token/fail`,
      'http.response.status_code': 401,
      'error.type': 'ERR_ATF_HTTP_STATUS',
      'authlete.result_code': 'A001202',
    });
    expectNoSecretIn(spans()[0]?.attributes, spans()[0]?.status);
  });

  it('is a child of the span of the caller', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    cleanUp(() => context.disable());
    const { spans, tracerProvider } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    const parent = tracerProvider.getTracer('test').startSpan('POST /token');
    await context.with(trace.setSpan(context.active(), parent), () =>
      clientAt(url).tokenFail(failing),
    );
    expect(spans()[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(spans()[0]?.spanContext().traceId).toBe(parent.spanContext().traceId);
  });
});
