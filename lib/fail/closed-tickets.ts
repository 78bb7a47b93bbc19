import type { ServerResponse } from 'node:http';

/**
 * The tickets that are being closed, by the response they belong to: `tokenFail` may be mounted twice
 * and an error passed twice, but a ticket is used once and a request answered once.
 */
type ClosedTickets = WeakMap<ServerResponse, string[]>;

/** Global, because two installed copies of this package may serve one request. */
const CLOSED_TICKETS = Symbol.for('express-authlete-token-fail/closedTickets@3');

// Not on the response, where a log would show them.
const shared = globalThis as { [CLOSED_TICKETS]?: ClosedTickets };
const closedTickets = (shared[CLOSED_TICKETS] ??= new WeakMap());

/** What a ticket is to its response. */
export type TicketState = 'first' | 'further' | 'closed before';

/** Marks a ticket as being closed; returns what it was until now. */
export function markClosed(res: ServerResponse, ticket: string): TicketState {
  const tickets = closedTickets.get(res);
  if (!tickets) {
    closedTickets.set(res, [ticket]);
    return 'first';
  }
  if (tickets.includes(ticket)) return 'closed before';
  tickets.push(ticket);
  return 'further';
}
