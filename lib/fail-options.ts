import type { Request } from 'express';
import { type AuthleteClient, createAuthleteClient } from './client.js';
import { optionsError, type TokenRequestError } from './errors.js';
import type { TokenFailLogger } from './log.js';
import {
  type AuthleteClientOptions,
  checkHook,
  checkOptionNames,
  CLIENT_OPTION_NAMES,
} from './options.js';
import type { TokenFailReason } from './reasons.js';
import { kindOf } from './redact.js';
import type { TokenFailAction } from './schemas/token-fail.js';

/** Told to `onFail` once a failed grant has been answered. It holds no secret. */
export interface TokenFailEvent {
  /** The `reason` that `/auth/token/fail` was told. */
  readonly reason: TokenFailReason;
  /** The `action` that it answered. */
  readonly action: TokenFailAction;
  /** The HTTP status of the answer to the client application. */
  readonly status: 400 | 500;
  /** Authlete's `resultCode`, if it gave one. */
  readonly resultCode: string | undefined;
  /** Milliseconds from the error's arrival to the answer. */
  readonly duration: number;
}

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
   * Called after an API failure, with the cause of the 500 that the client application got; and
   * when `mapError` throws or gives something that is neither a failed grant nor nothing.
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
): TokenFailHooks & { client: AuthleteClient } {
  checkOptionNames(caller, options, [...ownNames, 'client', ...HOOK_NAMES, ...CLIENT_OPTION_NAMES]);
  const { client, mapError, onFail, onError, logger } = options;
  for (const [name, hook] of Object.entries({ mapError, onFail, onError })) checkHook(name, hook);
  checkLogger(logger);
  const hooks = { mapError, onFail, onError, logger };

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
  const values = CLIENT_OPTION_NAMES.map((name) => [name, options[name]] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
