import { request as httpRequest, type RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import {
  type AttemptLimiter,
  type Authenticate,
  type BruteForceOptions,
  InvalidResourceOwnerCredentialsError,
  type TokenEndpointSettings,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { passwordGrant } from './support/emulator';
import { EXPRESS_VERSIONS } from './support/hosts';
import { PASSWORD } from './support/secrets';
import { serve } from './support/servers';
import { emulatorAndClient, tokenServerOf } from './support/token-server';
import { until } from './support/until';

const never = new Promise<never>(() => undefined);

/** Lets that many wrong passwords through. */
const limiterOf = (points: number) => new RateLimiterMemory({ points, duration: 60 });

/** A limiter that does something else at that method, and what it was given. */
function altered(
  limiter: AttemptLimiter,
  changes: Partial<Record<keyof AttemptLimiter, (key: string) => Promise<unknown>>> = {},
) {
  const calls: [method: string, key: string][] = [];
  const methodOf = (name: keyof AttemptLimiter) => (key: string) => {
    calls.push([name, key]);
    return (changes[name] ?? ((given) => limiter[name](given)))(key);
  };
  return {
    consume: methodOf('consume'),
    reward: methodOf('reward'),
    delete: methodOf('delete'),
    calls,
  };
}

/** Something to wait for. */
function event() {
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happen, happened };
}

/** All that a client application sees of an answer, but for the time of day. */
function seen({ status, headers, text }: supertest.Response) {
  const { date, ...rest } = headers as Record<string, string>;
  return { status, headers: rest, text };
}

/** Sends a grant and hangs up at that moment. */
async function hangUp(app: RequestListener, when: Promise<unknown>) {
  const gone = event();
  const url = await serve((req, res) => {
    res.once('close', gone.happen);
    app(req, res);
  });
  const request = httpRequest(`${url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  request.on('error', () => undefined);
  request.end(passwordGrant());
  await when;
  request.destroy();
  await gone.happened;
}

describe.each(EXPRESS_VERSIONS)('the protected password grant on $version', ({ express }) => {
  /** A token server on the emulator behind a proxy, and what its hooks were told. */
  async function start({
    authenticate = (username, password) => (password === 'open-sesame' ? `${username}-1` : null),
    authenticateTimeout,
    ...bruteForce
  }: BruteForceOptions &
    Pick<TokenEndpointSettings, 'authenticateTimeout'> & {
      authenticate?: Authenticate;
    }) {
    const { emulator, client } = await emulatorAndClient();
    const errors: unknown[] = [];
    const events: unknown[] = [];
    const hooks = { onError: (error: unknown) => errors.push(error) };
    const authenticateMock = jest.fn(authenticate);
    const app = tokenServerOf({
      client,
      express,
      endpoint: { authenticate: authenticateMock, authenticateTimeout, bruteForce, ...hooks },
      fail: { ...hooks, onFail: ({ reason, status }) => events.push([reason, status]) },
    });
    app.set('trust proxy', 'loopback');
    const send = (changes?: Record<string, string>, address = '192.0.2.1') =>
      supertest(app)
        .post('/token')
        .type('form')
        .set('X-Forwarded-For', address)
        .send(passwordGrant(changes));
    const wrong = (username = 'john', address?: string) =>
      send({ username, password: 'wrong' }, address);
    /** Whether the right password gets in. */
    const getsIn = async (username = 'john', address?: string) =>
      (await send({ username }, address)).status === 200;
    const closed = () =>
      emulator.journal
        .calls()
        .filter(({ api }) => api !== '/auth/token')
        .map(({ api, reason }) => reason ?? api);
    return {
      emulator,
      app: app as RequestListener,
      authenticate: authenticateMock,
      send,
      wrong,
      getsIn,
      errors,
      events,
      closed,
    };
  }

  describe('with a limit by username and address', () => {
    it('blocks that username from that address, and nothing else', async () => {
      const { wrong, getsIn, authenticate } = await start({
        limiters: { usernameAndAddress: limiterOf(2) },
      });
      await wrong();
      await wrong();
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(await getsIn()).toBe(false);
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(await getsIn('john', '192.0.2.2')).toBe(true);
      expect(await getsIn('jane')).toBe(true);
      expect(await getsIn()).toBe(false);
    });

    it('lets through again when the time is over', async () => {
      const { wrong, getsIn } = await start({
        limiters: { usernameAndAddress: new RateLimiterMemory({ points: 1, duration: 1 }) },
      });
      await wrong();
      expect(await getsIn()).toBe(false);
      await sleep(1050);
      expect(await getsIn()).toBe(true);
    });

    it('lets through again when a blockDuration is over, whoever tries before', async () => {
      const { wrong, getsIn } = await start({
        limiters: {
          usernameAndAddress: new RateLimiterMemory({ points: 1, duration: 60, blockDuration: 1 }),
        },
      });
      await wrong();
      await wrong();
      await sleep(600);
      await getsIn();
      await sleep(600);
      expect(await getsIn()).toBe(true);
    });

    it('counts unknown users like known ones', async () => {
      const { wrong, authenticate } = await start({
        limiters: { usernameAndAddress: limiterOf(1) },
        authenticate: () => null,
      });
      await wrong('nobody');
      await wrong('nobody');
      expect(authenticate).toHaveBeenCalledTimes(1);
    });

    it.each([
      ['case', 'John', 'JOHN'],
      ['case outside of ASCII', 'Jörg', 'JÖRG'],
      ['composition', 'j\u00f6rg', 'jo\u0308rg'],
      ['width', 'john', '\uff4a\uff4f\uff48\uff4e'],
      ['a ligature', 'fipsi', '\ufb01psi'],
      ['spaces around it', 'john', '  john '],
      ['no-break spaces around it', 'john', '\u00a0john\u3000'],
      ['a zero-width space', 'john', 'john\u200b'],
      ['a soft hyphen', 'john', 'jo\u00adhn'],
      ['NUL', 'john', 'john\u0000'],
      ['a bidirectional control', 'john', '\u202ajohn'],
      ['a variation selector', 'john', 'john\ufe0f'],
      ['a grapheme joiner', 'john', 'jo\u034fhn'],
      ['a tag character', 'john', 'john\u{e0041}'],
      ['what is invisible within a composition', 'j\u00f6rg', 'jo\u200b\u0308rg'],
      ['what is invisible around spaces', 'john', '\u200b john \u2060'],
    ])('counts spellings of a username together that differ in %s', async (_what, one, other) => {
      const { wrong, getsIn } = await start({ limiters: { usernameAndAddress: limiterOf(1) } });
      await wrong(one);
      expect(await getsIn(other)).toBe(false);
    });

    it('starts anew with the right password', async () => {
      const { wrong, getsIn, authenticate } = await start({
        limiters: { usernameAndAddress: limiterOf(3) },
      });
      for (let round = 0; round < 3; round++) {
        await wrong();
        await wrong();
        expect(await getsIn()).toBe(true);
      }
      expect(authenticate).toHaveBeenCalledTimes(9);
    });
  });

  describe('with a limit by address', () => {
    it('blocks that address, whatever the username', async () => {
      const { wrong, getsIn, authenticate } = await start({ limiters: { address: limiterOf(2) } });
      await wrong('john');
      await wrong('jane');
      expect(await getsIn('jim')).toBe(false);
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(await getsIn('jim', '192.0.2.2')).toBe(true);
    });

    it('does not count the right password', async () => {
      const { wrong, getsIn } = await start({ limiters: { address: limiterOf(2) } });
      await wrong('john');
      for (let round = 0; round < 3; round++) expect(await getsIn('jane')).toBe(true);
    });

    it('does not forget wrong passwords for the sake of a right one', async () => {
      const { wrong, getsIn } = await start({ limiters: { address: limiterOf(2) } });
      await wrong('john');
      expect(await getsIn('mallory')).toBe(true);
      await wrong('john');
      expect(await getsIn('mallory')).toBe(false);
    });

    it('counts the addresses of an IPv6 /64 together', async () => {
      const { wrong, getsIn } = await start({ limiters: { address: limiterOf(1) } });
      await wrong('john', '2001:db8:1:2::1');
      expect(await getsIn('john', '2001:DB8:1:2:ffff::2')).toBe(false);
      expect(await getsIn('john', '2001:db8:1:3::1')).toBe(true);
    });

    it('does not believe an address that no trusted proxy tells', async () => {
      const { wrong, getsIn } = await start({ limiters: { address: limiterOf(1) } });
      await wrong('john', '198.51.100.1, 192.0.2.1');
      expect(await getsIn('john', '198.51.100.2, 192.0.2.1')).toBe(false);
    });
  });

  it('does not count by address what is blocked by username', async () => {
    const { wrong, getsIn } = await start({
      limiters: { usernameAndAddress: limiterOf(1), address: limiterOf(2) },
    });
    for (let attempt = 0; attempt < 5; attempt++) await wrong('john');
    expect(await getsIn('jane')).toBe(true);
  });

  it('blocks at whichever limit is reached', async () => {
    const { wrong, getsIn } = await start({
      limiters: { usernameAndAddress: limiterOf(2), address: limiterOf(3) },
    });
    await wrong('john');
    await wrong('john');
    expect(await getsIn('john')).toBe(false);
    await wrong('jane');
    expect(await getsIn('jane')).toBe(false);
    expect(await getsIn('jim')).toBe(false);
  });

  const broken = new Error('database');

  it.each<[string, Authenticate]>([
    ['throws', () => Promise.reject(broken)],
    ['gives nonsense', () => ''],
    [
      'fails for another reason',
      (_username, _password, { ticket }) => {
        throw new TokenRequestError(ticket, 'UNAUTHORIZED_CLIENT');
      },
    ],
  ])('does not count an attempt when authenticate %s', async (_what, authenticate) => {
    const { emulator, send, getsIn } = await start({
      limiters: { usernameAndAddress: limiterOf(1), address: limiterOf(1) },
      authenticate: (username, password, context) =>
        password === 'trouble' ? authenticate(username, password, context) : 'john-1',
    });
    for (let attempt = 0; attempt < 3; attempt++) await send({ password: 'trouble' });
    expect(await getsIn()).toBe(true);
    expect(emulator.openTickets()).toBe(0);
  });

  it('counts an attempt when authenticate throws that the password is wrong', async () => {
    const { wrong, authenticate } = await start({
      limiters: { usernameAndAddress: limiterOf(1) },
      authenticate: (_username, _password, { ticket }) => {
        throw new InvalidResourceOwnerCredentialsError(ticket);
      },
    });
    await wrong();
    await wrong();
    expect(authenticate).toHaveBeenCalledTimes(1);
  });

  describe.each(['the client application has gone away', 'the time is over'])(
    'when %s before authenticate settles',
    (when) => {
      const hangsUp = when === 'the client application has gone away';

      /** Sends an attempt, and lets authenticate settle like this once it is too late. */
      async function attemptThatSettles(settle: (ticket: string) => unknown) {
        const asked = event();
        const late = event();
        const byPair = altered(limiterOf(5));
        const byAddress = altered(limiterOf(5));
        const { emulator, app, send, closed, errors } = await start({
          limiters: { usernameAndAddress: byPair, address: byAddress },
          async authenticate(_username, _password, { ticket }) {
            asked.happen();
            await late.happened;
            return settle(ticket) as string;
          },
          authenticateTimeout: hangsUp ? 10_000 : 50,
        });
        if (hangsUp) await hangUp(app, asked.happened);
        else expect((await send()).status).toBe(500);
        await until(() => emulator.openTickets() === 0);
        expect(closed()).toEqual(['UNKNOWN']);
        expect(errors).toHaveLength(hangsUp ? 0 : 1);
        const calls = () =>
          [byPair, byAddress].map((limiter) => limiter.calls.map(([name]) => name));
        expect(calls()).toEqual([['consume'], ['consume']]);
        late.happen();
        await sleep(20);
        expect(errors).toHaveLength(hangsUp ? 0 : 1);
        return calls();
      }

      it.each<[string, (ticket: string) => unknown]>([
        ['gives null', () => null],
        ['gives undefined', () => undefined],
        [
          'throws that it is',
          (ticket) => {
            throw new InvalidResourceOwnerCredentialsError(ticket);
          },
        ],
        ['never settles', () => never],
      ])('counts a password as wrong if it %s', async (_what, settle) => {
        expect(await attemptThatSettles(settle)).toEqual([['consume'], ['consume']]);
      });

      it.each<[string, (ticket: string) => unknown]>([
        ['gives a subject', () => 'john-1'],
        ['gives nonsense', () => ''],
        ['rejects', () => Promise.reject(broken)],
      ])('takes the attempt back if it %s', async (_what, settle) => {
        const taken = ['consume', 'reward'];
        expect(await attemptThatSettles(settle)).toEqual([taken, taken]);
      });

      // It would be taken from the count of a later duration.
      it('takes nothing back after a minute', async () => {
        const clock = jest.spyOn(performance, 'now');
        const settle = () => {
          const now = performance.now();
          clock.mockReturnValue(now + 60_000);
          return 'john-1';
        };
        try {
          expect(await attemptThatSettles(settle)).toEqual([['consume'], ['consume']]);
        } finally {
          clock.mockRestore();
        }
      });
    },
  );

  it('checks no more passwords than the limit for clients that all hang up', async () => {
    const { app, authenticate, emulator } = await start({
      limiters: { usernameAndAddress: limiterOf(3) },
      authenticate: () => sleep(100, null),
    });
    for (let attempt = 1; attempt <= 6; attempt++) {
      const sent = emulator.journal.calls({ api: '/auth/token' }).length;
      const opened = async () => {
        await until(() => emulator.journal.calls({ api: '/auth/token' }).length > sent);
        await sleep(10);
      };
      await hangUp(app, opened());
    }
    await until(() => emulator.openTickets() === 0);
    expect(authenticate).toHaveBeenCalledTimes(3);
  });

  it.each(['usernameAndAddress', 'address'])(
    'lets no more than the limit by %s through of a burst',
    async (name) => {
      const { emulator, app, authenticate, events } = await start({
        limiters: { [name]: limiterOf(5) },
        authenticate: () => sleep(20, null),
      });
      const url = await serve(app);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, attempt) =>
          supertest(url)
            .post('/token')
            .type('form')
            .send(passwordGrant({ password: `wrong-${attempt}` })),
        ),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(seen(answer)))).size).toBe(1);
      expect(authenticate).toHaveBeenCalledTimes(5);
      expect(events).toEqual(Array(50).fill(['INVALID_RESOURCE_OWNER_CREDENTIALS', 400]));
      expect(emulator.journal.calls({ api: '/auth/token/fail' })).toHaveLength(50);
      expect(emulator.openTickets()).toBe(0);
    },
  );

  describe('answers a blocked attempt', () => {
    it('like a wrong password, and closes its ticket once', async () => {
      const { emulator, send, wrong, closed, authenticate, events, errors } = await start({
        limiters: { usernameAndAddress: limiterOf(1) },
      });
      const answer = seen(await wrong());
      expect(answer.status).toBe(400);
      expect(seen(await wrong())).toEqual(answer);
      expect(seen(await send())).toEqual(answer);
      expect(seen(await wrong('jane'))).toEqual(answer);
      expect(authenticate).toHaveBeenCalledTimes(2);
      expect(closed()).toEqual(Array(4).fill('INVALID_RESOURCE_OWNER_CREDENTIALS'));
      expect(events).toEqual(Array(4).fill(['INVALID_RESOURCE_OWNER_CREDENTIALS', 400]));
      expect(errors).toEqual([]);
      expect(emulator.openTickets()).toBe(0);
    });

    it('no sooner than a wrong password', async () => {
      const { wrong, send } = await start({
        limiters: { usernameAndAddress: limiterOf(1) },
        authenticate: () => sleep(150, null),
      });
      await wrong();
      const sent = performance.now();
      await send();
      // A timer may fire a millisecond early.
      expect(performance.now() - sent).toBeGreaterThan(145);
    });

    // The time of the last one, again and again, would tell blocked attempts from checked ones.
    it('after as long as any of several wrong passwords, not only the last one', async () => {
      const { wrong } = await start({
        limiters: { usernameAndAddress: limiterOf(1) },
        authenticate: (username) => (username === 'slow' ? sleep(400, null) : null),
      });
      await wrong('slow');
      await wrong('john');
      let time = 0;
      for (let attempt = 0; attempt < 40 && time < 395; attempt++) {
        const sent = performance.now();
        await wrong('john');
        time = performance.now() - sent;
      }
      // A lower bound, which no slow machine can break.
      expect(time).toBeGreaterThan(395);
    });

    it('with Retry-After if it is to', async () => {
      const { emulator, wrong, send, closed } = await start({
        limiters: { usernameAndAddress: limiterOf(1) },
        retryAfter: true,
      });
      const { headers, ...answer } = seen(await wrong());
      expect(headers).not.toHaveProperty('retry-after');
      const blocked = seen(await send());
      const { 'retry-after': retryAfter = '', ...rest } = blocked.headers;
      expect({ ...blocked, headers: rest }).toEqual({ ...answer, headers });
      expect(retryAfter).toMatch(/^[0-9]+$/);
      expect(Number(retryAfter)).toBeGreaterThan(50);
      expect(Number(retryAfter)).toBeLessThanOrEqual(60);
      expect(closed()).toEqual(Array(2).fill('INVALID_RESOURCE_OWNER_CREDENTIALS'));
      expect(emulator.openTickets()).toBe(0);
    });

    // It says to try again at once, but the block never ends.
    it('without Retry-After if the block does not end', async () => {
      const { wrong } = await start({
        limiters: { address: new RateLimiterMemory({ points: 1, duration: 0 }) },
        retryAfter: true,
      });
      await wrong();
      expect((await wrong()).headers).not.toHaveProperty('retry-after');
    });
  });

  describe('with a store that', () => {
    const down = new Error('ECONNREFUSED');
    const timedOut = (name: string): unknown =>
      expect.objectContaining({
        code: 'ERR_ATF_HOST_TIMEOUT',
        message: `bruteForce.limiters.${name} did not settle within 50 ms`,
      });
    const failures: [string, () => Promise<unknown>, (name: string) => unknown][] = [
      ['rejects', () => Promise.reject(down), () => down],
      [
        'throws',
        () => {
          throw down;
        },
        () => down,
      ],
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      ['rejects with nothing', () => Promise.reject(), () => undefined],
      [
        'rejects with what no limiter does',
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        () => Promise.reject({ msBeforeNext: 'soon' }),
        () => ({ msBeforeNext: 'soon' }),
      ],
      ['never settles', () => never, timedOut],
    ];

    it.each(failures)('%s, blocks the attempt by default', async (_what, consume, problemOf) => {
      const { emulator, send, wrong, closed, authenticate, events, errors } = await start({
        limiters: { usernameAndAddress: altered(limiterOf(5), { consume }) },
        storeTimeout: 50,
      });
      const answer = await send();
      expect(answer.status).toBe(500);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.body).toMatchObject({ error: 'server_error' });
      expect(seen(await wrong())).toEqual(seen(answer));
      expect(authenticate).not.toHaveBeenCalled();
      expect(closed()).toEqual(['UNKNOWN', 'UNKNOWN']);
      expect(events).toEqual(Array(2).fill(['UNKNOWN', 500]));
      expect(errors).toEqual(Array(2).fill(problemOf('usernameAndAddress')));
      expect(emulator.openTickets()).toBe(0);
    });

    it.each(failures)('%s, lets it through if it may', async (_what, consume, problemOf) => {
      const { emulator, send, wrong, closed, errors } = await start({
        limiters: { address: altered(limiterOf(5), { consume }) },
        onStoreError: 'allow',
        storeTimeout: 50,
      });
      expect((await send()).status).toBe(200);
      expect((await wrong()).status).toBe(400);
      expect(closed()).toEqual(['/auth/token/issue', 'INVALID_RESOURCE_OWNER_CREDENTIALS']);
      expect(errors).toEqual(Array(2).fill(problemOf('address')));
      expect(emulator.openTickets()).toBe(0);
    });

    it('fails for one limiter leaves the other one at work', async () => {
      const { wrong, authenticate, errors } = await start({
        limiters: {
          address: altered(limiterOf(5), { consume: () => Promise.reject(down) }),
          usernameAndAddress: limiterOf(1),
        },
        onStoreError: 'allow',
      });
      await wrong();
      await wrong();
      expect(authenticate).toHaveBeenCalledTimes(1);
      expect(errors).toEqual([down, down]);
    });

    it('fails for one limiter does not leave the attempt counted by the other', async () => {
      let isDown = true;
      const { send, getsIn } = await start({
        limiters: {
          address: limiterOf(1),
          usernameAndAddress: altered(limiterOf(5), {
            consume: () => (isDown ? Promise.reject(down) : Promise.resolve()),
          }),
        },
      });
      await send();
      isDown = false;
      expect(await getsIn()).toBe(true);
    });

    it.each([
      ['rejects', () => Promise.reject(down), () => down],
      ['never settles', () => never, timedOut],
    ])('%s once the token is issued, changes nothing', async (_what, undo, problemOf) => {
      const { emulator, send, closed, errors } = await start({
        limiters: {
          usernameAndAddress: altered(limiterOf(5), { delete: undo }),
          address: altered(limiterOf(5), { reward: undo }),
        },
        storeTimeout: 50,
      });
      expect((await send()).status).toBe(200);
      expect(closed()).toEqual(['/auth/token/issue']);
      expect(errors).toHaveLength(2);
      expect(errors).toEqual(
        expect.arrayContaining([problemOf('usernameAndAddress'), problemOf('address')]),
      );
      expect(emulator.openTickets()).toBe(0);
    });

    it('answers too late does not keep the count', async () => {
      const limiter = limiterOf(1);
      let isSlow = true;
      const { send, getsIn } = await start({
        limiters: {
          address: altered(limiter, {
            consume: async (key) => {
              if (isSlow) await sleep(60);
              return limiter.consume(key);
            },
          }),
        },
        storeTimeout: 20,
      });
      expect((await send()).status).toBe(500);
      isSlow = false;
      await sleep(100);
      expect(await getsIn()).toBe(true);
    });
  });

  it('gives the store neither usernames nor passwords', async () => {
    const byPair = altered(limiterOf(2));
    const byAddress = altered(limiterOf(9));
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
    expect(byPair.calls.map(([method]) => method)).toEqual([
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

  describe('of a client application that goes away', () => {
    it.each(['allow', 'block'] as const)(
      'while it is counted, issues nothing and closes the ticket, with onStoreError: %p',
      async (onStoreError) => {
        const asked = event();
        const { emulator, app, authenticate, closed, errors } = await start({
          onStoreError,
          limiters: {
            address: altered(limiterOf(5), {
              consume: () => {
                asked.happen();
                return never;
              },
            }),
          },
        });
        await hangUp(app, asked.happened);
        await until(() => emulator.openTickets() === 0);
        expect(authenticate).not.toHaveBeenCalled();
        expect(closed()).toEqual(['UNKNOWN']);
        expect(errors).toEqual([]);
      },
    );

    it('while it is counted by username, is taken back by address', async () => {
      const asked = event();
      const byAddress = altered(limiterOf(5));
      const { emulator, app } = await start({
        limiters: {
          address: byAddress,
          usernameAndAddress: altered(limiterOf(5), {
            consume: () => {
              asked.happen();
              return never;
            },
          }),
        },
      });
      await hangUp(app, asked.happened);
      await until(() => emulator.openTickets() === 0);
      expect(byAddress.calls.map(([method]) => method)).toEqual(['consume', 'reward']);
    });

    it('while it is blocked, does not wait and closes the ticket', async () => {
      const asked = event();
      let attempts = 0;
      const limiter = limiterOf(1);
      const { emulator, app, authenticate, closed, errors } = await start({
        limiters: {
          address: altered(limiter, {
            consume: (key) => {
              if (++attempts === 2) asked.happen();
              return limiter.consume(key);
            },
          }),
        },
        authenticate: () => sleep(1000, null),
      });
      await supertest(app).post('/token').type('form').send(passwordGrant());
      await hangUp(app, asked.happened);
      const gone = performance.now();
      await until(() => emulator.openTickets() === 0);
      expect(performance.now() - gone).toBeLessThan(700);
      expect(authenticate).toHaveBeenCalledTimes(1);
      expect(closed()).toEqual(Array(2).fill('INVALID_RESOURCE_OWNER_CREDENTIALS'));
      expect(errors).toEqual([]);
    });

    it('while it is counted, is taken back once the store has counted it', async () => {
      const asked = event();
      const release = event();
      const limiter = limiterOf(5);
      const slow = altered(limiter, {
        consume: async (key) => {
          asked.happen();
          await release.happened;
          return limiter.consume(key);
        },
      });
      const { emulator, app } = await start({ limiters: { address: slow } });
      await hangUp(app, asked.happened);
      await until(() => emulator.openTickets() === 0);
      release.happen();
      await sleep(20);
      expect(slow.calls.map(([method]) => method)).toEqual(['consume', 'reward']);
    });
  });

  it('blocks no longer than the duration, however many are turned away at once', async () => {
    const { app, getsIn } = await start({
      limiters: { address: new RateLimiterMemory({ points: 10, duration: 1 }) },
      authenticate: (username) => sleep(50, `${username}-1`),
    });
    const url = await serve(app);
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
  it('does not take back what is no longer counted', async () => {
    const limiter = new RateLimiterMemory({ points: 2, duration: 1 });
    const { app, wrong, authenticate } = await start({
      limiters: { address: limiter },
      authenticate: (_username, password) =>
        password === 'wrong' ? null : sleep(1100, 'mallory-1'),
    });
    const url = await serve(app);
    await Promise.all(
      Array.from({ length: 2 }, () =>
        supertest(url)
          .post('/token')
          .type('form')
          .set('X-Forwarded-For', '192.0.2.1')
          .send(passwordGrant()),
      ),
    );
    for (let attempt = 0; attempt < 4; attempt++) await wrong();
    expect(authenticate).toHaveBeenCalledTimes(4);
  });
});
