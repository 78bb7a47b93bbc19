import { defined } from './defined.js';
import type { TokenFailEvent } from './fail-event.js';
import { isServerFailure } from './recognise.js';
import { kindOf } from './redact.js';

/**
 * As much of a logger as is used. One that has `bindings`, as those of pino have, is called with an
 * object and a message; any other, such as `console` or winston's, with a message and an object.
 */
export interface TokenFailLogger {
  /** Takes a failed grant. */
  info(first: object | string, second: object | string): unknown;
  /** Takes what went wrong on the server's side. */
  error(first: object | string, second: object | string): unknown;
}

/** Logs failed grants and failures, of either with no secret. */
export interface FailureLog {
  readonly onFail: (event: TokenFailEvent) => unknown;
  readonly onError: (error: unknown) => unknown;
}

/** Milliseconds in which errors of one kind are logged once: an outage must not flood the log. */
export const QUIET_TIME = 1000;

/** Kinds of errors that are kept apart. There are a few dozen, unless a host makes up codes. */
const MAX_KINDS = 100;

/** Lines of a stack that are logged. */
const MAX_CALLS = 20;

const CALL = /^ {4}at .*(:\d+:\d+|<anonymous>|native)\)?$/;

const logs = new WeakMap<TokenFailLogger, FailureLog>();

/** The log of a logger, always the same one: it may be given twice, and is to be told once. */
export function logOf(logger: TokenFailLogger): FailureLog {
  const known = logs.get(logger);
  if (known) return known;
  const log = createLog(logger);
  logs.set(logger, log);
  return log;
}

/** @param now - milliseconds on a clock that never goes back */
export function createLog(
  logger: TokenFailLogger,
  now: () => number = () => performance.now(),
): FailureLog {
  const takesObjectFirst = typeof (logger as { bindings?: unknown }).bindings === 'function';
  const write = (level: 'info' | 'error', message: string, fields: object): unknown =>
    takesObjectFirst ? logger[level](fields, message) : logger[level](message, fields);
  const kinds = new Map<string, { quietUntil: number; suppressed: number }>();

  return {
    onFail: (event) => write('info', 'token request failed', { ...event }),
    onError(error) {
      const loggable = loggableOf(error);
      const kind = `${loggable.type} ${loggable.code}`;
      const last = kinds.get(kind);
      if (last && now() < last.quietUntil) return last.suppressed++;
      if (kinds.size >= MAX_KINDS) kinds.clear();
      kinds.set(kind, { quietUntil: now() + QUIET_TIME, suppressed: 0 });
      const suppressed = last?.suppressed ?? 0;
      const message = 'token request could not be processed';
      return write('error', message, { error: loggable, ...(suppressed > 0 && { suppressed }) });
    },
  };
}

/** What of an error may be logged. */
interface LoggableError {
  readonly type: string;
  readonly code: string | undefined;
  readonly [detail: string]: unknown;
}

function loggableOf(error: unknown): LoggableError {
  try {
    return isServerFailure(error) ? ownError(error as object) : foreignError(error);
  } catch {
    return { type: kindOf(error), code: undefined };
  }
}

/** An error of this package's has no secret in it; its cause is the host's. */
function ownError(error: object): LoggableError {
  const { name, code, message, status, resultCode, resultMessage, cause } = error as Record<
    string,
    string | undefined
  >;
  return defined({
    ...{ type: name ?? '', code, message, status, resultCode, resultMessage },
    cause: cause === undefined ? undefined : foreignError(cause),
  });
}

/**
 * Of an error of the host's, what it is and where it was thrown: its message and its properties may
 * well hold the password. So may its name and its code, if they do not look like such.
 */
function foreignError(error: unknown): LoggableError {
  const unreadable = { type: kindOf(error), code: undefined };
  try {
    if (!(error instanceof Error)) return unreadable;
    const { name, code } = error as { name: string; code?: unknown };
    const isCode = Number.isInteger(code) || /^[A-Z0-9_]{1,64}$/.test(String(code));
    return defined({
      type: /^[A-Za-z]{0,64}(Error|Exception)$/.test(name) ? name : 'Error',
      code: isCode ? String(code) : undefined,
      stack: callsOf(error),
    });
  } catch {
    return unreadable;
  }
}

/** The calls of a stack, without the message before them, which may look like a call itself. */
function callsOf({ message, stack = '' }: Error): string | undefined {
  const start = stack.indexOf(message);
  if (start < 0) return undefined;
  const [, ...lines] = stack.slice(start + message.length).split('\n');
  const calls = lines.slice(0, MAX_CALLS).filter((line) => CALL.test(line));
  return calls.length > 0 ? calls.map((line) => line.trim()).join('\n') : undefined;
}
