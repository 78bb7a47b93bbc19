import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'express';
import {
  createMemoryLimiter,
  createSignal,
  NEVER,
  type ProtectedServerOptions,
  sendAndDisconnect,
  startProtectedServer,
  watchLimiter,
} from '../support/brute-force/protected-server';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { until } from '../support/until';

describe.each(EXPRESS_VERSIONS)(
  'brute force protection of a client application that disconnects on $version',
  ({ express }) => {
    const start = (options: Omit<ProtectedServerOptions, 'express'>) =>
      startProtectedServer({ express, ...options });

    it.each(['allow', 'block'] as const)(
      'while it is counted: issues nothing and closes the ticket, with onStoreError %p',
      async (onStoreError) => {
        const asked = createSignal();
        const { emulator, app, authenticate, closings, outcomes } = await start({
          onStoreError,
          storeTimeout: 100,
          limiters: {
            address: watchLimiter(createMemoryLimiter(5), {
              consume: () => {
                asked.emit();
                return NEVER;
              },
            }),
          },
        });
        await sendAndDisconnect(app, asked.emitted);
        await until(() => outcomes.length === 1);
        expect(authenticate).not.toHaveBeenCalled();
        expect(closings()).toEqual(['UNKNOWN']);
        expect(outcomes[0]).not.toHaveProperty('status');
        expect(emulator.openTickets()).toBe(0);
      },
    );

    it('while its password is checked: counts it as wrong, whatever comes of it', async () => {
      const asked = createSignal();
      const late = createSignal();
      const byPair = watchLimiter(createMemoryLimiter(5));
      const byAddress = watchLimiter(createMemoryLimiter(5));
      const { emulator, app, closings, outcomes, problems } = await start({
        limiters: { usernameAndAddress: byPair, address: byAddress },
        async authenticate() {
          asked.emit();
          await late.emitted;
          return 'john-1';
        },
      });
      await sendAndDisconnect(app, asked.emitted);
      await until(() => outcomes.length === 1);
      late.emit();
      await sleep(20);
      expect([byPair.methods(), byAddress.methods()]).toEqual([['consume'], ['consume']]);
      expect(closings()).toEqual(['UNKNOWN']);
      expect(outcomes).toMatchObject([{ outcome: 'aborted', reason: 'UNKNOWN' }]);
      expect(problems).toEqual([]);
      expect(emulator.openTickets()).toBe(0);
    });

    it('while it is blocked: closes the ticket', async () => {
      const asked = createSignal();
      const limiter = createMemoryLimiter(1);
      let attempts = 0;
      const { emulator, app, send, authenticate, closings, outcomes, problems } = await start({
        limiters: {
          address: watchLimiter(limiter, {
            consume: () => {
              if (++attempts === 2) asked.emit();
              return limiter.consume('everybody');
            },
          }),
        },
        authenticate: () => sleep(200, null),
      });
      await send();
      await sendAndDisconnect(app, asked.emitted);
      await until(() => outcomes.length === 2);
      expect(authenticate).toHaveBeenCalledTimes(1);
      expect(closings()).toEqual(Array(2).fill('INVALID_RESOURCE_OWNER_CREDENTIALS'));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'aborted']);
      expect(problems).toEqual([]);
      expect(emulator.openTickets()).toBe(0);
    });

    describe.each([
      ['closes its connection', false],
      ['resets its connection', true],
    ])('before it is counted, when it %s', (_what, reset) => {
      it.each([
        ['of its own', {}, '127.0.0.1'],
        ['that a proxy says', { 'X-Forwarded-For': '192.0.2.7' }, '192.0.2.7'],
      ])('counts it by the address %s', async (_whose, headers, address) => {
        const limiter = watchLimiter(createMemoryLimiter(5));
        const { emulator, app, authenticate, outcomes } = await start({
          limiters: { address: limiter },
        });
        emulator.faults.set({ api: '/auth/token', delay: 100 });
        const opened = until(() => emulator.journal.calls({ api: '/auth/token' }).length === 1);
        await sendAndDisconnect(app, opened, { reset, headers });
        await until(() => outcomes.length === 1);
        expect(limiter.calls).toEqual([['consume', address]]);
        expect(authenticate).not.toHaveBeenCalled();
        expect(outcomes).toMatchObject([{ outcome: 'aborted', reason: 'UNKNOWN' }]);
        expect(emulator.openTickets()).toBe(0);
      });

      // Why the address is read when the token request arrives.
      it('leaves Express without its address', async () => {
        const arrived = createSignal();
        const app = express();
        let request: Request | undefined;
        app.post('/token', (req) => {
          request = req;
          arrived.emit();
        });
        await sendAndDisconnect(app as RequestListener, arrived.emitted, { reset });
        expect(request?.ip).toBeUndefined();
      });
    });
  },
);
