import type { ServerResponse } from 'node:http';

/**
 * The tickets that are being closed, by the response they belong to: `tokenFail` may be mounted twice
 * and an error passed twice, but a ticket is used once and a request answered once.
 */
class ClosedTickets {
  // Private, so that a log of the response does not show them.
  readonly #tickets = new Set<string>();

  has(ticket: string): boolean {
    return this.#tickets.has(ticket);
  }

  /** @returns whether it is the first ticket of this response */
  add(ticket: string): boolean {
    return this.#tickets.add(ticket).size === 1;
  }
}

/** A registered symbol, because two installed copies of this package may serve one request. */
const CLOSED_TICKETS: unique symbol = Symbol.for('express-authlete-token-fail/closedTickets@1');

/** The tickets of this response that are being closed. */
export function getClosedTickets(res: ServerResponse & { [CLOSED_TICKETS]?: ClosedTickets }) {
  return (res[CLOSED_TICKETS] ??= new ClosedTickets());
}
