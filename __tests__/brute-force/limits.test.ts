import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import {
  createMemoryLimiter,
  type ProtectedServerOptions,
  startProtectedServer,
  visiblePart,
  watchLimiter,
} from '../support/brute-force/protected-server';
import { PASSWORD } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

describe.each(EXPRESS_VERSIONS)('brute force protection on $version', ({ express }) => {
  const start = (options: Omit<ProtectedServerOptions, 'express'>) =>
    startProtectedServer({ express, ...options });

  describe('with a limit by username and address', () => {
    it('blocks that username from that address, and nothing else', async () => {
      const { sendWrong, getsIn, authenticate } = await start({
        limiters: { usernameAndAddress: createMemoryLimiter(2) },
      });
      await sendWrong();
      await sendWrong();
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(await getsIn()).toBe(false);
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(await getsIn('john', '192.0.2.2')).toBe(true);
      expect(await getsIn('jane')).toBe(true);
      expect(await getsIn()).toBe(false);
    });

    it('lets through again when the time is over', async () => {
      const { sendWrong, getsIn } = await start({
        limiters: { usernameAndAddress: new RateLimiterMemory({ points: 1, duration: 1 }) },
      });
      await sendWrong();
      expect(await getsIn()).toBe(false);
      await sleep(1050);
      expect(await getsIn()).toBe(true);
    });

    it('lets through again when a blockDuration is over, whoever tries before', async () => {
      const { sendWrong, getsIn } = await start({
        limiters: {
          usernameAndAddress: new RateLimiterMemory({ points: 1, duration: 60, blockDuration: 1 }),
        },
      });
      await sendWrong();
      await sendWrong();
      await sleep(600);
      await getsIn();
      await sleep(600);
      expect(await getsIn()).toBe(true);
    });

    it('counts unknown users like known ones', async () => {
      const { sendWrong, authenticate } = await start({
        limiters: { usernameAndAddress: createMemoryLimiter(1) },
        authenticate: () => null,
      });
      await sendWrong('nobody');
      await sendWrong('nobody');
      expect(authenticate).toHaveBeenCalledTimes(1);
    });

    it('counts spellings of a username together', async () => {
      const { sendWrong, getsIn } = await start({
        limiters: { usernameAndAddress: createMemoryLimiter(1) },
      });
      await sendWrong('Jörg');
      expect(await getsIn(' JO\u0308\u200bRG')).toBe(false);
      expect(await getsIn('Jürgen')).toBe(true);
    });

    it('starts again at 0 with the right password', async () => {
      const { sendWrong, getsIn, authenticate } = await start({
        limiters: { usernameAndAddress: createMemoryLimiter(3) },
      });
      for (let round = 0; round < 3; round++) {
        await sendWrong();
        await sendWrong();
        expect(await getsIn()).toBe(true);
      }
      expect(authenticate).toHaveBeenCalledTimes(9);
    });
  });

  describe('with a limit by address', () => {
    it('blocks that address, whatever the username', async () => {
      const { sendWrong, getsIn, authenticate } = await start({
        limiters: { address: createMemoryLimiter(2) },
      });
      await sendWrong('john');
      await sendWrong('jane');
      expect(await getsIn('jim')).toBe(false);
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(await getsIn('jim', '192.0.2.2')).toBe(true);
    });

    it('does not count the right password', async () => {
      const { sendWrong, getsIn } = await start({ limiters: { address: createMemoryLimiter(2) } });
      await sendWrong('john');
      for (let round = 0; round < 3; round++) expect(await getsIn('jane')).toBe(true);
    });

    it('does not forget wrong passwords for the sake of a right one', async () => {
      const { sendWrong, getsIn } = await start({ limiters: { address: createMemoryLimiter(2) } });
      await sendWrong('john');
      expect(await getsIn('mallory')).toBe(true);
      await sendWrong('john');
      expect(await getsIn('mallory')).toBe(false);
    });

    it('counts the addresses of an IPv6 /64 together', async () => {
      const { sendWrong, getsIn } = await start({ limiters: { address: createMemoryLimiter(1) } });
      await sendWrong('john', '2001:db8:1:2::1');
      expect(await getsIn('john', '2001:DB8:1:2:ffff::2')).toBe(false);
      expect(await getsIn('john', '2001:db8:1:3::1')).toBe(true);
    });

    it.each([
      [48, '2001:db8:1:ffff::2', '2001:db8:2::2'],
      [56, '2001:db8:1:ff::2', '2001:db8:1:100::2'],
      [60, '2001:db8:1:f::2', '2001:db8:1:10::2'],
    ])('counts the addresses of an IPv6 /%d together', async (ipv6PrefixLength, same, another) => {
      const { sendWrong, getsIn } = await start({
        limiters: { address: createMemoryLimiter(1) },
        ipv6PrefixLength,
      });
      await sendWrong('john', '2001:db8:1::1');
      expect(await getsIn('john', same)).toBe(false);
      expect(await getsIn('john', another)).toBe(true);
    });

    it('does not believe an address that no trusted proxy says', async () => {
      const { sendWrong, getsIn } = await start({ limiters: { address: createMemoryLimiter(1) } });
      await sendWrong('john', '198.51.100.1, 192.0.2.1');
      expect(await getsIn('john', '198.51.100.2, 192.0.2.1')).toBe(false);
    });
  });

  describe('with both limits', () => {
    it('blocks at whichever is reached', async () => {
      const { sendWrong, getsIn } = await start({
        limiters: { usernameAndAddress: createMemoryLimiter(2), address: createMemoryLimiter(3) },
      });
      await sendWrong('john');
      await sendWrong('john');
      expect(await getsIn('john')).toBe(false);
      await sendWrong('jane');
      expect(await getsIn('jane')).toBe(false);
      expect(await getsIn('jim')).toBe(false);
    });

    it('refunds by address what is blocked by username', async () => {
      const byAddress = watchLimiter(createMemoryLimiter(2));
      const byPair = watchLimiter(createMemoryLimiter(1));
      const { sendWrong, getsIn } = await start({
        limiters: { usernameAndAddress: byPair, address: byAddress },
      });
      for (let attempt = 0; attempt < 5; attempt++) await sendWrong('john');
      expect(byPair.methods()).toEqual(Array(5).fill('consume'));
      expect(byAddress.methods()).toEqual([
        'consume',
        ...Array<string[]>(4).fill(['consume', 'reward']).flat(),
      ]);
      expect(await getsIn('jane')).toBe(true);
    });

    it('does not count by username what is blocked by address', async () => {
      const byPair = watchLimiter(createMemoryLimiter(5));
      const byAddress = watchLimiter(createMemoryLimiter(1));
      const { sendWrong } = await start({
        limiters: { usernameAndAddress: byPair, address: byAddress },
      });
      for (let attempt = 0; attempt < 3; attempt++) await sendWrong('john');
      expect(byPair.methods()).toEqual(['consume']);
      expect(byAddress.methods()).toEqual(Array(3).fill('consume'));
    });

    it('gives the store neither usernames nor passwords', async () => {
      const byPair = watchLimiter(createMemoryLimiter(2));
      const byAddress = watchLimiter(createMemoryLimiter(9));
      const username = 'John.Doe@example.com';
      const { send } = await start({
        limiters: { usernameAndAddress: byPair, address: byAddress },
        authenticate: (_username, password) => (password === 'open-sesame' ? 'john-1' : null),
      });
      await send({ username, password: PASSWORD });
      await send({ username });
      await send({ username, password: PASSWORD });
      await send({ username, password: PASSWORD });
      await send({ username, password: PASSWORD });
      expect(byPair.methods()).toEqual([
        'consume',
        'consume',
        'delete',
        'consume',
        'consume',
        'consume',
      ]);
      const keys = byPair.calls.map(([, key]) => key);
      expect(new Set(keys).size).toBe(1);
      // A SHA-256 hash.
      expect(keys[0]).toMatch(/^[\w-]{43}$/);
      expect(new Set(byAddress.calls.map(([, key]) => key))).toEqual(new Set(['192.0.2.1']));
    });
  });

  describe('of a burst', () => {
    it.each(['usernameAndAddress', 'address'])(
      'lets no more than the limit by %s through',
      async (name) => {
        const { emulator, url, authenticate, outcomes } = await start({
          limiters: { [name]: createMemoryLimiter(5) },
          authenticate: () => sleep(20, null),
        });
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, attempt) =>
            supertest(url)
              .post('/token')
              .type('form')
              .send(passwordGrant({ password: `wrong-${attempt}` })),
          ),
        );
        expect(new Set(answers.map((answer) => JSON.stringify(visiblePart(answer)))).size).toBe(1);
        expect(authenticate).toHaveBeenCalledTimes(5);
        const reason = 'INVALID_RESOURCE_OWNER_CREDENTIALS';
        expect(outcomes).toMatchObject(Array(50).fill({ reason, status: 400 }));
        expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toHaveLength(5);
        expect(outcomes.filter(({ outcome }) => outcome === 'blocked')).toHaveLength(45);
        expect(emulator.journal.calls({ api: '/auth/token/fail' })).toHaveLength(50);
        expect(emulator.openTickets()).toBe(0);
      },
    );

    it('blocks no longer than the duration, however many are blocked at once', async () => {
      const { url, getsIn } = await start({
        limiters: { address: new RateLimiterMemory({ points: 10, duration: 1 }) },
        authenticate: (username) => sleep(50, `${username}-1`),
      });
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, person) =>
          supertest(url)
            .post('/token')
            .type('form')
            .set('X-Forwarded-For', '192.0.2.1')
            .send(passwordGrant({ username: `user-${person}` })),
        ),
      );
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
      await sleep(1050);
      expect(await getsIn()).toBe(true);
    });

    // Attempts that straddle the end of the duration would raise the limit of the next one.
    it('does not refund what is no longer counted', async () => {
      const limiter = new RateLimiterMemory({ points: 2, duration: 1 });
      const { url, sendWrong, authenticate } = await start({
        limiters: { address: limiter },
        authenticate: (_username, password) =>
          password === 'wrong' ? null : sleep(1100, 'mallory-1'),
      });
      await Promise.all(
        Array.from({ length: 2 }, () =>
          supertest(url)
            .post('/token')
            .type('form')
            .set('X-Forwarded-For', '192.0.2.1')
            .send(passwordGrant()),
        ),
      );
      for (let attempt = 0; attempt < 4; attempt++) await sendWrong();
      expect(authenticate).toHaveBeenCalledTimes(4);
    });
  });
});
