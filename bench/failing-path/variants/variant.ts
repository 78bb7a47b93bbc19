import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';

/** Where upstream is. */
export interface Api {
  baseUrl: string;
  serviceId: string;
  accessToken: string;
}

/** What a variant's server needs to know. */
export interface VariantSettings extends Api {
  /** Of the package's client; where they are left out, its defaults. */
  maxConcurrent?: number;
  timeout?: number;
  /** Where attempts are counted. Default: nowhere. */
  counts?: Counts;
  /** What listens to outcomes. */
  observer?: 'logger' | 'channel' | 'opentelemetry';
  /** Of the client that the bench builds of the package's parts. */
  without?: readonly Protection[];
  /** Milliseconds that `authenticate` takes. Default: none. */
  passwordCheck?: number;
}

/** Where attempts are counted, and how many each may have. */
export interface Counts {
  /** `redis-and-memory` remembers in memory who is blocked. */
  store: 'memory' | 'redis' | 'redis-and-memory';
  redisPort?: number;
  points: { user: number; address: number };
}

/** Parts of the client that can be left out to see what they cost. */
export const PROTECTIONS = ['deadline', 'limiter', 'circuit', 'checks', 'secrets'] as const;

export type Protection = (typeof PROTECTIONS)[number];

/** A token server of a kind. */
export interface Variant {
  createApp(settings: VariantSettings): RequestListener;
  /** Fail calls in flight or waiting at once, at most, since it was last called. */
  takePeak?(): number;
  /** Commands sent to Redis up to now. */
  countRoundTrips?(): number;
}

/** By the name of its file, so that a process loads no other variant's modules. */
export function loadVariant(file: string): Variant {
  return createRequire(__filename)(`./${file}.js`) as Variant;
}

let tickets = 0;

/** As long as a real one, and never the same. */
export function nextTicket(): string {
  return String(tickets++).padStart(43, 'ticket-');
}
