import type { ServerResponse } from 'node:http';

/**
 * The tickets that were taken up for closing, by the answer they belong to: `tokenFail` may be
 * mounted twice and an error passed twice, but a ticket is used once and a request answered once.
 */
class TakenTickets {
  // Private, so that a log of the response does not show them.
  readonly #tickets = new Set<string>();

  has(ticket: string): boolean {
    return this.#tickets.has(ticket);
  }

  /** Tells whether it is the first ticket of this answer. */
  add(ticket: string): boolean {
    return this.#tickets.add(ticket).size === 1;
  }
}

/** A registered symbol, because two installed copies of this package may serve one request. */
const TAKEN_TICKETS: unique symbol = Symbol.for('express-authlete-token-fail/takenTickets@1');

/** The taken tickets of a request, by its answer. */
export function takenTicketsOf(res: ServerResponse & { [TAKEN_TICKETS]?: TakenTickets }) {
  return (res[TAKEN_TICKETS] ??= new TakenTickets());
}
