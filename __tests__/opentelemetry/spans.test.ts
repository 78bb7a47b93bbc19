import {
  context,
  metrics as globalMetrics,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import express from 'express';
import supertest from 'supertest';
import { InvalidResourceOwnerCredentialsError, tokenFail } from 'express-authlete-token-fail';
import { instrument } from 'express-authlete-token-fail/opentelemetry';
import { FAILURES_TO_OPEN } from '../lib/breaker';
import { cleanUp } from './support/cleanup';
import { watchChannel } from './support/diagnostics';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from './support/secrets';
import { closedPort } from './support/servers';
import { clientAt } from './support/token-server';
import { until } from './support/until';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from './support/upstream';

const failing = { ticket: TICKET, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } as const;

/** The OpenTelemetry SDK with everything kept in memory, and the package instrumented. */
function startTelemetry() {
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spanExporter)],
  });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const stop = instrument({ tracerProvider, meterProvider });
  cleanUp(async () => {
    stop();
    await meterProvider.shutdown();
    await tracerProvider.shutdown();
  });

  /** The data points of each metric, by its name. */
  const metrics = async () => {
    metricExporter.reset();
    await meterProvider.forceFlush();
    const all = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
      ]),
    );
  };
  return { spans: () => spanExporter.getFinishedSpans(), metrics, stop, tracerProvider };
}

/** The attributes by which a server is told. */
function serverOf(url: string) {
  return { 'server.address': '127.0.0.1', 'server.port': Number(new URL(url).port) };
}

const HTTP = {
  'http.request.method': 'POST',
  'url.template': '/api/{serviceId}/auth/token/fail',
};

describe('a span', () => {
  it('is made of each call, by the HTTP semantic conventions', async () => {
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

  it('has no result code that is none', async () => {
    const { spans } = startTelemetry();
    const { url } = await startUpstream((res) => {
      res.writeHead(403).end('{"resultCode":"session 17 of the gateway"}');
    });
    await expect(clientAt(url).tokenFail(failing)).rejects.toThrow();
    expect(spans()[0]?.attributes).not.toHaveProperty(['authlete.result_code']);
  });

  it('that cannot be made leaves the call as it is', async () => {
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

  it('says why a call failed, and how often it was sent again', async () => {
    const { spans } = startTelemetry();
    const url = await closedPort();
    await expect(clientAt(url).tokenFail(failing)).rejects.toThrow('cannot be reached');
    expect(spans()[0]?.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: 'Authlete cannot be reached (ECONNREFUSED)',
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

  it('is within the span of whoever makes the call', async () => {
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

describe('the metrics', () => {
  it('count failed grants by reason and action, and measure calls', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const { metrics } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    const client = clientAt(url);
    const app = express();
    app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
    app.use(tokenFail({ client }));
    await supertest(app).post('/').expect(400);
    await supertest(app).post('/').expect(400);
    const collected = await metrics();
    expect(collected['authlete.token_fail.failures']).toEqual([
      {
        'authlete.reason': 'INVALID_RESOURCE_OWNER_CREDENTIALS',
        'authlete.action': 'BAD_REQUEST',
        'authlete.result_code': 'A067301',
        value: 2,
      },
    ]);
    expect(collected['authlete.client.call.duration']).toEqual([
      {
        ...HTTP,
        ...serverOf(url),
        'http.response.status_code': 200,
        'authlete.action': 'BAD_REQUEST',
        value: expect.objectContaining({ count: 2 }) as unknown,
      },
    ]);
    const milliseconds = calls.reduce((sum, { duration }) => sum + duration, 0);
    const [{ value } = { value: undefined }] = collected['authlete.client.call.duration'] ?? [];
    expect((value as { sum: number }).sum).toBeCloseTo(milliseconds / 1000, 9);
    expect(collected['authlete.client.errors']).toBeUndefined();
    expectNoSecretIn(collected);
  });

  it('count failed calls by their code, and tell that the circuit is open', async () => {
    const { metrics } = startTelemetry();
    const { url } = await startUpstream((res) => res.writeHead(500).end());
    const client = clientAt(url);
    for (let failures = 0; failures <= FAILURES_TO_OPEN; failures++) {
      await expect(client.tokenFail(failing)).rejects.toThrow();
    }
    const collected = await metrics();
    const attributes = { ...HTTP, ...serverOf(url) };
    expect(collected['authlete.client.errors']).toEqual([
      {
        ...attributes,
        ...{ 'http.response.status_code': 500, 'error.type': 'ERR_ATF_HTTP_STATUS' },
        value: FAILURES_TO_OPEN,
      },
      { ...attributes, 'error.type': 'ERR_ATF_CIRCUIT_OPEN', value: 1 },
    ]);
    expect(collected['authlete.client.circuit.state']).toEqual([
      { ...serverOf(url), 'authlete.circuit.state': 'closed', value: 0 },
      { ...serverOf(url), 'authlete.circuit.state': 'open', value: 1 },
      { ...serverOf(url), 'authlete.circuit.state': 'half-open', value: 0 },
    ]);
  });

  it('tell how many calls are under way and wait, over all clients of a server', async () => {
    const { metrics } = startTelemetry();
    const held: (() => void)[] = [];
    const { url } = await startUpstream((res) => {
      held.push(() => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const clients = [clientAt(url, { maxConcurrent: 2 }), clientAt(url, { maxConcurrent: 1 })];
    const calls = clients.flatMap((client) => [1, 2, 3].map(() => client.tokenFail(failing)));
    await until(() => held.length === 3);
    const busy = await metrics();
    expect(busy['authlete.client.calls.active']).toEqual([{ ...serverOf(url), value: 3 }]);
    expect(busy['authlete.client.queue.length']).toEqual([{ ...serverOf(url), value: 3 }]);
    const release = setInterval(() => {
      for (const answer of held.splice(0)) answer();
    }, 1);
    await Promise.all(calls);
    clearInterval(release);
    const idle = await metrics();
    expect(idle['authlete.client.queue.length']).toEqual([{ ...serverOf(url), value: 0 }]);
    expect(idle['authlete.client.circuit.state']).toContainEqual({
      ...{ ...serverOf(url), 'authlete.circuit.state': 'closed', value: 2 },
    });
    await Promise.all(clients.map((client) => client.close()));
    const closed = await metrics();
    expect(closed['authlete.client.circuit.state']).toContainEqual({
      ...{ ...serverOf(url), 'authlete.circuit.state': 'closed', value: 0 },
    });
  });
});

describe('instrument', () => {
  it('has no series of a client that is closed before it calls', async () => {
    const { metrics } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    await clientAt(url).close();
    expect(await metrics()).toEqual({});
  });

  it('stops when it is told to', async () => {
    const { spans, metrics, stop } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    stop();
    await clientAt(url).tokenFail(failing);
    expect(spans()).toEqual([]);
    expect(await metrics()).toEqual({});
  });

  it('takes the global providers where it is given none', async () => {
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    trace.setGlobalTracerProvider(tracerProvider);
    const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const meterProvider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter: metricExporter })],
    });
    globalMetrics.setGlobalMeterProvider(meterProvider);
    const stop = instrument();
    cleanUp(async () => {
      stop();
      trace.disable();
      globalMetrics.disable();
      await meterProvider.shutdown();
    });
    const { url } = await startJsonUpstream(FAIL_REPLY);
    await clientAt(url).tokenFail(failing);
    await meterProvider.forceFlush();
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(metricExporter.getMetrics()).toHaveLength(1);
  });
});
