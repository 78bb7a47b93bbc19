type Cleanup = () => unknown;

const cleanups: Cleanup[] = [];

/** Runs after the current test, the last one first, whether the test passes or fails. */
export function cleanUp(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  const errors: unknown[] = [];
  // All of them, or what one that fails leaves open would keep Jest from ending.
  for (const cleanup of cleanups.splice(0).reverse()) {
    try {
      await cleanup();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
});
