import type { Request } from 'express';
import { type AuthleteClient, createAuthleteClient } from './client.js';
import { defined } from './defined.js';
import { optionsError, type TokenRequestError } from './errors.js';
import {
  type AuthleteClientOptions,
  checkHook,
  checkOptionNames,
  CLIENT_OPTION_NAMES,
} from './options.js';
import type { TokenFailEvent } from './fail-event.js';
import { type FailureLog, logOf, type TokenFailLogger } from './log.js';
import type { TokenFailReason } from './reasons.js';
import { kindOf } from './redact.js';

/** What `mapError` may give: a failed grant, or nothing if the error is not a failed grant. */
export type MappedError =
  | TokenRequestError
  | { ticket: string; reason: TokenFailReason; headers?: Readonly<Record<string, string>> }
  | null
  | undefined
  | false;

/** What the middleware takes whichever way it gets its client. */
export interface TokenFailHooks {
  /**
   * Turns an error of the host's own (passport's, say) into a failed grant. It is asked only about
   * errors that are not this package's; anything but a failed grant means "not mine".
   */
  mapError?: ((error: unknown, req: Request) => MappedError) | undefined;
  /** Called after a failed grant was answered with what Authlete said. */
  onFail?: ((event: TokenFailEvent) => unknown) | undefined;
  /**
   * Called with the cause of a 500 that the client application got: an `AuthleteApiError`, which has
   * no secret in it, or what a function of the host's threw, as it is. Also called when `mapError`
   * throws or gives something that is neither a failed grant nor nothing.
   */
  onError?: ((error: unknown, req: Request) => unknown) | undefined;
  /**
   * Gets a line for each failed grant, level `info`, and for what `onError` is called with, level
   * `error`: of errors of one kind, one each second. A logger of pino's, `console`, or one that is
   * called like either. No line has a secret; of an error of the host's own it has the type, the code
   * and where it was thrown, but not the message. Default: none.
   */
  logger?: TokenFailLogger | undefined;
}

/** Hooks once checked, with the log that is made of the logger. */
export interface ResolvedHooks extends Omit<TokenFailHooks, 'logger'> {
  readonly log: FailureLog | undefined;
}

/** Options of `tokenFail`: a client, or the options to make one. */
export type TokenFailOptions = TokenFailHooks &
  (
    | ({ client: AuthleteClient } & { [K in keyof AuthleteClientOptions]?: never })
    | ({ client?: never } & AuthleteClientOptions)
  );

/** A compile-time check that these are all of them. */
export const HOOK_NAMES = Object.keys({
  mapError: true,
  onFail: true,
  onError: true,
  logger: true,
} satisfies Record<keyof TokenFailHooks, true>);

/** Whose options are checked: those of `tokenFail`, or of what takes them besides its own. */
interface Taker {
  readonly caller: string;
  /** What it needs of a client. */
  readonly methods: readonly (keyof AuthleteClient)[];
  /** The names of its own options, which are checked elsewhere. */
  readonly ownNames: readonly string[];
}

const TOKEN_FAIL: Taker = { caller: 'tokenFail', methods: ['tokenFail'], ownNames: [] };

/**
 * Checks the options of `tokenFail` and makes the client if none was given.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveTokenFailOptions(
  options: TokenFailOptions,
  { caller, methods, ownNames }: Taker = TOKEN_FAIL,
): ResolvedHooks & { client: AuthleteClient } {
  checkOptionNames(caller, options, [...ownNames, 'client', ...HOOK_NAMES, ...CLIENT_OPTION_NAMES]);
  const { client, mapError, onFail, onError, logger } = options;
  for (const [name, hook] of Object.entries({ mapError, onFail, onError })) checkHook(name, hook);
  checkLogger(logger);
  const hooks = { mapError, onFail, onError, log: logger && logOf(logger) };

  if (client === undefined) return { ...hooks, client: createAuthleteClient(clientPart(options)) };

  const surplus = Object.keys(clientPart(options))[0];
  if (surplus !== undefined) {
    throw optionsError(
      `${surplus} cannot be passed beside client: pass it to createAuthleteClient`,
    );
  }
  const missing = methods.find(
    (method) => typeof (client as Partial<AuthleteClient> | null)?.[method] !== 'function',
  );
  if (missing !== undefined) {
    throw optionsError(
      `client must be what createAuthleteClient gives, got ${kindOf(client)} without ${missing}`,
    );
  }
  return { ...hooks, client };
}

function checkLogger(logger: TokenFailLogger | undefined): void {
  if (logger === undefined) return;
  const missing = (['info', 'error'] as const).find(
    (level) => typeof (logger as Partial<TokenFailLogger> | null)?.[level] !== 'function',
  );
  if (missing === undefined) return;
  throw optionsError(
    `logger must be a logger such as pino's or console, got ${kindOf(logger)} without ${missing}`,
  );
}

/** Those that make a client. Read by name: a host's options may be an instance of a class. */
function clientPart(options: TokenFailOptions): AuthleteClientOptions {
  return defined(Object.fromEntries(CLIENT_OPTION_NAMES.map((name) => [name, options[name]])));
}
