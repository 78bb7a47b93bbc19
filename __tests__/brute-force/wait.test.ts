import { waitPrecisely } from '../../lib/brute-force/wait';

describe('waitPrecisely', () => {
  // Node's timers fire in whole milliseconds.
  it.each([0, 0.1, 0.5, 1, 1.5, 2, 2.5, 7.25])('waits %d ms at least', async (time) => {
    for (let round = 0; round < 20; round++) {
      const start = performance.now();
      await waitPrecisely(time);
      expect(performance.now() - start).toBeGreaterThanOrEqual(time);
    }
  });

  it('lets others go on', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await waitPrecisely(50);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
