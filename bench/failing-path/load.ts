import autocannon from 'autocannon';
import { answerAsks } from '../support/asks.js';
import { usage } from '../support/usage.js';
import { percentile } from './statistics.js';

/** What is sent: each connection sends a token request once the one before is answered. */
export interface Load {
  url: string;
  connections: number;
  /** The body of each request. */
  form: string;
  /** The body of each answer. */
  content: string;
}

/** What came of a load, from its first request to its last answer. */
export interface LoadResult {
  sent: number;
  /** By status. */
  answered: Record<string, number>;
  errors: number;
  /** Answers with another body. */
  mismatches: number;
}

/** How long answers took. */
export interface Times {
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Seconds until a request has failed, its wait at the gate included. */
const PATIENCE = 300;

/** Seconds: nothing that is measured takes longer. */
const MAX_DURATION = 24 * 60 * 60;

/** Milliseconds between two looks of autocannon whether it is done. */
const LOOK = 50;

const REQUEST = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
} as const;

let answers = 0;
let ending = false;
let ended: Promise<LoadResult>;
/** Milliseconds, of each answer since the last look. */
let times: number[] = [];
let reached: { answers: number; resolve: () => void } | undefined;

function open({ url, connections, form, content }: Load): void {
  answers = 0;
  ending = false;
  ended = new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        ...{ ...REQUEST, url, connections, body: form, expectBody: content },
        ...{ timeout: PATIENCE, duration: MAX_DURATION, sampleInt: LOOK, bailout: 1 },
      },
      (error: Error | null, result) => {
        if (error) reject(error);
        else resolve(resultOf(result));
      },
    );
    instance.on('response', (client, _status, _bytes, time) => {
      answers++;
      times.push(time);
      // Ends this connection, now that it has its answer; to stop autocannon would cut it off.
      if (ending) Object.assign(client, { responseMax: 1 });
      if (reached && answers >= reached.answers) reached.resolve();
    });
  });
  // Whoever waits for answers need not wait for those that will not come.
  void ended.finally(() => reached?.resolve());
}

function resultOf({ requests, statusCodeStats = {}, errors, mismatches }: autocannon.Result) {
  const counts = Object.entries(statusCodeStats).map(([code, { count = 0 }]) => [code, count]);
  const answered = Object.fromEntries(counts) as Record<string, number>;
  return { sent: requests.sent, answered, errors, mismatches };
}

answerAsks({
  open,
  /** Resolves once so many more answers have come. */
  reach: (more: number) =>
    new Promise<void>((resolve) => {
      reached = { answers: answers + more, resolve };
    }),
  /** Of the answers since it was last asked. */
  takeTimes(): Times {
    const sorted = times.sort((a, b) => a - b);
    times = [];
    return { p50: percentile(sorted, 50), p99: percentile(sorted, 99) };
  },
  /** Ends each connection with its next answer. */
  close() {
    ending = true;
    return ended;
  },
  usage,
});
