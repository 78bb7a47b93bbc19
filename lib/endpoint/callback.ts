import type { Request } from 'express';
import { Deadline } from '../authlete/deadline.js';
import { CallbackError, type CallbackErrorCode } from '../errors.js';
import { createCallbackError } from '../fail/answer.js';
import type { TokenRequestContext } from './context.js';
import { ClientDisconnectedError } from './disconnect.js';
import type { CallbackContext } from './options.js';

/** Has the signal for a function of the app's, which is created when it is read: most do not. */
export type SignalSource = Pick<Deadline, 'signal'>;

/** What every function of the app's may need besides its arguments. */
export function createCallbackContext(req: Request, source: SignalSource): CallbackContext {
  return {
    req,
    get signal() {
      return source.signal;
    },
  };
}

/**
 * Calls a function of the app's, within `authenticateTimeout`.
 *
 * @param name - the name of the option
 * @throws CallbackError when the time is up, ClientDisconnectedError, or what the function throws
 */
export async function callApp<T>(
  { options, disconnected }: TokenRequestContext,
  name: string,
  call: (source: SignalSource) => T | PromiseLike<T>,
): Promise<T> {
  if (disconnected.aborted) throw new ClientDisconnectedError();
  const timeout = options.authenticateTimeout;
  const deadline = new Deadline(timeout, disconnected, {
    timedOut: () =>
      createOwnError('ERR_ATF_CALLBACK_TIMEOUT', name, `did not settle within ${timeout} ms`),
    aborted: () => new ClientDisconnectedError(),
  });
  try {
    return await deadline.race(new Promise<T>((resolve) => resolve(call(deadline))));
  } finally {
    deadline.clear();
  }
}

/**
 * As {@link callApp}, where what the function throws means nothing but that it failed.
 *
 * @throws CallbackError or ClientDisconnectedError
 */
export async function requireFromApp<T>(
  context: TokenRequestContext,
  name: string,
  call: (source: SignalSource) => T | PromiseLike<T>,
): Promise<T> {
  try {
    return await callApp(context, name, call);
  } catch (cause) {
    if (isOwnError(cause) || isInstance(cause, ClientDisconnectedError)) throw cause;
    throw createCallbackError(name, 'threw', cause, context.secrets);
  }
}

/** As `instanceof`, but never throws: what an app throws may be a revoked proxy. */
export function isInstance<T>(value: unknown, ofClass: new (...args: never[]) => T): value is T {
  try {
    return value instanceof ofClass;
  } catch {
    return false;
  }
}

/** An error for a function of the app's that returned something that it must not. */
export function createResultError(name: string, problem: string): CallbackError {
  return createOwnError('ERR_ATF_CALLBACK_RESULT', name, problem);
}

/** The errors that this file created: an app can throw one of its own, with a secret in it. */
const ownErrors = new WeakSet();

function createOwnError(code: CallbackErrorCode, name: string, problem: string): CallbackError {
  const error = new CallbackError(code, name, problem);
  ownErrors.add(error);
  return error;
}

/** Whether an error says that a function of the app's was late, or returned something wrong. */
export function isOwnError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ownErrors.has(error);
}
