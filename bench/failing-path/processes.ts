import { join } from 'node:path';
import { type Child, startChild } from '../support/asks.js';
import type { FrontOptions } from './front.js';
import { ANSWER_HEADERS, CONTENT } from './replies.js';
import type { Api, VariantSettings } from './variants/variant.js';

/** What a front is measured with. */
export interface Bench {
  upstream: Child;
  load: Child;
  api: Api;
  /** Starts another script that is built. It ends with the bench, if not before. */
  readonly start: (script: string) => Child;
}

/** A server under test, in a process of its own. */
export interface Front extends Child {
  /** The variant's file. */
  name: string;
  url: string;
  /** Whether it asks upstream for each answer. */
  calls: boolean;
}

/** Where `tsc -p bench/tsconfig.build.json` puts what runs on plain Node. */
const BUILT = join(__dirname, '..', 'dist', 'failing-path');

/** Runs `work` with upstream and load at hand; leaves no process behind. */
export async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const children: Child[] = [];
  const env = { ...process.env, NODE_ENV: 'production', NO_PROXY: '*' };
  const start = (script: string) => {
    const child = startChild(join(BUILT, script), { env, execArgv: ['--expose-gc'] });
    children.push(child);
    return child;
  };
  try {
    const [upstream, load] = [start('upstream.js'), start('load.js')];
    return await work({ upstream, load, api: await upstream.ask<Api>('start'), start });
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
 * @param name - the variant's file
 */
export async function startFront(
  { upstream, api, start }: Bench,
  name: string,
  { settings, workers }: FrontExtras = {},
): Promise<Front> {
  const options: FrontOptions = { name, settings: { ...api, ...settings } };
  const child = start(workers === undefined ? 'front.js' : 'cluster-front.js');
  const url = await child.ask<string>('start', { ...options, workers });
  await upstream.ask('begin', 0);
  await checkAnswer(name, url);
  return { ...child, name, url, calls: name !== 'express-alone' };
}

/** @throws Error if the answer differs from what every other variant answers */
export async function checkAnswer(name: string, url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams('a=b') });
  const { status, headers } = response;
  const body = await response.text();
  const wrong = Object.entries(ANSWER_HEADERS).find(([key, value]) => headers.get(key) !== value);
  if (status !== 400 || body !== CONTENT) throw new Error(`${name} answers ${status} ${body}`);
  if (wrong) throw new Error(`${name} answers ${wrong[0]}: ${headers.get(wrong[0])}`);
}
