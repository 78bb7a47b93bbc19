import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import {
  createMemoryLimiter,
  createSignal,
  type ProtectedServerOptions,
  startProtectedServer,
  visiblePart,
  watchLimiter,
} from '../support/brute-force/protected-server';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

describe.each(EXPRESS_VERSIONS)('a blocked attempt on $version', ({ express }) => {
  const start = (options: Omit<ProtectedServerOptions, 'express'>) =>
    startProtectedServer({ express, ...options });

  it('is answered like a wrong password, and its ticket is closed once', async () => {
    const { emulator, send, sendWrong, closings, authenticate, outcomes, problems } = await start({
      limiters: { usernameAndAddress: createMemoryLimiter(1) },
    });
    const answer = visiblePart(await sendWrong());
    expect(answer.status).toBe(400);
    expect(visiblePart(await sendWrong())).toEqual(answer);
    expect(visiblePart(await send())).toEqual(answer);
    expect(visiblePart(await sendWrong('jane'))).toEqual(answer);
    expect(authenticate).toHaveBeenCalledTimes(2);
    const reason = 'INVALID_RESOURCE_OWNER_CREDENTIALS';
    expect(closings()).toEqual(Array(4).fill(reason));
    expect(outcomes).toMatchObject(
      ['failed', 'blocked', 'blocked', 'failed'].map((outcome) => ({
        outcome,
        reason,
        status: 400,
      })),
    );
    expect(problems).toEqual([]);
    expect(emulator.openTickets()).toBe(0);
  });

  it('is answered no sooner than a wrong password', async () => {
    const { sendWrong, send } = await start({
      limiters: { usernameAndAddress: createMemoryLimiter(1) },
      authenticate: () => sleep(150, null),
    });
    await sendWrong();
    const sent = performance.now();
    await send();
    // A timer may fire a millisecond early.
    expect(performance.now() - sent).toBeGreaterThan(145);
  });

  // The time of the last one, again and again, would tell blocked attempts from checked ones.
  it('is answered after as long as any of several wrong passwords, not only the last', async () => {
    const { sendWrong } = await start({
      limiters: { usernameAndAddress: createMemoryLimiter(1) },
      authenticate: (username) => (username === 'slow' ? sleep(400, null) : null),
    });
    await sendWrong('slow');
    await sendWrong('john');
    let time = 0;
    for (let attempt = 0; attempt < 40 && time < 395; attempt++) {
      const sent = performance.now();
      await sendWrong('john');
      time = performance.now() - sent;
    }
    // A lower bound, which no slow machine can break.
    expect(time).toBeGreaterThan(395);
  });

  it('is answered no sooner for the limiter that it does not reach', async () => {
    const byPair = createMemoryLimiter(9);
    const { sendWrong } = await start({
      limiters: {
        address: createMemoryLimiter(1),
        usernameAndAddress: watchLimiter(byPair, {
          consume: async (key) => {
            await sleep(150);
            return byPair.consume(key);
          },
        }),
      },
    });
    await sendWrong();
    const sent = performance.now();
    await sendWrong();
    expect(performance.now() - sent).toBeGreaterThan(145);
  });

  it('is answered without waiting for what it refunds', async () => {
    const answered = createSignal();
    const byAddress = createMemoryLimiter(9);
    const { sendWrong, getsIn, problems } = await start({
      limiters: {
        address: watchLimiter(byAddress, {
          reward: async (key) => {
            await answered.emitted;
            return byAddress.reward(key);
          },
        }),
        usernameAndAddress: createMemoryLimiter(1),
      },
      storeTimeout: 5000,
    });
    await sendWrong();
    expect((await sendWrong()).status).toBe(400);
    answered.emit();
    expect(await getsIn('jane')).toBe(true);
    expect(await byAddress.get('192.0.2.1')).toMatchObject({ consumedPoints: 1 });
    expect(problems).toEqual([]);
  });

  it('has Retry-After if it is to', async () => {
    const { emulator, sendWrong, send, closings } = await start({
      limiters: { usernameAndAddress: createMemoryLimiter(1) },
      retryAfter: true,
    });
    const { headers, ...answer } = visiblePart(await sendWrong());
    expect(headers).not.toHaveProperty('retry-after');
    const blocked = visiblePart(await send());
    const { 'retry-after': retryAfter = '', ...rest } = blocked.headers;
    expect({ ...blocked, headers: rest }).toEqual({ ...answer, headers });
    expect(retryAfter).toMatch(/^[0-9]+$/);
    expect(Number(retryAfter)).toBeGreaterThan(30);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    expect(closings()).toEqual(Array(2).fill('INVALID_RESOURCE_OWNER_CREDENTIALS'));
    expect(emulator.openTickets()).toBe(0);
  });

  // It would say to try again at once, but the block never ends.
  it('has no Retry-After if the block does not end', async () => {
    const { sendWrong } = await start({
      limiters: { address: new RateLimiterMemory({ points: 1, duration: 0 }) },
      retryAfter: true,
    });
    await sendWrong();
    expect((await sendWrong()).headers).not.toHaveProperty('retry-after');
  });
});
