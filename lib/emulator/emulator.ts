import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { optionsError } from '../errors.js';
import { checkOptionNames } from '../options.js';
import { kindOf } from '../redact.js';
import { createApp } from './app.js';
import { createAuthenticate } from './clients.js';
import { createJournal, type Journal } from './journal.js';
import { type AuthleteEmulatorOptions, resolveEmulatorOptions } from './options.js';
import { createRefreshTokenStore } from './refresh-tokens.js';
import { randomSecret } from './secrets.js';
import { createTicketStore } from './tickets.js';

/** Where `listen` binds. */
export interface ListenOptions {
  /** Default: 0, any free port. */
  port?: number | undefined;
  /** Default: `127.0.0.1`. */
  host?: string | undefined;
}

/** A listening emulator. */
export interface ListeningEmulator {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  /** Stops listening and closes every connection; called again, gives the same promise. */
  readonly close: () => Promise<void>;
}

/** An emulator of Authlete's token APIs, for tests and offline work. */
export interface AuthleteEmulator {
  /** The Express app, to mount or to listen with by oneself. */
  readonly app: Express;
  readonly serviceId: string;
  readonly accessToken: string;
  /** What was called, with secrets masked. */
  readonly journal: Journal;
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
  const { serviceId, accessToken, clients, ticketLifetime, dpopNonceRequired, onNotice } =
    resolveEmulatorOptions(options);
  const tickets = createTicketStore(ticketLifetime);
  const journal = createJournal();
  const authenticate = createAuthenticate(clients);
  const app = createApp({
    serviceId,
    accessToken,
    authenticate,
    tickets,
    refreshTokens: createRefreshTokenStore(),
    dpopNonce: randomSecret(),
    dpopNonceRequired,
    journal,
  });

  return {
    app,
    serviceId,
    accessToken,
    journal: { calls: (filter) => journal.calls(filter) },
    openTickets: () => tickets.count(),
    async listen(listenOptions = {}) {
      checkOptionNames('listen', listenOptions, ['port', 'host']);
      const { port = 0, host = '127.0.0.1' } = listenOptions;
      checkAddress(port, host);
      onNotice(NOTICE);
      const server = app.listen(port, host);
      // `once` rejects if the server emits an error first, such as a port in use.
      await once(server, 'listening');
      let closed: Promise<void> | undefined;
      return { url: urlOf(server), close: () => (closed ??= close(server)) };
    },
  };
}

/** Node would take a string for the path of a socket, and no host for every interface. */
function checkAddress(port: unknown, host: unknown): void {
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65535) {
    throw optionsError('listen: port must be a whole number from 0 to 65535');
  }
  if (typeof host !== 'string' || host === '') {
    throw optionsError(`listen: host must be a non-empty string, got ${kindOf(host)}`);
  }
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
