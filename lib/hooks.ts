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
