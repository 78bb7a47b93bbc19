import type { Express, Response } from 'express';
import { createApp } from './app.js';
import { createFaults, type Faults } from './faults.js';
import { formatHost } from './hosts.js';
import { issueCode, type IssueCodeOptions } from './issue-code.js';
import { createJournal, type Journal } from './journal.js';
import { type ListeningEmulator, type ListenOptions, listenWith } from './listen.js';
import { type AuthleteEmulatorOptions, resolveEmulatorOptions } from './options.js';
import { createReplyQueue, type ReplyOnceOptions } from './reply-once.js';
import { createService } from './service.js';

/** An emulator of Authlete's token APIs, for tests and offline work. */
export interface AuthleteEmulator {
  /** The Express app, to mount in another one or to listen with yourself. */
  readonly app: Express;
  readonly apiVersion: 2 | 3;
  /** The ID of the service, or of the first of several. API version 2 has no use for it. */
  readonly serviceId: string;
  /** The bearer token. It is good for every service. */
  readonly accessToken: string;
  /** With API version 2 only. */
  readonly apiKey: string | undefined;
  /** With API version 2 only. */
  readonly apiSecret: string | undefined;
  /** The calls, with secrets masked. */
  readonly journal: Journal;
  /** What goes wrong with calls: nothing, at first. */
  readonly faults: Faults;
  /**
   * Answers the next call of an API with exactly this, in place of what the emulator would do: no
   * ticket is opened or used. Several replies for an API are used in order, one for each call; calls
   * that a fault refuses or stalls leave them.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS`, naming what cannot work
   */
  replyOnce(reply: ReplyOnceOptions): void;
  /**
   * Issues an authorization code, as if the resource owner had granted access. It can be used once,
   * within ten minutes.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS`, naming what cannot work
   */
  issueCode(options: IssueCodeOptions): string;
  /** How many tickets of all services are neither used nor expired. */
  openTickets(): number;
  /**
   * Listens on 127.0.0.1 and a free port, unless the options say otherwise.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS` for an unknown option, and what Node throws for a
   * port or host that cannot be listened on
   */
  listen(options?: ListenOptions): Promise<ListeningEmulator>;
}

const NOTICE =
  'This is an emulator of three Authlete APIs. It is not Authlete, and it is not for production.';

/**
 * Creates an emulator of Authlete's `/auth/token`, `/auth/token/issue` and `/auth/token/fail`.
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
  const { services: resolvedServices, ...resolved } = resolveEmulatorOptions(options);
  const { apiVersion, credentials, onNotice, onCall } = resolved;
  const services = new Map(
    resolvedServices.map(({ serviceId, clients }) => [
      serviceId,
      createService({ ...resolved, serviceId, clients }),
    ]),
  );
  const journal = createJournal(onCall);
  const faults = createFaults();
  const replies = createReplyQueue();
  const stalledCalls = new Set<Response>();
  const endStalledCalls = (): void => {
    for (const call of stalledCalls) call.destroy();
  };
  const hosts = new Set<string>();
  const app = createApp({
    apiVersion,
    credentials,
    services,
    journal,
    faults,
    replies,
    stalledCalls,
    hosts,
  });
  const hooks = {
    onListen(host: string) {
      hosts.add(formatHost(host));
      onNotice(NOTICE);
    },
    onClose: endStalledCalls,
  };

  const emulator: AuthleteEmulator = {
    app,
    apiVersion,
    serviceId: String([...services.keys()][0]),
    ...credentials,
    journal: { calls: (filter) => journal.calls(filter) },
    faults: {
      ...faults,
      clear() {
        faults.clear();
        replies.clear();
      },
    },
    replyOnce: (reply) => replies.add(reply),
    issueCode: (codeOptions) => issueCode(services, codeOptions),
    openTickets: () =>
      [...services.values()].reduce((sum, { tickets }) => sum + tickets.count(), 0),
    listen: (listenOptions = {}) => listenWith(app, listenOptions, hooks),
  };
  return { emulator, endStalledCalls };
}
