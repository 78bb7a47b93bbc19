import {
  checkBoolean,
  checkFunction,
  checkMilliseconds,
  checkOptionNames,
  createOptionsError,
  describeType,
} from '../authlete/check-options.js';
import { isBearerToken } from '../authlete/credentials.js';
import { checkServiceId } from '../authlete/options.js';
import type { EmulatorClient } from './clients.js';
import type { JournalEntry } from './journal.js';
import { randomSecret } from './secrets.js';

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
  /**
   * Whether a DPoP proof must carry the emulator's nonce (RFC 9449 section 8); the request field
   * of that name asks for it in one call. The signature of a proof is NOT verified, whatever this
   * option says. Default: false.
   */
  dpopNonceRequired?: boolean | undefined;
  /**
   * Whether the emulator may be made where the environment variable `NODE_ENV` is `production`.
   * Default: false, because it is for tests and offline work.
   */
  allowInProduction?: boolean | undefined;
  /** Takes the notice that `listen` gives. Default: it goes to standard error. */
  onNotice?: ((notice: string) => void) | undefined;
  /**
   * Is told each call once it is in the journal, with secrets masked. Whatever it does changes
   * nothing for the caller. Default: none.
   */
  onCall?: ((call: JournalEntry) => void) | undefined;
}

/** The options once checked, with the defaults filled in; the clients are checked elsewhere. */
export interface EmulatorSettings {
  readonly serviceId: string;
  readonly accessToken: string;
  readonly clients: readonly EmulatorClient[];
  /** Milliseconds. */
  readonly ticketLifetime: number;
  readonly dpopNonceRequired: boolean;
  readonly onNotice: (notice: string) => void;
  readonly onCall: ((call: JournalEntry) => void) | undefined;
}

const DEFAULT_SERVICE_ID = '1000000001';

const DEFAULT_CLIENTS: readonly EmulatorClient[] = [{ clientId: '26478243745571' }];

/** Milliseconds. Authlete does not publish how long a ticket lives; this is ours. */
const DEFAULT_TICKET_LIFETIME = 5 * 60 * 1000;

const OPTION_NAMES = Object.keys({
  serviceId: true,
  accessToken: true,
  clients: true,
  ticketLifetime: true,
  dpopNonceRequired: true,
  allowInProduction: true,
  onNotice: true,
  onCall: true,
} satisfies Record<keyof AuthleteEmulatorOptions, true>);

/**
 * Checks the emulator's options and fills in the defaults.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveEmulatorOptions(options: AuthleteEmulatorOptions): EmulatorSettings {
  checkOptionNames('createAuthleteEmulator', options, OPTION_NAMES);
  const {
    serviceId = DEFAULT_SERVICE_ID,
    accessToken = randomSecret(),
    clients = DEFAULT_CLIENTS,
    ticketLifetime = DEFAULT_TICKET_LIFETIME,
    dpopNonceRequired = false,
    allowInProduction = false,
    onNotice = (notice) => process.stderr.write(`${notice}\n`),
    onCall,
  } = options;
  if (!isBearerToken(accessToken)) {
    throw createOptionsError(
      `accessToken must be visible ASCII without white space, got ${describeType(accessToken)} (masked)`,
    );
  }
  checkBoolean('dpopNonceRequired', dpopNonceRequired);
  checkBoolean('allowInProduction', allowInProduction);
  if (process.env['NODE_ENV'] === 'production' && !allowInProduction) {
    throw createOptionsError(
      'The emulator is not for production, and NODE_ENV is production; if that is what you want, ' +
        'set allowInProduction (--allow-in-production)',
    );
  }
  checkFunction('onNotice', onNotice);
  checkFunction('onCall', onCall);
  return {
    serviceId: checkServiceId(serviceId),
    accessToken,
    clients,
    ticketLifetime: checkMilliseconds('ticketLifetime', ticketLifetime),
    dpopNonceRequired,
    onNotice,
    onCall,
  };
}
