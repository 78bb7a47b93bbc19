import { subscribe } from 'node:diagnostics_channel';
import { createWriteStream } from 'node:fs';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { TokenFailOptions } from 'express-authlete-token-fail';
import { instrument } from 'express-authlete-token-fail/opentelemetry';
import { pino } from 'pino';
import type { VariantSettings } from './variant.js';

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** `ExportResultCode.SUCCESS` */
const DONE = { code: 0 } as unknown as ExportResult;

const SPANS: SpanExporter = {
  export: (_spans, done) => done(DONE),
  shutdown: () => Promise.resolve(),
};

const METRICS: PushMetricExporter = {
  export: (_metrics, done) => done(DONE),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
};

/** Has something listen to outcomes, and keep nothing of them. */
export function observe(
  by: NonNullable<VariantSettings['observer']>,
): Pick<TokenFailOptions, 'logger'> {
  switch (by) {
    case 'logger':
      return { logger: pino(createWriteStream('/dev/null')) };
    case 'channel':
      for (const name of ['outcome', 'call', 'load']) {
        subscribe(`express-authlete-token-fail:${name}`, () => undefined);
      }
      return {};
    case 'opentelemetry':
      instrument({
        tracerProvider: new BasicTracerProvider({
          spanProcessors: [new BatchSpanProcessor(SPANS)],
        }),
        meterProvider: new MeterProvider({
          readers: [new PeriodicExportingMetricReader({ exporter: METRICS })],
        }),
      });
      return {};
  }
}
