import type { Request } from 'express';
import type { TokenFailEvent } from './fail-event.js';
import type { ResolvedHooks } from './fail-options.js';

/** Everyone who is told of a failure. */
export interface Listeners {
  readonly onFail: (event: TokenFailEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** The hooks as one; a function or a logger that is given twice is called once. */
export function listenersOf(req: Request, ...hooks: readonly ResolvedHooks[]): Listeners {
  return {
    onFail(event) {
      for (const hook of new Set(hooks.map(({ onFail }) => onFail))) callHook(hook, event);
      for (const log of new Set(hooks.map(({ log }) => log))) callHook(log?.onFail, event);
    },
    onError(error) {
      for (const hook of new Set(hooks.map(({ onError }) => onError))) callHook(hook, error, req);
      for (const log of new Set(hooks.map(({ log }) => log))) callHook(log?.onError, error);
    },
  };
}

/**
 * Calls a host's hook. Whatever it does, throw, reject or never settle, changes nothing for the
 * client application.
 */
export function callHook<A extends unknown[]>(
  hook: ((...args: A) => unknown) | undefined,
  ...args: A
): void {
  if (!hook) return;
  try {
    // An `async` hook is called for its effect; only its rejection needs an ear.
    Promise.resolve(hook(...args)).catch(ignore);
  } catch {
    // As above.
  }
}

function ignore(): void {
  // A failing hook has no one to tell: it is itself the one who is told.
}
