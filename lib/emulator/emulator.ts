import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { optionsError } from '../errors.js';
import { checkedMilliseconds, checkHook, checkOptionNames, isBearerToken } from '../options.js';
import { kindOf } from '../redact.js';
import { createApp } from './app.js';
import { createAuthenticate, type EmulatorClient } from './clients.js';
import { createJournal, type Journal } from './journal.js';
import { randomSecret } from './secrets.js';
import { createTicketStore } from './tickets.js';

/** Options of `createAuthleteEmulator`. */
export interface AuthleteEmulatorOptions {
  /** The one service that the emulator has. Default: `1000000001`. */
  serviceId?: string | undefined;
  /** The bearer token that it takes. Default: a random one. */
  accessToken?: string | undefined;
  /** The client applications that it knows. Default: one public client, `26478243745571`. */
  clients?: readonly EmulatorClient[] | undefined;
  /** Milliseconds until an unused ticket expires. Default: 300000 (five minutes). */
  ticketLifetime?: number | undefined;
  /** Takes the notice that `listen` gives. Default: it goes to standard error. */
  onNotice?: ((notice: string) => void) | undefined;
}

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

const DEFAULT_SERVICE_ID = '1000000001';

const DEFAULT_CLIENTS: readonly EmulatorClient[] = [{ clientId: '26478243745571' }];

/** Milliseconds. Authlete does not publish how long a ticket lives; this is ours. */
const DEFAULT_TICKET_LIFETIME = 5 * 60 * 1000;

const NOTICE =
  'This is an emulator of three Authlete APIs. It is not Authlete, and it is not for production.';

const OPTION_NAMES = Object.keys({
  serviceId: true,
  accessToken: true,
  clients: true,
  ticketLifetime: true,
  onNotice: true,
} satisfies Record<keyof AuthleteEmulatorOptions, true>);

/**
 * Makes an emulator of Authlete's `/auth/token`, `/auth/token/issue` and `/auth/token/fail`.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS` if an option is wrong or unknown
 */
export function createAuthleteEmulator(options: AuthleteEmulatorOptions = {}): AuthleteEmulator {
  checkOptionNames('createAuthleteEmulator', options, OPTION_NAMES);
  const {
    serviceId = DEFAULT_SERVICE_ID,
    accessToken = randomSecret(),
    clients = DEFAULT_CLIENTS,
    ticketLifetime = DEFAULT_TICKET_LIFETIME,
    onNotice = (notice) => process.stderr.write(`${notice}\n`),
  } = options;
  if (typeof serviceId !== 'string' || serviceId === '') {
    throw optionsError(`serviceId must be a non-empty string, got ${kindOf(serviceId)}`);
  }
  if (!isBearerToken(accessToken)) {
    throw optionsError(
      `accessToken must be visible ASCII without white space, got ${kindOf(accessToken)} (masked)`,
    );
  }
  checkedMilliseconds('ticketLifetime', ticketLifetime);
  checkHook('onNotice', onNotice);

  const tickets = createTicketStore(ticketLifetime);
  const journal = createJournal();
  const authenticate = createAuthenticate(clients);
  const app = createApp({ serviceId, accessToken, authenticate, tickets, journal });

  return {
    app,
    serviceId,
    accessToken,
    journal: { calls: (filter) => journal.calls(filter) },
    openTickets: () => tickets.count(),
    async listen(listenOptions = {}) {
      checkOptionNames('listen', listenOptions, ['port', 'host']);
      const { port = 0, host = '127.0.0.1' } = listenOptions;
      const server = app.listen(port, host);
      // `once` rejects if the server emits an error first, such as a port in use.
      await once(server, 'listening');
      onNotice(NOTICE);
      let closed: Promise<void> | undefined;
      return { url: urlOf(server), close: () => (closed ??= close(server)) };
    },
  };
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
