type Cleanup = () => unknown;

const cleanups: Cleanup[] = [];

/** Runs after the current test, the last one first, whether the test passes or fails. */
export function cleanUp(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
