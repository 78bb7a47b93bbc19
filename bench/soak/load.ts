import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What came of the grants that were sent. */
export interface LoadResult {
  sent: number;
  /** By status. */
  answered: Record<string, number>;
  /** The connection ended without an answer. */
  lost: number;
  /** Neither an answer nor an end of the connection. */
  hung: number;
  /** Not JSON, or without the headers of RFC 6749 section 5.1. */
  malformed: number;
  /** Milliseconds. */
  slowest: number;
}

/** What is sent, and for how long. */
export interface Load {
  url: string;
  /** Milliseconds. */
  duration: number;
  concurrency: number;
  /** Milliseconds without an answer after which a grant hangs. */
  patience: number;
}

/** Grants in one load at most, however quickly they are answered. */
const MAX_GRANTS = 1_000_000;

/** Milliseconds that a client application thinks: an open circuit answers at once. */
const THINKING = 25;

type Outcome = { status: number; wellFormed: boolean } | 'lost' | 'hung';

/** Sends failing grants, so many at once. */
export async function sendLoad({
  url,
  duration,
  concurrency,
  patience,
}: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const result: LoadResult = {
    sent: 0,
    answered: {},
    lost: 0,
    hung: 0,
    malformed: 0,
    slowest: 0,
  };
  const endsAt = performance.now() + duration;

  async function sendOneByOne(): Promise<void> {
    while (performance.now() < endsAt && result.sent < MAX_GRANTS) {
      const start = performance.now();
      const outcome = await send(url, agent, `user-${result.sent++}`, patience);
      result.slowest = Math.max(result.slowest, performance.now() - start);
      if (typeof outcome === 'string') result[outcome]++;
      else {
        result.answered[outcome.status] = (result.answered[outcome.status] ?? 0) + 1;
        if (!outcome.wellFormed) result.malformed++;
      }
      await sleep(THINKING);
    }
  }

  await Promise.all(Array.from({ length: concurrency }, sendOneByOne));
  agent.destroy();
  return result;
}

function send(url: string, agent: Agent, username: string, patience: number): Promise<Outcome> {
  const body = `grant_type=password&client_id=26478243745571&username=${username}&password=wrong`;
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const request = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('error', () => settle('lost'));
      response.on('end', () => {
        const fixed = response.headers;
        const wellFormed =
          fixed['content-type'] === 'application/json' &&
          fixed['cache-control'] === 'no-store' &&
          fixed.pragma === 'no-cache' &&
          /^\{.*"error":.*\}$/.test(text);
        settle({ status: response.statusCode ?? 0, wellFormed });
      });
    });
    const timer = setTimeout(() => {
      settle('hung');
      request.destroy();
    }, patience);
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    request.on('error', () => settle('lost'));
    request.end(body);
  });
}
