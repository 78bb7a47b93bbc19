import type { EmulatorClient } from './clients.js';
import { createSecretStore } from './secret-store.js';
import type { AccessTokenType } from './token-response.js';

/** What a ticket stands for: a token request whose outcome is open. */
export interface OpenTokenRequest {
  readonly client: EmulatorClient;
  readonly scopes: readonly string[];
  /** The type of the access token to issue. Default: `Bearer`. */
  readonly tokenType?: AccessTokenType;
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
  const requests = createSecretStore<OpenTokenRequest>(lifetime);
  return {
    open: (request) => requests.keep(request),
    use: (ticket) => requests.use(ticket),
    count: () => requests.count(),
  };
}
