import { createServer, type RequestListener } from 'node:http';
import express from 'express';
import {
  AuthleteApiError,
  type AuthleteClient,
  type AuthleteClientOptions,
  createAuthleteClient,
  tokenEndpoint,
  tokenFail,
} from 'express-authlete-token-fail';
import { answerAsks } from '../support/asks.js';
import { held } from '../support/held.js';
import { listen } from '../support/listen.js';

/** What the server knows of its own accord. */
export interface FrontCount {
  /** What `onError` was told of, by code. */
  told: Record<string, number>;
  /** How often that was of a call to close a ticket. */
  closingsTold: number;
  /** Tickets that came in a reply, and those whose closing a reply confirmed. */
  opened: number;
  closed: number;
}

const count: FrontCount = { told: {}, closingsTold: 0, opened: 0, closed: 0 };

const closingErrors = new WeakSet();

/** Remembers which errors are of calls that close a ticket: their messages need not say so. */
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

function onError(error: unknown): void {
  const code = error instanceof AuthleteApiError ? error.code : 'of authenticate';
  count.told[code] = (count.told[code] ?? 0) + 1;
  if (closingErrors.has(error as object)) count.closingsTold++;
}

async function start(options: AuthleteClientOptions): Promise<string> {
  const { token, tokenIssue, tokenFail: fail, close } = createAuthleteClient(options);
  const client: AuthleteClient = {
    async token(...call) {
      const reply = await token(...call);
      if (reply.action === 'PASSWORD') count.opened++;
      return reply;
    },
    tokenIssue: (...call) => observed(tokenIssue(...call)),
    tokenFail: (...call) => observed(fail(...call)),
    close,
  };
  const app = express();
  app.post('/token', tokenEndpoint({ client, authenticate: refuse, onError }));
  app.use(tokenFail({ client, onError }));
  return `${await listen(createServer(app as RequestListener))}/token`;
}

/** Wrong for everyone, and broken for one in ten. */
function refuse(username: string): null {
  if (username.endsWith('0')) throw new Error('the user store is down');
  return null;
}

answerAsks({ start, held, count: () => count });
