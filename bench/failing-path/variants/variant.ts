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
}

/** A token server whose every grant fails: one way to close the ticket and to answer. */
export interface Variant {
  createApp(settings: VariantSettings): RequestListener;
  /** Fail calls in flight or waiting at once, at most, since it was last called. */
  takePeak?(): number;
}

/** By the name of its file, so that a process loads no other variant's modules. */
export function loadVariant(name: string): Variant {
  return createRequire(__filename)(`./${name}.js`) as Variant;
}

/** What each is, by the name of its file. */
export const VARIANTS = {
  'express-alone': 'Express 5, no upstream call',
  undici: 'Express 5 + undici by hand: the limit',
  axios: 'Express 5 + axios by hand',
  sdk: 'Express 5 + official SDK',
  ours: 'tokenFail, defaults',
  'ours-express4': 'tokenFail on Express 4',
  'ours-app-axios': "tokenFail with an app's axios, http adapter",
};

export type VariantName = keyof typeof VARIANTS;

let tickets = 0;

/** As long as a real one, and never the same. */
export function nextTicket(): string {
  return String(tickets++).padStart(43, 'ticket-');
}
