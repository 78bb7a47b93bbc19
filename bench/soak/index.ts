/**
 * Soaks a token server: grants that fail, many at once, over an upstream that breaks down and
 * recovers; then a client with ten thousand calls waiting. Loopback only.
 *
 *     tsx bench/soak/index.ts [--seconds 60]
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startChild } from '../support/asks.js';
import type { Held } from '../support/held.js';
import { MODES } from './fault-proxy.js';
import type { FrontCount } from './front.js';
import { sendLoad } from './load.js';
import { type Findings, reportOf, type UpstreamCount, verdictsOf } from './report.js';
import type { StallResult } from './stall.js';

const CONCURRENCY = 200;

/** Seconds: an hour is enough. */
const MAX_SECONDS = 3600;

/** Milliseconds between two faults, while the server warms up and afterwards. */
const WARM_UP_INTERVAL = 250;
const INTERVAL = 1000;

/** Milliseconds: every fault comes twice. */
const WARM_UP = 2 * MODES.length * WARM_UP_INTERVAL;

/** Milliseconds of one call: of the server's client, and of the stalled one by default. */
const TIMEOUT = 2000;
const STALL_TIMEOUT = 5000;

/** Milliseconds until idle sockets are closed and all calls have ended. */
const REST = 6000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
  throw new Error(`--seconds must be a number up to ${MAX_SECONDS}`);
}

interface Api {
  baseUrl: string;
  serviceId: string;
  accessToken: string;
}

/** With the garbage collector at hand. */
const start = (script: string) =>
  startChild(join(__dirname, script), { execArgv: ['--import', 'tsx', '--expose-gc'] });

const upstream = start('upstream.ts');
const front = start('front.ts');
const stalled = start('stall.ts');

async function soak(): Promise<Findings> {
  const deadline = 2 * TIMEOUT;
  const api = await upstream.ask<Api>('start');
  const url = await front.ask<string>('start', { ...api, timeout: TIMEOUT });
  const load = { url, concurrency: CONCURRENCY, patience: 2 * deadline };

  process.stderr.write('Warming up ...\n');
  await upstream.ask('flap', WARM_UP_INTERVAL);
  await sendLoad({ ...load, duration: WARM_UP });
  await upstream.ask('settle', 'pass');
  await sleep(REST);
  const before = await front.ask<Held>('held');

  process.stderr.write(`${CONCURRENCY} grants at once for ${seconds} s ...\n`);
  await upstream.ask('flap', INTERVAL);
  const result = await sendLoad({ ...load, duration: seconds * 1000 });
  await upstream.ask('settle', 'pass');
  await sleep(REST);
  const after = await front.ask<Held>('held');
  const counts = {
    front: await front.ask<FrontCount>('count'),
    upstream: await upstream.ask<UpstreamCount>('count'),
  };

  process.stderr.write('Upstream answers nothing ...\n');
  await upstream.ask('settle', 'stall');
  const stall = await stalled.ask<StallResult>('stall', { ...api, timeout: STALL_TIMEOUT });
  await upstream.ask('settle', 'pass');
  const recovery = await stalled.ask<number>('recovery', 2 * STALL_TIMEOUT);

  return {
    ...{ seconds, load: result, deadline, ...counts },
    ...{ before, after, stall, timeout: STALL_TIMEOUT, recovery },
  };
}

soak()
  .then((findings) => {
    process.stdout.write(reportOf(findings));
    if (verdictsOf(findings).some(([, holds]) => !holds)) process.exitCode = 1;
  })
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    for (const child of [upstream, front, stalled]) child.stop();
  });
