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
      const all = hooks.flatMap(({ onFail, log }) => [onFail, log?.onFail]);
      for (const hook of new Set(all)) callHook(hook, event);
    },
    onError(error) {
      const all = hooks.flatMap(({ onError, log }) => [onError, log?.onError]);
      for (const hook of new Set(all)) callHook(hook, error, req);
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
