import type { IncomingMessage, ServerResponse } from 'node:http';
import { startDeadline } from './deadline.js';
import { HostFunctionError } from './errors.js';
import { onRequestEnd } from './request-end.js';

/** How long a function of the host's may take, and who may end it sooner. */
export interface HostCall {
  /** The option's name, for errors. */
  readonly name: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Aborts when the client application goes away. */
  readonly gone: AbortSignal;
}

/** The client application went away while a function of the host's ran. */
export class ClientGoneError extends Error {
  constructor() {
    super('The client application went away');
  }
}

/** A signal that aborts when the client application goes away. */
export function goneSignalOf(req: IncomingMessage, res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  onRequestEnd(req, res, () => controller.abort());
  return controller.signal;
}

/**
 * Calls a function of the host's, within a deadline.
 *
 * @throws what the function throws, HostFunctionError when the time is over, or ClientGoneError
 */
export async function callHost<T>(
  { name, timeout, gone }: HostCall,
  call: (signal: AbortSignal) => T | PromiseLike<T>,
): Promise<T> {
  if (gone.aborted) throw new ClientGoneError();
  const deadline = startDeadline(timeout, gone, {
    timedOut: () =>
      new HostFunctionError('ERR_ATF_HOST_TIMEOUT', `${name} did not settle within ${timeout} ms`),
    aborted: () => new ClientGoneError(),
  });
  try {
    return await deadline.race(new Promise<T>((resolve) => resolve(call(deadline.signal))));
  } finally {
    deadline.clear();
  }
}

/**
 * As {@link callHost}, where nobody looks at what the function throws.
 *
 * @throws HostFunctionError or ClientGoneError
 */
export async function requireFromHost<T>(
  host: HostCall,
  call: (signal: AbortSignal) => T | PromiseLike<T>,
): Promise<T> {
  try {
    return await callHost(host, call);
  } catch (cause) {
    if (cause instanceof HostFunctionError || cause instanceof ClientGoneError) throw cause;
    throw new HostFunctionError('ERR_ATF_HOST_THREW', `${host.name} failed`, { cause });
  }
}
