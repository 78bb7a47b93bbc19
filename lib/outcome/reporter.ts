import type { Request } from 'express';
import { OUTCOMES } from './channels.js';
import { createOutcomeLog, type TokenLogger } from './logger.js';
import type { TokenOutcome } from './outcome.js';

/** Called once for each token request that the package answered. */
export type OutcomeHook = (outcome: TokenOutcome, req: Request) => unknown;

/**
 * A logger, or a function of the request that returns one, such as `(req) => req.log`. A function
 * with the methods of a logger is a logger. Where your function throws or returns none, there is no
 * logger for that request.
 */
export type LoggerOption = TokenLogger | ((req: Request) => TokenLogger);

/** What your app wants to know of outcomes. */
export interface ReporterOptions {
  readonly onOutcome: OutcomeHook | undefined;
  readonly logger: LoggerOption | undefined;
}

/** Reports outcomes to the app's hook, its logger and the listeners of the channel. */
export interface Reporter {
  /** @param build - called only if there is somebody to report to */
  outcome(req: Request, build: () => TokenOutcome, isError: boolean): void;
  /** Reports an error that belongs to no answer of the package's. */
  problem(req: Request, error: Error): void;
}

/** The code of the warning for an `INTERNAL_SERVER_ERROR` that came from Authlete. */
const AUTHLETE_ERROR = 'ERR_ATF_INTERNAL_SERVER_ERROR';

/** Creates a reporter. Without hook and logger, the first error of each code is a process warning. */
export function createReporter({ onOutcome, logger }: ReporterOptions): Reporter {
  const log = createOutcomeLog();
  const warn = createWarnOnce();

  function findLogger(req: Request): TokenLogger | undefined {
    if (typeof logger !== 'function' || isLogger(logger)) return logger;
    try {
      const found = logger(req);
      return isLogger(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    outcome(req, build, isError) {
      if (!onOutcome && !logger && !isError && !OUTCOMES.hasListeners()) return;
      const outcome = build();
      callHook(onOutcome, outcome, req);
      const found = findLogger(req);
      if (found) callHook(log.outcome, found, outcome);
      OUTCOMES.publish(outcome);
      if (isError && !onOutcome && !found) warnOfError(outcome);
    },
    problem(req, error) {
      const found = findLogger(req);
      if (found) callHook(log.problem, found, error);
      else warn(getCode(error), error.message);
    },
  };

  function warnOfError({ error, action, resultCode, resultMessage }: TokenOutcome): void {
    const said = [action, resultCode, resultMessage].filter(Boolean).join(', ');
    const message = error?.message ?? `Authlete said: ${said}`;
    const code = error ? getCode(error) : AUTHLETE_ERROR;
    warn(code, `A token request could not be processed. ${message}`);
  }
}

/** Some loggers are functions with methods. */
function isLogger(value: unknown): value is TokenLogger {
  const { info, error } = (value ?? {}) as Partial<TokenLogger>;
  return typeof info === 'function' && typeof error === 'function';
}

function getCode(error: Error): string {
  return String((error as { code?: unknown }).code);
}

/** Creates a function that emits a process warning, once for each code. */
export function createWarnOnce(): (code: string, message: string) => void {
  const warned = new Set<string>();
  return (code, message) => {
    if (warned.has(code)) return;
    warned.add(code);
    process.emitWarning(message, { type: 'AuthleteTokenFailWarning', code });
  };
}

/**
 * Calls a function of the app's whose result does not matter. Whatever it does, throw, reject or
 * never settle, changes nothing for the client application.
 */
export function callHook<A extends unknown[]>(
  hook: ((...args: A) => unknown) | undefined,
  ...args: A
): void {
  if (!hook) return;
  try {
    // Ignore rejections of async hooks.
    Promise.resolve(hook(...args)).catch(() => undefined);
  } catch {
    // As above.
  }
}
