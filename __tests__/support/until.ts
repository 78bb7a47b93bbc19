/** Milliseconds between two looks. */
const INTERVAL = 5;

/** Looks until a test gives up: an endless wait would keep Jest itself from ending. */
const MAX_LOOKS = 800;

/** Waits for something that another server or a later turn of the event loop does. */
export async function until(condition: () => boolean, maxLooks = MAX_LOOKS): Promise<void> {
  for (let looks = 0; !condition(); looks++) {
    if (looks === maxLooks) throw new Error('It did not happen');
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
