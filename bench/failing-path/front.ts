import { createServer } from 'node:http';
import { answerAsks } from '../support/asks.js';
import { held } from '../support/held.js';
import { listen } from '../support/listen.js';
import { type Usage, usage } from '../support/usage.js';
import { createGate, type Gate } from './gate.js';
import { startProfile, stopProfile } from './profiler.js';
import { loadVariant, type Variant, type VariantSettings } from './variants/variant.js';

/** What to start. */
export interface FrontOptions {
  /** The variant's file. */
  file: string;
  settings: VariantSettings;
}

/** What a front has used, and for how many requests. */
export interface FrontUsage extends Usage {
  requests: number;
  /** Commands to Redis. */
  roundTrips: number;
  /** Milliseconds on this process's own clock. */
  at: number;
}

let variant: Variant;
let gate: Gate;

answerAsks({
  async start({ file, settings }: FrontOptions) {
    variant = loadVariant(file);
    gate = createGate(variant.createApp(settings));
    return `${await listen(createServer(gate.listener))}/token`;
  },
  closeGate: () => gate.close(),
  waiting: () => gate.waiting(),
  openGate: () => gate.open(),
  usage: (): FrontUsage => ({
    ...usage(),
    requests: gate.passed(),
    roundTrips: variant.countRoundTrips?.() ?? 0,
    at: performance.now(),
  }),
  takePeak: () => variant.takePeak?.(),
  startProfile,
  stopProfile,
  held,
});
