import type { EmulatorClient } from './clients.js';
import { randomSecret } from './secrets.js';

/** What a ticket stands for: a token request whose outcome is open. */
export interface OpenTokenRequest {
  readonly client: EmulatorClient;
  readonly scopes: readonly string[];
}

/** Tickets that were issued and not yet used. */
export interface TicketStore {
  /** Issues a ticket for a token request. */
  open(request: OpenTokenRequest): string;
  /** Uses a ticket up; `undefined` if it is unknown, used or expired. */
  use(ticket: string): OpenTokenRequest | undefined;
  /** How many tickets are open now. */
  count(): number;
}

/**
 * Makes a ticket store.
 *
 * @param lifetime - milliseconds until an unused ticket expires
 */
export function createTicketStore(lifetime: number): TicketStore {
  // A Map keeps insertion order and every ticket lives as long, so the first to expire comes first.
  const tickets = new Map<string, { request: OpenTokenRequest; expiresAt: number }>();

  function dropExpired(): void {
    const now = performance.now();
    for (const [ticket, { expiresAt }] of tickets) {
      if (expiresAt > now) break;
      tickets.delete(ticket);
    }
  }

  return {
    open(request) {
      dropExpired();
      const ticket = randomSecret();
      tickets.set(ticket, { request, expiresAt: performance.now() + lifetime });
      return ticket;
    },
    use(ticket) {
      dropExpired();
      const request = tickets.get(ticket)?.request;
      tickets.delete(ticket);
      return request;
    },
    count() {
      dropExpired();
      return tickets.size;
    },
  };
}
