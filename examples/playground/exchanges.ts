import type { RequestHandler } from 'express';
import type { TokenFailReason, TokenOutcome } from 'express-authlete-token-fail';
import type { Journal, JournalEntry } from 'express-authlete-token-fail/emulator';
import { maskedTokens, MASK } from './mask.js';
import type { Observation, ObservedCall, ObservedCheck, ObservedRequest } from './observation.js';
import type { Observer } from './observer.js';
import { findTicketFate, type TicketFate } from './ticket-fate.js';

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

/** A token request and what became of it. */
export interface Exchange {
  steps: Step[];
  /** What the package reported to the app. */
  outcome: Record<string, unknown>;
  ticket: TicketFate;
  /** The service whose APIs were called. */
  serviceId: string;
}

/** Where calls are kept. */
interface Authlete {
  readonly journal: Journal;
  readonly serviceId: string;
}

const REASONS: readonly TokenFailReason[] = [
  'INVALID_RESOURCE_OWNER_CREDENTIALS',
  'INVALID_TARGET',
  'INVALID_CLIENT',
  'UNAUTHORIZED_CLIENT',
  'INVALID_SCOPE',
  'UNKNOWN',
];

/** Sends the token request that the page asks for to this very server, and reports what happened. */
export function createExchanges(observer: Observer, authlete: Authlete): RequestHandler {
  return async (req, res) => {
    const attempt: unknown = req.body;
    if (!isAttempt(attempt)) {
      res.status(400).json({ message: 'The request needs username, password, client and reason.' });
      return;
    }
    const url = `http://127.0.0.1:${req.socket.localPort}/token`;
    const exchange = await observer.observe(attempt.reason, (observation) =>
      runExchange(url, attempt, observation, authlete),
    );
    res.json(exchange);
  };
}

async function runExchange(
  url: string,
  { username, password, clientId }: Attempt,
  observation: Observation,
  { journal, serviceId }: Authlete,
): Promise<Exchange> {
  const form = { grant_type: 'password', client_id: clientId, username };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'X-Request-Id': observation.id },
    body: new URLSearchParams({ ...form, password }),
  });
  const body = await response.text();
  const { status, statusText, headers } = response;
  const { id: requestId, request, events, outcome } = observation;
  if (!request || !outcome) throw new Error('The token request did not arrive');
  const steps: Step[] = [
    { ...request, body: `${new URLSearchParams(form).toString()}&password=${MASK}` },
    ...events.map((event) =>
      event.kind === 'call'
        ? // A token request calls an API once; the package may send that call several times.
          { ...event, journal: journal.calls({ api: event.api, requestId }) }
        : event,
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
  return {
    steps,
    outcome: describeOutcome(outcome),
    ticket: findTicketFate(journal.calls({ requestId })),
    serviceId,
  };
}

/** An outcome as JSON, which would leave out most of an error. */
function describeOutcome({ error, duration, ...rest }: TokenOutcome): Exchange['outcome'] {
  return {
    ...rest,
    ...(error && { error: Object.assign({ name: error.name, message: error.message }, error) }),
    duration: Math.round(duration),
  };
}

function isAttempt(value: unknown): value is Attempt {
  const { username, password, clientId, reason } = (value ?? {}) as Partial<Attempt>;
  const texts = [username, password, clientId].every((text) => typeof text === 'string');
  return texts && REASONS.some((known) => known === reason);
}
