import { createServer, type RequestListener } from 'node:http';
import express from 'express';
import {
  type AuthleteClientOptions,
  createAuthleteClient,
  type EndpointClient,
  tokenEndpoint,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { answerAsks } from '../support/asks.js';
import { held } from '../support/held.js';
import { listen } from '../support/listen.js';

/** What the server knows of its own accord. */
export interface FrontCount {
  /** What `onOutcome` was called with, by outcome. */
  outcomes: Record<string, number>;
  /** The errors of these outcomes, by code. */
  errors: Record<string, number>;
  /** How many of them were of a call to close a ticket. */
  failedClosings: number;
  /** Tickets that came in a reply, and those whose closing a reply confirmed. */
  opened: number;
  closed: number;
}

const count: FrontCount = { outcomes: {}, errors: {}, failedClosings: 0, opened: 0, closed: 0 };

const closingErrors = new WeakSet();

/** Remembers which errors are of calls that close a ticket. */
async function observed<T>(closing: Promise<T>): Promise<T> {
  try {
    const reply = await closing;
    count.closed++;
    return reply;
  } catch (error) {
    closingErrors.add(error as object);
    throw error;
  }
}

function onOutcome({ outcome, error }: TokenOutcome): void {
  increment(count.outcomes, outcome);
  if (!error) return;
  increment(count.errors, error.code);
  if (closingErrors.has(error)) count.failedClosings++;
}

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

async function start(options: AuthleteClientOptions): Promise<string> {
  const { token, tokenIssue, tokenFail } = createAuthleteClient(options);
  const client: EndpointClient = {
    async token(...call) {
      const reply = await token(...call);
      if (reply.action === 'PASSWORD') count.opened++;
      return reply;
    },
    tokenIssue: (...call) => observed(tokenIssue(...call)),
    tokenFail: (...call) => observed(tokenFail(...call)),
  };
  const app = express();
  app.post('/token', tokenEndpoint({ client, authenticate: refuse, onOutcome, bruteForce: false }));
  return `${await listen(createServer(app as RequestListener))}/token`;
}

/** Wrong for everyone, and broken for one in ten. */
function refuse(username: string): null {
  if (username.endsWith('0')) throw new Error('the user store is down');
  return null;
}

answerAsks({ start, held, count: () => count });
