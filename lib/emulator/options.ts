import {
  checkBoolean,
  checkFunction,
  checkMilliseconds,
  checkOptionNames,
  createOptionsError,
  describeType,
} from '../authlete/option-checks.js';
import { checkServiceId } from '../authlete/client-options.js';
import { type EmulatorCredentials, resolveCredentials } from './authorization.js';
import { type ClientRegistry, createClientRegistry, type EmulatorClient } from './clients.js';
import { checkArray, checkFields, checkWithin } from './fields.js';
import type { JournalEntry } from './journal.js';

/** A service of the emulator. */
export interface EmulatorService {
  serviceId: string;
  /** The client applications of the service. Default: one public client, `26478243745571`. */
  clients?: readonly EmulatorClient[] | undefined;
}

/** Options of `createAuthleteEmulator`. */
export interface AuthleteEmulatorOptions {
  /** 3, or 2 for Authlete 2.3, whose paths have no service ID. Default: 3. */
  apiVersion?: 2 | 3 | undefined;
  /** The ID of the emulator's service, if it has one. Default: `1000000001`. */
  serviceId?: string | undefined;
  /** The client applications of that service. Default: one public client, `26478243745571`. */
  clients?: readonly EmulatorClient[] | undefined;
  /** Several services, in place of `serviceId` and `clients`. */
  services?: readonly EmulatorService[] | undefined;
  /**
   * The bearer token: an Organization Token, which is good for every service. With API version 2, the
   * service access token. Default: a random one.
   */
  accessToken?: string | undefined;
  /** The service's API key, with API version 2. Default: `2000000001`. */
  apiKey?: string | undefined;
  /** The service's API secret, with API version 2. Default: a random one. */
  apiSecret?: string | undefined;
  /** Milliseconds until an unused ticket expires. Default: 300000 (five minutes). */
  ticketLifetime?: number | undefined;
  /**
   * Whether a DPoP proof must carry the emulator's nonce (RFC 9449 section 8); the request field
   * of that name requires it in one call. The signature of a proof is never verified. Default: false.
   */
  dpopNonceRequired?: boolean | undefined;
  /**
   * Whether every reply of `/auth/token` has an `attestationChallenge`. Default: false, only replies
   * to requests with a client attestation have it.
   */
  attestationChallengeAlways?: boolean | undefined;
  /**
   * Whether the emulator may be created where the environment variable `NODE_ENV` is `production`.
   * Default: false, because it is for tests and offline work.
   */
  allowInProduction?: boolean | undefined;
  /** Called with the notice when it starts to listen. Default: the notice goes to standard error. */
  onNotice?: ((notice: string) => void) | undefined;
  /**
   * Called with each call once it is in the journal, with secrets masked. If it throws, nothing
   * changes for the caller. Default: none.
   */
  onCall?: ((call: JournalEntry) => void) | undefined;
}

/** A service once checked. */
export interface ResolvedService {
  readonly serviceId: string;
  readonly clients: ClientRegistry;
}

/** The options once checked, with the defaults filled in. */
export interface ResolvedEmulatorOptions {
  readonly apiVersion: 2 | 3;
  /** At least one; exactly one with API version 2. */
  readonly services: readonly ResolvedService[];
  readonly credentials: EmulatorCredentials;
  /** Milliseconds. */
  readonly ticketLifetime: number;
  readonly dpopNonceRequired: boolean;
  readonly attestationChallengeAlways: boolean;
  readonly onNotice: (notice: string) => void;
  readonly onCall: ((call: JournalEntry) => void) | undefined;
}

const DEFAULT_SERVICE_ID = '1000000001';

const DEFAULT_CLIENTS: readonly EmulatorClient[] = [{ clientId: '26478243745571' }];

/** Milliseconds. Authlete does not publish how long a ticket lives; this is ours. */
const DEFAULT_TICKET_LIFETIME = 5 * 60 * 1000;

const OPTION_NAMES = Object.keys({
  apiVersion: true,
  serviceId: true,
  clients: true,
  services: true,
  accessToken: true,
  apiKey: true,
  apiSecret: true,
  ticketLifetime: true,
  dpopNonceRequired: true,
  attestationChallengeAlways: true,
  allowInProduction: true,
  onNotice: true,
  onCall: true,
} satisfies Record<keyof AuthleteEmulatorOptions, true>);

/**
 * Checks the emulator's options and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveEmulatorOptions(options: AuthleteEmulatorOptions): ResolvedEmulatorOptions {
  checkOptionNames('createAuthleteEmulator', options, OPTION_NAMES);
  const {
    apiVersion = 3,
    ticketLifetime = DEFAULT_TICKET_LIFETIME,
    dpopNonceRequired = false,
    attestationChallengeAlways = false,
    allowInProduction = false,
    onNotice = (notice) => process.stderr.write(`${notice}\n`),
    onCall,
  } = options;
  checkBoolean('allowInProduction', allowInProduction);
  if (process.env['NODE_ENV'] === 'production' && !allowInProduction) {
    throw createOptionsError(
      'The emulator is not for production, and NODE_ENV is production; if that is what you want, ' +
        'set allowInProduction (--allow-in-production)',
    );
  }
  if (apiVersion !== 2 && apiVersion !== 3) {
    const got = typeof apiVersion === 'number' ? apiVersion : describeType(apiVersion);
    throw createOptionsError(`apiVersion must be 2 or 3, got ${got}`);
  }
  checkFunction('onNotice', onNotice);
  checkFunction('onCall', onCall);
  return {
    apiVersion,
    services: resolveServices(apiVersion, options),
    credentials: resolveCredentials(apiVersion, options),
    ticketLifetime: checkMilliseconds('ticketLifetime', ticketLifetime),
    dpopNonceRequired: checkBoolean('dpopNonceRequired', dpopNonceRequired),
    attestationChallengeAlways: checkBoolean(
      'attestationChallengeAlways',
      attestationChallengeAlways,
    ),
    onNotice,
    onCall,
  };
}

function resolveServices(
  apiVersion: 2 | 3,
  { serviceId, clients, services }: AuthleteEmulatorOptions,
): readonly ResolvedService[] {
  if (apiVersion === 2 && (serviceId !== undefined || services !== undefined)) {
    throw createOptionsError(
      'serviceId and services cannot be used with apiVersion 2, whose paths have no service ID',
    );
  }
  if (services === undefined) {
    return [resolveService({ serviceId: serviceId ?? DEFAULT_SERVICE_ID, clients })];
  }
  if (serviceId !== undefined || clients !== undefined) {
    throw createOptionsError(
      'services cannot be used together with serviceId or clients, which are for a single service',
    );
  }
  if (checkArray('services', services).length === 0) {
    throw createOptionsError('services must have one service or more, got an empty array');
  }
  const resolved = services.map((service, index) => {
    checkFields(`services[${index}]`, service, ['serviceId', 'clients']);
    return checkWithin(`services[${index}].`, () => resolveService(service));
  });
  resolved.forEach((service, index) => {
    if (resolved.findIndex((other) => other.serviceId === service.serviceId) !== index) {
      throw createOptionsError(`services[${index}].serviceId is that of another one`);
    }
  });
  return resolved;
}

function resolveService({
  serviceId,
  clients = DEFAULT_CLIENTS,
}: EmulatorService): ResolvedService {
  return { serviceId: checkServiceId(serviceId), clients: createClientRegistry(clients) };
}
