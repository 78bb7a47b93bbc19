import { omitUndefined, type OutcomeName, type TokenOutcome } from './outcome.js';

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * As much of a logger as is used. A logger with `bindings`, as pino's have, is called with an object
 * and a message; any other, such as `console` or winston's, with a message and an object.
 */
export interface TokenLogger {
  /** Gets issued and rejected token requests. Optional. */
  debug?(first: object | string, second: object | string): unknown;
  /** Gets failed grants. */
  info(first: object | string, second: object | string): unknown;
  /** Gets blocked attempts. Without it, `info` gets them. */
  warn?(first: object | string, second: object | string): unknown;
  /** Gets 500s, with their causes. */
  error(first: object | string, second: object | string): unknown;
}

/** Writes log lines. No line has a secret in it. */
export interface OutcomeLog {
  /** Writes the line of an outcome. */
  readonly outcome: (logger: TokenLogger, outcome: TokenOutcome) => unknown;
  /** Writes the line of an error that belongs to no answer of the package's. */
  readonly problem: (logger: TokenLogger, error: unknown) => unknown;
}

/** What is logged of each outcome. */
const LINES: Readonly<Record<OutcomeName, { level: Level; message: string }>> = {
  issued: { level: 'debug', message: 'token request issued' },
  rejected: { level: 'debug', message: 'token request rejected' },
  aborted: { level: 'debug', message: 'token request aborted by the client' },
  failed: { level: 'info', message: 'token request failed' },
  blocked: { level: 'warn', message: 'token request blocked' },
  error: { level: 'error', message: 'token request could not be processed' },
};

/** Milliseconds in which one error of each kind is logged: an outage must not flood the log. */
export const QUIET_TIME = 1000;

/** Kinds of errors that are remembered. There are some dozens, unless an app invents codes. */
const MAX_KINDS = 100;

/** Stack frames of an app's error that are logged. */
const MAX_FRAMES = 20;

const FRAME = /^ {4}at .*(:\d+:\d+|<anonymous>|native)\)?$/;

/** @param now - a monotonic clock, in milliseconds */
export function createOutcomeLog(now: () => number = () => performance.now()): OutcomeLog {
  const kinds = new Map<string, { quietUntil: number; suppressed: number }>();

  function writeError(logger: TokenLogger, message: string, fields: LoggedFields): unknown {
    const { error, resultCode } = fields;
    const kind = [resultCode, ...KIND_FIELDS.map((name) => error?.[name])].join(' ');
    const last = kinds.get(kind);
    if (last && now() < last.quietUntil) return last.suppressed++;
    if (kinds.size >= MAX_KINDS) kinds.clear();
    kinds.set(kind, { quietUntil: now() + QUIET_TIME, suppressed: 0 });
    const suppressed = last && last.suppressed > 0 ? last.suppressed : undefined;
    return write(logger, 'error', message, omitUndefined({ ...fields, suppressed }));
  }

  return {
    outcome(logger, outcome) {
      const { level, message } = LINES[outcome.outcome];
      const error = outcome.error && describeError(outcome.error);
      const fields = omitUndefined({ ...outcome, error });
      return level === 'error'
        ? writeError(logger, message, fields)
        : write(logger, level, message, fields);
    },
    problem: (logger, error) =>
      writeError(logger, 'problem while handling a token request', { error: describeError(error) }),
  };
}

function write(logger: TokenLogger, level: Level, message: string, fields: object): unknown {
  const used = level === 'warn' && !logger.warn ? 'info' : level;
  const takesObjectFirst = typeof (logger as { bindings?: unknown }).bindings === 'function';
  return takesObjectFirst ? logger[used]?.(fields, message) : logger[used]?.(message, fields);
}

interface LoggedFields {
  readonly resultCode?: string | undefined;
  readonly error?: LoggedError | undefined;
}

/** What may be logged of an error. */
interface LoggedError {
  readonly type: string;
  readonly code?: string | undefined;
  readonly [detail: string]: unknown;
}

/** Errors that differ in one of these are throttled separately. */
const KIND_FIELDS = ['type', 'code', 'api', 'status', 'callback', 'resultCode'] as const;

/** An error of this package's has no secret in it; its cause is the app's. */
function describeError(error: unknown): LoggedError {
  const { name, code, message, api, status, resultCode, resultMessage, callback, cause } =
    error as Record<string, string | undefined>;
  return omitUndefined({
    ...{ type: name ?? 'Error', code, message, api, status, resultCode, resultMessage, callback },
    cause: cause === undefined ? undefined : describeCause(cause),
  });
}

/**
 * Describes an error of the app's by its type, its code and its stack frames: its message and its
 * properties may hold the password, and so may a name or a code that does not look like one.
 */
function describeCause(cause: unknown): LoggedError {
  const unreadable = { type: typeof cause };
  try {
    if (!(cause instanceof Error)) return unreadable;
    const { name, code } = cause as { name: string; code?: unknown };
    const isCode = Number.isInteger(code) || /^[A-Z0-9_]{1,64}$/.test(String(code));
    return omitUndefined({
      type: /^[A-Za-z]{0,64}(Error|Exception)$/.test(name) ? name : 'Error',
      code: isCode ? String(code) : undefined,
      stack: getStackFrames(cause),
    });
  } catch {
    return unreadable;
  }
}

/** The frames of a stack, without the message above them, which may look like a frame itself. */
function getStackFrames({ message, stack = '' }: Error): string | undefined {
  const start = stack.indexOf(message);
  if (start < 0) return undefined;
  const [, ...lines] = stack.slice(start + message.length).split('\n');
  const frames = lines.slice(0, MAX_FRAMES).filter((line) => FRAME.test(line));
  return frames.length > 0 ? frames.map((line) => line.trim()).join('\n') : undefined;
}
