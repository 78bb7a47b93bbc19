import { type MeterProvider, metrics, trace, type TracerProvider } from '@opentelemetry/api';
import { recordMetrics } from './metrics.js';
import { recordSpans } from './spans.js';

/** Options of {@link instrument}. */
export interface InstrumentOptions {
  /** Where spans go. Default: OpenTelemetry's global tracer provider. */
  tracerProvider?: TracerProvider | undefined;
  /**
   * Where metrics go. Default: OpenTelemetry's global meter provider, which has to be registered
   * before this is called.
   */
  meterProvider?: MeterProvider | undefined;
}

/** The name of the instrumentation scope. */
const SCOPE = 'express-authlete-token-fail';

/**
 * Records OpenTelemetry spans and metrics from what the package publishes on
 * `node:diagnostics_channel`: a client span for each call to Authlete, by the HTTP semantic
 * conventions, and metrics of outcomes, calls, circuits and queues. No secret is in them, nor the
 * service's ID.
 *
 * @returns a function that stops it
 */
export function instrument({ tracerProvider, meterProvider }: InstrumentOptions = {}): () => void {
  const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE);
  const meter = (meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE);
  const stops = [recordSpans(tracer), recordMetrics(meter)];
  return () => {
    for (const stop of stops) stop();
  };
}
