import { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import {
  checkFunction,
  checkMethods,
  checkOptionNames,
  createOptionsError,
  describeType,
  findMissingMethod,
} from '../authlete/option-checks.js';
import { type AuthleteClient, createAuthleteClient } from '../authlete/client.js';
import { type AuthleteClientOptions, CLIENT_OPTION_NAMES } from '../authlete/client-options.js';
import { CallbackError, type TokenFailReason, type TokenRequestError } from '../errors.js';
import { omitUndefined } from '../outcome/outcome.js';
import {
  createReporter,
  type LoggerOption,
  type OutcomeHook,
  type Reporter,
} from '../outcome/reporter.js';

/** What `mapError` may return: a failed grant, or nothing if the error is not one. */
export type MappedError =
  | TokenRequestError
  | { ticket: string; reason: TokenFailReason; headers?: Readonly<Record<string, string>> }
  | null
  | undefined
  | false;

/** Turns an error of your app's own into a failed grant. */
export type MapError = (error: unknown, req: Request) => MappedError;

/** Options of the middleware, whichever way it gets its client. */
export interface OutcomeOptions {
  /**
   * Turns an error of your app's own (passport's, say) into a failed grant. It is asked only about
   * errors that are not this package's; anything but a failed grant means "not mine".
   */
  mapError?: MapError | undefined;
  /**
   * Called once for each token request that the middleware answered. What it throws, or rejects with,
   * changes nothing for the client application. Default: none.
   */
  onOutcome?: OutcomeHook | undefined;
  /**
   * Gets a line for each outcome: level `debug` for issued and rejected, `info` for failed, `warn`
   * for blocked, `error` for error; of errors of one kind, one line each second. A logger of pino's,
   * `console`, or one that is called like either; or a function of the request that returns one, such
   * as `(req) => req.log`. Default: none; without hook and logger, the first error of each code is a
   * process warning.
   */
  logger?: LoggerOption | undefined;
}

/** A client, or a function of the request that returns one: several services in one app. */
export type ClientOption<C> = C | ((req: Request) => C);

/** Options of the middleware: a client, or the options to create one. */
export type MiddlewareOptions<C> = OutcomeOptions &
  (
    | ({ client: ClientOption<C> } & { [K in keyof AuthleteClientOptions]?: never })
    | ({ client?: never } & AuthleteClientOptions)
  );

/** As much of a client as `tokenFail` uses. */
export type TokenFailClient = Pick<AuthleteClient, 'tokenFail'>;

/** Options of `tokenFail`: a client, or the options to create one. */
export type TokenFailOptions = MiddlewareOptions<TokenFailClient>;

/** The options once checked. */
export interface ResolvedMiddlewareOptions<C> {
  /** @throws CallbackError if the app's function throws or returns something other than a client */
  readonly getClient: (req: Request) => C;
  readonly mapError: MapError | undefined;
  readonly reporter: Reporter;
}

const OUTCOME_OPTION_NAMES = 'mapError onOutcome logger'.split(' ');

/** The middleware whose options are checked. */
interface Middleware<C> {
  /** The name of its factory. */
  readonly caller: string;
  /** How an app mounts it, for a message. */
  readonly usage: string;
  /** The methods that it needs of a client. */
  readonly methods: readonly (keyof C & string)[];
  /** Its further options, which are checked elsewhere. */
  readonly ownNames: readonly string[];
}

/**
 * Checks the options that `tokenFail` and `tokenEndpoint` have in common, and creates the client if
 * none was passed.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first option that cannot work
 */
export function resolveMiddlewareOptions<C>(
  options: MiddlewareOptions<C>,
  { caller, usage, methods, ownNames }: Middleware<C>,
): ResolvedMiddlewareOptions<C> {
  if (options instanceof IncomingMessage) {
    throw createOptionsError(`${caller} must be called where it is mounted: ${usage}`);
  }
  if (findMissingMethod(options, ['tokenFail']) === undefined) {
    throw createOptionsError(`${caller} got a client instead of options; did you mean { client }?`);
  }
  const names = [...ownNames, 'client', ...OUTCOME_OPTION_NAMES, ...CLIENT_OPTION_NAMES];
  const own = checkOptionNames(caller, options, names);
  const { client, mapError, onOutcome, logger } = own;
  for (const [name, hook] of Object.entries({ mapError, onOutcome })) checkFunction(name, hook);
  if (logger !== undefined && typeof logger !== 'function') {
    checkMethods('logger', logger, ['info', 'error'], "a logger such as pino's or console");
  }
  const common = { mapError, reporter: createReporter({ onOutcome, logger }) };

  const clientOptions = pickClientOptions(own);
  if (client === undefined) {
    const own = createAuthleteClient(clientOptions) as C;
    return { ...common, getClient: () => own };
  }
  const surplus = Object.keys(clientOptions)[0];
  if (surplus !== undefined) {
    throw createOptionsError(
      `${surplus} cannot be passed beside client: pass it to createAuthleteClient`,
    );
  }
  if (typeof client === 'function') {
    const select = client as (req: Request) => C;
    return { ...common, getClient: (req) => selectClient(select, req, methods) };
  }
  checkMethods('client', client, methods, 'what createAuthleteClient returns');
  return { ...common, getClient: () => client };
}

function selectClient<C>(select: (req: Request) => C, req: Request, methods: readonly string[]): C {
  let client: C;
  try {
    client = select(req);
  } catch (cause) {
    throw new CallbackError('ERR_ATF_CALLBACK_THREW', 'client', 'threw', { cause });
  }
  const missing = findMissingMethod(client, methods);
  if (missing === undefined) return client;
  throw new CallbackError(
    'ERR_ATF_CALLBACK_RESULT',
    'client',
    `returned ${describeType(client)} without ${missing}`,
  );
}

/** Those that create a client. */
function pickClientOptions(options: AuthleteClientOptions): AuthleteClientOptions {
  return omitUndefined(
    Object.fromEntries(
      CLIENT_OPTION_NAMES.map((name) => [name, options[name as keyof AuthleteClientOptions]]),
    ),
  );
}
