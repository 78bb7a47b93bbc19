import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BruteForceServerMessage,
  type BruteForceServerOptions,
  POINTS,
} from '../support/servers/brute-force-server';
import { cleanUp } from '../support/cleanup';
import { emulatorOf, passwordGrant, SERVICE_ID } from '../support/servers/emulator';
import { describeWithRedis, type RedisServer, startRedis } from '../support/servers/redis';
import { BEARER_TOKEN } from '../support/secrets/secrets';
import { until } from '../support/until';

const SCRIPT = join(__dirname, '../support/servers/brute-force-server.ts');

/** Milliseconds that an answer may take when Redis does not answer within 200. */
const TIME_LIMIT = 1500;

/** A process with a token endpoint. */
interface Child {
  /** Sends a grant; gives the answer's status and error. */
  send(username: string, password: string): Promise<[status: number, error: string | undefined]>;
  readonly checks: () => number;
  readonly errors: string[];
}

async function startChild(baseUrl: string, options: BruteForceServerOptions): Promise<Child> {
  const child = fork(SCRIPT, [JSON.stringify(options)], {
    cwd: join(__dirname, '../..'),
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      AUTHLETE_SERVICE_ID: SERVICE_ID,
      AUTHLETE_BEARER: BEARER_TOKEN,
      AUTHLETE_BASE_URL: baseUrl,
    },
  });
  cleanUp(async () => {
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  });
  let checks = 0;
  const errors: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The server ended')));
    child.on('message', (message: BruteForceServerMessage) => {
      if (message.what === 'listening') resolve(message.url);
      else if (message.what === 'authenticate') checks++;
      else errors.push(message.text);
    });
  });
  return {
    async send(username, password) {
      const body = new URLSearchParams(passwordGrant({ username, password }));
      const answer = await fetch(`${url}/token`, { method: 'POST', body });
      const { error } = (await answer.json()) as { error?: string };
      return [answer.status, error];
    },
    checks: () => checks,
    errors,
  };
}

/** Two processes on one Redis server and one emulator. */
async function start(
  options: Omit<BruteForceServerOptions, 'redisPort' | 'storeTimeout'> & {
    storeTimeout?: number;
  },
) {
  const emulator = emulatorOf();
  const { url, close } = await emulator.listen();
  cleanUp(close);
  const redis = await startRedis();
  const child = () => startChild(url, { redisPort: redis.port, storeTimeout: 200, ...options });
  const children = await Promise.all([child(), child()]);
  return { emulator, redis, children, checks: () => sum(children.map(({ checks }) => checks())) };
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

const WRONG = [400, 'invalid_request'];
const RIGHT = [200, undefined];
const SERVER_ERROR = [500, 'server_error'];

/** Waits until what a process counts arrives in Redis again. */
async function untilItCounts(child: Child, redis: RedisServer): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const before = Object.keys(await redis.counts()).length;
    await child.send(`somebody-${randomUUID()}`, 'wrong');
    if (Object.keys(await redis.counts()).length > before) return;
    await sleep(50);
  }
  throw new Error('It did not recover');
}

describeWithRedis('two processes on one Redis server', () => {
  it('share the count of wrong passwords', async () => {
    const { emulator, children, checks } = await start({ onStoreError: 'block' });
    const [one, other] = children;
    for (let attempt = 0; attempt < POINTS; attempt += 2) {
      expect(await one.send('john', 'wrong')).toEqual(WRONG);
      expect(await other.send('john', 'wrong')).toEqual(WRONG);
    }
    expect(await one.send('john', 'open-sesame')).toEqual(WRONG);
    expect(await other.send('john', 'open-sesame')).toEqual(WRONG);
    expect(await one.send('jane', 'open-sesame')).toEqual(RIGHT);
    expect(checks()).toBe(POINTS + 1);
    expect(emulator.openTickets()).toBe(0);
  });

  it('start again at 0 together with the right password', async () => {
    const {
      children: [one, other],
    } = await start({ onStoreError: 'block' });
    for (let attempt = 1; attempt < POINTS; attempt++) await one.send('john', 'wrong');
    expect(await other.send('john', 'open-sesame')).toEqual(RIGHT);
    for (let attempt = 1; attempt < POINTS; attempt++) await one.send('john', 'wrong');
    expect(await other.send('john', 'open-sesame')).toEqual(RIGHT);
  });

  it('let no more than the limit through of a burst at both', async () => {
    const { emulator, children, checks } = await start({ onStoreError: 'block' });
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, attempt) =>
        children.map((child) => child.send('john', `wrong-${attempt}`)),
      ).flat(),
    );
    expect(answers).toEqual(Array(50).fill(WRONG));
    expect(checks()).toBe(POINTS);
    expect(emulator.openTickets()).toBe(0);
    expect(emulator.journal.calls({ api: '/auth/token/fail' })).toHaveLength(50);
  });

  // What rate-limiter-flexible blocks from memory, it does not count in Redis.
  it('let no more than the limit through with inMemoryBlockOnConsumed', async () => {
    const { children, checks } = await start({ onStoreError: 'block', blocksInMemory: true });
    for (let attempt = 0; attempt < 5 * POINTS; attempt++) {
      for (const child of children) expect(await child.send('john', 'wrong')).toEqual(WRONG);
    }
    expect(checks()).toBe(POINTS);
  });

  const outages: [string, (redis: RedisServer) => unknown, (redis: RedisServer) => unknown][] = [
    ['is killed and restarted', (redis) => redis.kill(), (redis) => redis.restart()],
    ['hangs and goes on', (redis) => redis.hang(), (redis) => redis.resume()],
  ];

  it.each(outages)(
    "fail attempts while Redis %s, with onStoreError: 'block'",
    async (_what, fall, rise) => {
      const { emulator, redis, children, checks } = await start({ onStoreError: 'block' });
      const [one, other] = children;
      expect(await one.send('john', 'open-sesame')).toEqual(RIGHT);
      await fall(redis);
      for (const child of children) {
        for (const password of ['open-sesame', 'wrong']) {
          const sent = performance.now();
          expect(await child.send('john', password)).toEqual(SERVER_ERROR);
          expect(performance.now() - sent).toBeLessThan(TIME_LIMIT);
        }
        await until(() => child.errors.length === 2);
      }
      expect(checks()).toBe(1);
      expect(emulator.openTickets()).toBe(0);

      await rise(redis);
      for (const child of children) await untilItCounts(child, redis);
      for (let attempt = 0; attempt < POINTS; attempt++) await one.send('jane', 'wrong');
      expect(await other.send('jane', 'open-sesame')).toEqual(WRONG);
      expect(emulator.openTickets()).toBe(0);
    },
  );

  it.each(outages)(
    "let attempts through while Redis %s, with onStoreError: 'allow'",
    async (_what, fall, rise) => {
      const { emulator, redis, children } = await start({ onStoreError: 'allow' });
      const [one, other] = children;
      await fall(redis);
      for (const child of children) {
        for (let attempt = 0; attempt < POINTS; attempt++) {
          const sent = performance.now();
          expect(await child.send('john', 'wrong')).toEqual(WRONG);
          expect(performance.now() - sent).toBeLessThan(TIME_LIMIT);
        }
        expect(await child.send('john', 'open-sesame')).toEqual(RIGHT);
        // The logger gets one line a second.
        await until(() => child.errors.length > 0);
      }
      expect(emulator.openTickets()).toBe(0);

      await rise(redis);
      for (const child of children) await untilItCounts(child, redis);
      for (let attempt = 0; attempt < POINTS; attempt++) await one.send('jane', 'wrong');
      expect(await other.send('jane', 'open-sesame')).toEqual(WRONG);
      expect(emulator.openTickets()).toBe(0);
    },
  );

  it.each(outages)(
    'count in memory each while Redis %s, with an insuranceLimiter',
    async (_what, fall, rise) => {
      const { emulator, redis, children, checks } = await start({
        onStoreError: 'block',
        insured: true,
        storeTimeout: 1000,
        commandTimeout: 100,
      });
      const [one, other] = children;
      await fall(redis);
      for (let attempt = 0; attempt < POINTS; attempt++) {
        expect(await one.send('john', 'wrong')).toEqual(WRONG);
      }
      expect(await one.send('john', 'open-sesame')).toEqual(WRONG);
      expect(checks()).toBe(POINTS);
      expect(await other.send('john', 'open-sesame')).toEqual(RIGHT);
      expect([...one.errors, ...other.errors]).toEqual([]);
      await rise(redis);
      expect(emulator.openTickets()).toBe(0);
    },
  );
});
