import type { RequestHandler } from 'express';
import type { TokenFailReason } from 'express-authlete-token-fail';
import type { Journal, JournalEntry } from 'express-authlete-token-fail/emulator';
import { maskedTokens, MASK } from './mask.js';
import type { Observation, ObservedCall, ObservedCheck, ObservedRequest } from './observation.js';
import type { Observer } from './observer.js';

/** What the page asks for. */
interface Attempt {
  username: string;
  password: string;
  clientId: string;
  reason: TokenFailReason;
}

/** A token request, with its form. */
interface RequestStep extends ObservedRequest {
  body: string;
}

/** A call, as both sides saw it. The journal has nothing on one that was not sent. */
interface CallStep extends ObservedCall {
  journal: JournalEntry[];
}

/** The answer, as the client application got it. */
interface AnswerStep {
  kind: 'answer';
  /** Milliseconds since the Unix epoch. */
  time: number;
  status: number;
  statusText: string;
  headers: [name: string, value: string][];
  body: string;
}

/** One step of an exchange. Every secret in it is masked. */
export type Step = RequestStep | CallStep | ObservedCheck | AnswerStep;

const REASONS: readonly TokenFailReason[] = [
  'INVALID_RESOURCE_OWNER_CREDENTIALS',
  'INVALID_TARGET',
  'INVALID_CLIENT',
  'UNAUTHORIZED_CLIENT',
  'INVALID_SCOPE',
  'UNKNOWN',
];

/** Sends the token request that the page asks for to this very server, and tells what happened. */
export function createExchanges(observer: Observer, journal: Journal): RequestHandler {
  return async (req, res) => {
    const attempt: unknown = req.body;
    if (!isAttempt(attempt)) {
      res.status(400).json({ message: 'The request needs username, password, client and reason.' });
      return;
    }
    const url = `http://127.0.0.1:${req.socket.localPort}/token`;
    const steps = await observer.observe(attempt.reason, (observation) =>
      exchange(url, attempt, observation, journal),
    );
    res.json({ steps });
  };
}

async function exchange(
  url: string,
  { username, password, clientId }: Attempt,
  observation: Observation,
  journal: Journal,
): Promise<Step[]> {
  const form = { grant_type: 'password', client_id: clientId, username };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'X-Request-Id': observation.id },
    body: new URLSearchParams({ ...form, password }),
  });
  const body = await response.text();
  const { status, statusText, headers } = response;
  const { request, events } = observation;
  if (!request) throw new Error('The token request did not arrive');
  return [
    { ...request, body: `${new URLSearchParams(form).toString()}&password=${MASK}` },
    ...events.map((event) =>
      event.kind === 'call' ? { ...event, journal: entriesOf(event, observation, journal) } : event,
    ),
    {
      kind: 'answer',
      time: Date.now(),
      status,
      statusText,
      headers: [...headers],
      body: maskedTokens(body),
    },
  ];
}

/** A token request calls an API once at most. */
function entriesOf({ api }: ObservedCall, { id }: Observation, journal: Journal): JournalEntry[] {
  return journal.calls({ api, requestId: id });
}

function isAttempt(value: unknown): value is Attempt {
  const { username, password, clientId, reason } = (value ?? {}) as Partial<Attempt>;
  const texts = [username, password, clientId].every((text) => typeof text === 'string');
  return texts && REASONS.some((known) => known === reason);
}
