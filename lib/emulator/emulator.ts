import type { Express, Response } from 'express';
import { createApp } from './app.js';
import { createAuthenticate } from './clients.js';
import { createFaults, type Faults } from './faults.js';
import { createJournal, type Journal } from './journal.js';
import { type ListeningEmulator, type ListenOptions, listenWith } from './listen.js';
import { type AuthleteEmulatorOptions, resolveEmulatorOptions } from './options.js';
import { createRefreshTokenStore } from './refresh-tokens.js';
import { randomSecret } from './secrets.js';
import { createTicketStore } from './tickets.js';

/** An emulator of Authlete's token APIs, for tests and offline work. */
export interface AuthleteEmulator {
  /** The Express app, to mount or to listen with by oneself. */
  readonly app: Express;
  readonly serviceId: string;
  readonly accessToken: string;
  /** What was called, with secrets masked. */
  readonly journal: Journal;
  /** What is to go wrong with calls: nothing, at first. */
  readonly faults: Faults;
  /** How many tickets are neither used nor expired. */
  openTickets(): number;
  /**
   * Listens on 127.0.0.1, on a free port unless told otherwise.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS` for an unknown option, and what Node throws for a
   * port or host that cannot be listened on
   */
  listen(options?: ListenOptions): Promise<ListeningEmulator>;
}

const NOTICE =
  'This is an emulator of three Authlete APIs. It is not Authlete, and it is not for production.';

/**
 * Makes an emulator of Authlete's `/auth/token`, `/auth/token/issue` and `/auth/token/fail`.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is wrong or unknown
 */
export function createAuthleteEmulator(options: AuthleteEmulatorOptions = {}): AuthleteEmulator {
  return createEmulator(options).emulator;
}

/** As {@link createAuthleteEmulator}, with what the command needs besides. */
export function createEmulator(options: AuthleteEmulatorOptions): {
  emulator: AuthleteEmulator;
  endStalledCalls: () => void;
} {
  const settings = resolveEmulatorOptions(options);
  const { serviceId, accessToken, clients, ticketLifetime, dpopNonceRequired, onNotice, onCall } =
    settings;
  const tickets = createTicketStore(ticketLifetime);
  const journal = createJournal(onCall);
  const faults = createFaults();
  const stalledCalls = new Set<Response>();
  const endStalledCalls = (): void => {
    for (const call of stalledCalls) call.destroy();
  };
  const app = createApp({
    serviceId,
    accessToken,
    authenticate: createAuthenticate(clients),
    tickets,
    refreshTokens: createRefreshTokenStore(),
    dpopNonce: randomSecret(),
    dpopNonceRequired,
    journal,
    faults,
    stalledCalls,
  });
  const hooks = { onListen: () => onNotice(NOTICE), onClose: endStalledCalls };

  const emulator: AuthleteEmulator = {
    app,
    serviceId,
    accessToken,
    journal: { calls: (filter) => journal.calls(filter) },
    faults,
    openTickets: () => tickets.count(),
    listen: (listenOptions = {}) => listenWith(app, listenOptions, hooks),
  };
  return { emulator, endStalledCalls };
}
