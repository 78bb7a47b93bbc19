import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../support/usage.js';
import type { FrontUsage } from './front.js';
import type { Load, LoadResult, Times } from './load.js';
import type { Bench, Front } from './processes.js';
import { API_PATHS, type ApiPath } from './grants.js';
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

/** Milliseconds between two looks whether all connections wait. */
const LOOK = 5;

/** Measures one front of those that a load waits for, for so many seconds. */
export type MeasureTurn = (front: Front, seconds: number) => Promise<Measurement>;

/** Has a front answer so many times, until its code is compiled. */
export async function warmUp(bench: Bench, front: Front, answers: number): Promise<void> {
  await underLoad(bench, [front], WARM_UP, async () => {
    await front.ask('openGate');
    await front.load.ask('reach', answers, PATIENCE);
  });
}

/**
 * Measures a front for so many seconds.
 *
 * @throws Error as {@link inTurns} does
 */
export function measure(
  bench: Bench,
  front: Front,
  cell: Cell,
  seconds: number,
): Promise<Measurement> {
  return inTurns(bench, [front], cell, (measureTurn) => measureTurn(front, seconds));
}

/**
 * Measures fronts in turns that may be short: the connections to all of them stay, and each front
 * answers in its turns only.
 *
 * @throws Error if an answer is wrong or missing, or if upstream saw other calls than each takes
 */
export function inTurns<T>(
  bench: Bench,
  fronts: readonly Front[],
  cell: Cell,
  work: (measureTurn: MeasureTurn) => Promise<T>,
): Promise<T> {
  return underLoad(bench, fronts, cell, () =>
    work((front, seconds) => takeTurn(bench, front, cell, seconds)),
  );
}

async function takeTurn(
  bench: Bench,
  front: Front,
  cell: Cell,
  seconds: number,
): Promise<Measurement> {
  const { load } = front;
  const passed = await countRequests(front);
  await bench.upstream.ask('begin', cell.delay);
  await front.ask('openGate');
  await load.ask('reach', SETTLING * cell.connections, PATIENCE);
  await load.ask('takeTimes');
  await front.ask('takePeak');
  const before = await usages(bench, front);
  await sleep(seconds * 1000);
  const after = await usages(bench, front);
  const { p50, p99 } = await load.ask<Times>('takeTimes');
  await front.ask('closeGate');
  await waitAtGate(front, cell);
  await checkCalls(bench, front, (await countRequests(front)) - passed);

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
}

/** Does `work` while a load waits at the gate of each front. */
async function underLoad<T>(
  { upstream }: Bench,
  fronts: readonly Front[],
  cell: Cell,
  work: () => Promise<T>,
): Promise<T> {
  await upstream.ask('begin', cell.delay);
  const requests = await Promise.all(fronts.map(countRequests));
  for (const front of fronts) {
    const { load, url, grant } = front;
    await front.ask('closeGate');
    await load.ask('open', { ...grant, url, connections: cell.connections } satisfies Load);
    await waitAtGate(front, cell);
  }
  const outcome = await work();
  for (const [index, front] of fronts.entries()) {
    await front.ask('openGate');
    const result = await front.load.ask<LoadResult>('close', undefined, PATIENCE);
    const passed = (await countRequests(front)) - (requests[index] ?? 0);
    checkAnswers(front, result, passed);
  }
  return outcome;
}

/** Waits until each connection has a request at the closed gate, so that none is being answered. */
async function waitAtGate(front: Front, { connections }: Cell): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE;
  while ((await front.ask<number>('waiting')) < connections) {
    if (performance.now() > giveUpAt) throw new Error(`not all ${connections} connections wait`);
    await sleep(LOOK);
  }
}

/** Requests that a front has let through its gate up to now. */
export async function countRequests(front: Front): Promise<number> {
  return (await front.ask<FrontUsage>('usage')).requests;
}

/** @throws Error if upstream saw other calls than so many requests take */
async function checkCalls({ upstream }: Bench, front: Front, requests: number): Promise<void> {
  const count = await upstream.ask<UpstreamCount>('count');
  const expected = (path: ApiPath): number => (front.calls.includes(path) ? requests : 0);
  const isSound = count.other === 0 && API_PATHS.every((path) => count[path] === expected(path));
  if (isSound) return;
  throw new Error(`${front.title}: ${requests} requests, and calls ${JSON.stringify(count)}`);
}

/** @throws Error if answers are wrong or missing */
function checkAnswers({ title, grant }: Front, result: LoadResult, requests: number): void {
  const counts = [result.sent, result.answered[grant.status]];
  const isSound = result.errors + result.mismatches === 0 && counts.every((n) => n === requests);
  if (!isSound) throw new Error(`${title}: ${JSON.stringify({ requests, ...result })}`);
}

async function usages({ upstream }: Bench, front: Front) {
  const [ofFront, ofUpstream, ofLoad] = await Promise.all([
    front.ask<FrontUsage>('usage'),
    upstream.ask<Usage>('usage'),
    front.load.ask<Usage>('usage'),
  ]);
  return { front: ofFront, upstream: ofUpstream, load: ofLoad };
}
