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
import { cleanUp } from '../cleanup';

/** Starts the OpenTelemetry SDK with everything kept in memory, and instruments the package. */
export function startTelemetry() {
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

/** The attributes of a server. */
export function serverOf(url: string) {
  return { 'server.address': '127.0.0.1', 'server.port': Number(new URL(url).port) };
}

/** The attributes of a call of `/auth/token/fail`. */
export const HTTP = {
  'http.request.method': 'POST',
  'url.template': '/api/{serviceId}/auth/token/fail',
};
