import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuthleteApiError,
  type AuthleteClient,
  type AuthleteClientOptions,
  createAuthleteClient,
} from 'express-authlete-token-fail';
import { answerAsks } from '../support/asks.js';
import { held } from '../support/held.js';

/** What came of many calls of one client while upstream answered nothing. */
export interface StallResult {
  calls: number;
  /** Those that had no place among the calls in flight. */
  waiting: number;
  /** By code. */
  rejected: Record<string, number>;
  resolved: number;
  /** Milliseconds. */
  slowest: number;
  /** Bytes of the heap, each, while they wait. */
  heapPerCall: number;
  /** Bytes of the heap that are left when all is over; negative if there were more before. */
  left: number;
}

const PARAMETERS = 'grant_type=password&client_id=26478243745571&username=john&password=wrong';

/** Calls in flight at once, and waiting: the first is the default. */
const ACTIVE = 512;
const WAITING = 10_000;

/** Milliseconds between two calls that look whether upstream is back. */
const LOOK = 20;

let client: AuthleteClient;

async function stall(options: AuthleteClientOptions): Promise<StallResult> {
  // Loads and compiles whatever is only used once a call waits or fails.
  const warmUp = createAuthleteClient({ ...options, maxQueued: WAITING, timeout: 500 });
  await rejectionsOf(warmUp, ACTIVE * 4);
  await warmUp.close();
  client = createAuthleteClient({ ...options, maxQueued: WAITING });
  const before = await held();
  const rejections = rejectionsOf(client, ACTIVE + WAITING);
  // Those in flight have been sent by now.
  await sleep(1000);
  const during = await held();
  const { rejected, resolved, slowest } = await rejections;
  const after = await held();
  return {
    calls: ACTIVE + WAITING,
    waiting: WAITING,
    rejected,
    resolved,
    slowest,
    heapPerCall: (during.heap - before.heap) / (ACTIVE + WAITING),
    left: after.heap - before.heap,
  };
}

async function rejectionsOf(of: AuthleteClient, calls: number) {
  const rejected: Record<string, number> = {};
  let resolved = 0;
  let slowest = 0;
  await Promise.all(
    Array.from({ length: calls }, async () => {
      const start = performance.now();
      const code = await codeOf(of);
      slowest = Math.max(slowest, performance.now() - start);
      if (code === undefined) resolved++;
      else rejected[code] = (rejected[code] ?? 0) + 1;
    }),
  );
  return { rejected, resolved, slowest };
}

/** The code of a call's error; `undefined` if it had none. */
async function codeOf(of: AuthleteClient): Promise<string | undefined> {
  try {
    await of.token({ parameters: PARAMETERS });
    return undefined;
  } catch (error) {
    return error instanceof AuthleteApiError ? error.code : String(error);
  }
}

/** Milliseconds until a call succeeds, or until there is no more hope for one. */
async function recovery(patience: number): Promise<number> {
  const start = performance.now();
  while ((await codeOf(client)) !== undefined && performance.now() - start < patience) {
    await sleep(LOOK);
  }
  const time = performance.now() - start;
  await client.close();
  return time;
}

answerAsks({ stall, recovery });
