import { join } from 'node:path';
import { type Child, startChild } from '../support/asks.js';
import type { FrontOptions } from './front.js';
import { type ApiPath, type Grant, GRANTS } from './grants.js';
import { ANSWER_HEADERS } from './replies.js';
import { findVariant, type VariantInfo } from './variants/table.js';
import type { Api, VariantSettings } from './variants/variant.js';

/** What a front is measured with. */
export interface Bench {
  upstream: Child;
  api: Api;
  /** Starts another script that is built. It ends with the bench, if not before. */
  readonly start: (script: string) => Child;
}

/** A server under test, in a process of its own, as is its load. */
export interface Front extends Child {
  title: string;
  url: string;
  /** What sends its requests. */
  load: Child;
  /** What it is asked. */
  grant: Grant;
  /** The calls that upstream sees for each answer. */
  calls: readonly ApiPath[];
}

/** Where `tsc -p bench/tsconfig.build.json` puts what runs on plain Node. */
const BUILT = join(__dirname, '..', 'dist', 'failing-path');

/** Starts upstream, runs `work`, and stops all that was started. */
export async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const children: Child[] = [];
  const production = { NODE_ENV: 'production', NO_PROXY: '*', NODE_NO_WARNINGS: '1' };
  const env = { ...process.env, ...production };
  const start = (script: string) => {
    const child = startChild(join(BUILT, script), { env, execArgv: ['--expose-gc'] });
    children.push(child);
    return child;
  };
  try {
    const upstream = start('upstream.js');
    return await work({ upstream, api: await upstream.ask<Api>('start'), start });
  } finally {
    for (const child of children) child.stop();
  }
}

/** How a front differs from the plain one. */
export interface FrontExtras {
  settings?: Partial<VariantSettings>;
  /** Processes that share the port, by node:cluster. */
  workers?: number;
}

/**
 * Starts a front and sees that it answers as it should.
 *
 * @param variant - by its name, or one that has none
 */
export async function startFront(
  { upstream, api, start }: Bench,
  variant: string | VariantInfo,
  { settings, workers }: FrontExtras = {},
): Promise<Front> {
  const found = typeof variant === 'string' ? findVariant(variant) : variant;
  const { title, file, grant: name, alone } = found;
  const options: FrontOptions = { file, settings: { ...api, ...found.settings, ...settings } };
  const child = start(workers === undefined ? 'front.js' : 'cluster-front.js');
  const url = await child.ask<string>('start', { ...options, workers });
  await upstream.ask('begin', 0);
  const grant = GRANTS[name];
  await checkAnswer(title, url, grant);
  const load = start('load.js');
  const stop = (): void => {
    child.stop();
    load.stop();
  };
  return { ...child, stop, title, url, load, grant, calls: alone ? [] : grant.calls };
}

/** @throws Error if the answer differs from what every other variant answers */
export async function checkAnswer(title: string, url: string, grant: Grant): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(grant.form) });
  const { status, headers } = response;
  const body = await response.text();
  if (status !== grant.status || body !== grant.content) {
    throw new Error(`${title} answers ${status} ${body}`);
  }
  const length = String(Buffer.byteLength(grant.content));
  const expected = Object.entries({ ...ANSWER_HEADERS, 'content-length': length });
  const wrong = expected.find(([key, value]) => headers.get(key) !== value);
  if (wrong) throw new Error(`${title} answers ${wrong[0]}: ${headers.get(wrong[0])}`);
}
