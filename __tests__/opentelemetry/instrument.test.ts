import { metrics as globalMetrics, trace } from '@opentelemetry/api';
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
import { instrument } from 'express-authlete-token-fail/opentelemetry';
import { cleanUp } from '../support/cleanup';
import { startTelemetry } from '../support/observe/telemetry';
import { TICKET } from '../support/secrets/secrets';
import { clientAt } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

const failing = { ticket: TICKET, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } as const;

describe('instrument', () => {
  it('has no series of a client that was closed before its first call', async () => {
    const { metrics } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    await clientAt(url).close();
    expect(await metrics()).toEqual({});
  });

  it('returns a function that stops it', async () => {
    const { spans, metrics, stop } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    stop();
    await clientAt(url).tokenFail(failing);
    expect(spans()).toEqual([]);
    expect(await metrics()).toEqual({});
  });

  it('uses the global providers by default', async () => {
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
