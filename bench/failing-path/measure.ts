import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../support/usage.js';
import type { FrontUsage } from './front.js';
import type { Load, LoadResult, Times } from './load.js';
import type { Bench, Front } from './processes.js';
import { API_PATHS } from './grants.js';
import type { UpstreamCount } from './upstream.js';

/** Under what a front is measured. */
export interface Cell {
  /** Milliseconds until upstream replies. */
  delay: number;
  connections: number;
}

/** What was measured of a front. */
export interface Measurement extends Cell {
  /** Token requests. */
  requests: number;
  /** Microseconds of the front's CPU, user and system, for each. */
  cpu: number;
  /** For each second. */
  rate: number;
  /** Milliseconds until the answer. */
  p50: number;
  p99: number;
  /** Bytes of the front's resident memory at the end. */
  resident: number;
  /** Commands to Redis, for each request. */
  roundTrips: number;
  /** How much of one core each process used. */
  busy: { front: number; upstream: number; load: number };
}

/** How a front is warmed up. */
const WARM_UP: Cell = { delay: 0, connections: 50 };

/** Answers for each connection, on average, until a load is measured. */
const SETTLING = 2;

/** Milliseconds that connections or answers may take to come. */
const PATIENCE = 120_000;

/** Milliseconds between two looks whether all connections are accepted. */
const LOOK = 10;

/** Has a front answer so many times, until its code is compiled. */
export async function warmUp(bench: Bench, front: Front, answers: number): Promise<void> {
  await underLoad(bench, front, WARM_UP, () => bench.load.ask('reach', answers, PATIENCE));
}

/**
 * Measures a front for so many seconds.
 *
 * @throws Error if an answer is wrong or missing, or if upstream saw other calls than each takes
 */
export function measure(
  bench: Bench,
  front: Front,
  cell: Cell,
  seconds: number,
): Promise<Measurement> {
  const { load } = bench;
  return underLoad(bench, front, cell, async () => {
    await load.ask('reach', SETTLING * cell.connections, PATIENCE);
    await load.ask('takeTimes');
    await front.ask('takePeak');
    const before = await usages(bench, front);
    await sleep(seconds * 1000);
    const after = await usages(bench, front);
    const { p50, p99 } = await load.ask<Times>('takeTimes');

    const requests = after.front.requests - before.front.requests;
    const elapsed = after.front.at - before.front.at;
    const used = (name: keyof typeof before) => after[name].cpu - before[name].cpu;
    const busy = (name: keyof typeof before) => used(name) / 1000 / elapsed;
    return {
      ...{ ...cell, requests, cpu: used('front') / requests, rate: (requests / elapsed) * 1000 },
      ...{ p50, p99, resident: after.front.resident },
      roundTrips: (after.front.roundTrips - before.front.roundTrips) / requests,
      busy: { front: busy('front'), upstream: busy('upstream'), load: busy('load') },
    };
  });
}

/** Does `work` while a load goes on. */
async function underLoad<T>(
  { upstream, load }: Bench,
  front: Front,
  { delay, connections }: Cell,
  work: () => Promise<T>,
): Promise<T> {
  await upstream.ask('begin', delay);
  const before = await front.ask<FrontUsage>('usage');
  await front.ask('closeGate');
  await load.ask('open', { ...front.grant, url: front.url, connections } satisfies Load);
  const giveUpAt = performance.now() + PATIENCE;
  while ((await front.ask<number>('waiting')) < connections) {
    if (performance.now() > giveUpAt) throw new Error(`not all ${connections} connections are up`);
    await sleep(LOOK);
  }
  await front.ask('openGate');
  const outcome = await work();
  const result = await load.ask<LoadResult>('close', undefined, PATIENCE);
  const after = await front.ask<FrontUsage>('usage');
  const count = await upstream.ask<UpstreamCount>('count');

  const requests = after.requests - before.requests;
  const sound =
    [result.sent, result.answered[front.grant.status]].every((answers) => answers === requests) &&
    result.errors + result.mismatches + count.other === 0 &&
    API_PATHS.every((path) => count[path] === (front.calls.includes(path) ? requests : 0));
  if (!sound) {
    const found = JSON.stringify({ requests, ...result, ...count });
    throw new Error(`${front.title}, ${delay} ms, ${connections} connections: ${found}`);
  }
  return outcome;
}

async function usages({ upstream, load }: Bench, front: Front) {
  const [ofFront, ofUpstream, ofLoad] = await Promise.all([
    front.ask<FrontUsage>('usage'),
    upstream.ask<Usage>('usage'),
    load.ask<Usage>('usage'),
  ]);
  return { front: ofFront, upstream: ofUpstream, load: ofLoad };
}
