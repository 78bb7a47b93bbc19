import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import {
  type ProtectedServer,
  startProtectedServer,
} from '../support/brute-force/protected-server';
import { DOCUMENTED_OPTIONS } from '../support/brute-force/redis-options';
import { cleanUp } from '../support/cleanup';
import { describeWithRedis, type RedisServer, startRedis } from '../support/servers/redis';
import { until } from '../support/until';

const POINTS = 5;

/** Attempts during an outage: more than would be let through if all of them counted. */
const ATTEMPTS = 7;

/** Milliseconds. The documented ones are longer. */
const STORE_TIMEOUT = 600;
const COMMAND_TIMEOUT = 300;

interface Options {
  readonly onStoreError: 'allow' | 'block';
  readonly commandTimeout: number | undefined;
  readonly names: readonly ('usernameAndAddress' | 'address')[];
}

/** A token server that has counted one wrong password of john's in Redis. */
async function start({ onStoreError, commandTimeout, names }: Options) {
  const redis = await startRedis();
  const storeClient = new Redis({
    ...DOCUMENTED_OPTIONS,
    port: redis.port,
    ...(commandTimeout !== undefined && { commandTimeout }),
  });
  cleanUp(() => storeClient.disconnect());
  storeClient.on('error', () => undefined);
  await until(() => storeClient.status === 'ready');
  const limiters = names.map((keyPrefix) => [
    keyPrefix,
    new RateLimiterRedis({ storeClient, keyPrefix, points: POINTS, duration: 60 }),
  ]);
  const server = await startProtectedServer({
    express,
    limiters: Object.fromEntries(limiters) as Record<string, RateLimiterRedis>,
    onStoreError,
    storeTimeout: STORE_TIMEOUT,
  });
  await server.sendWrong();
  expect(await readCounts(redis)).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
  return { redis, storeClient, server };
}

/** What is counted by each limiter, of which each has one key at most. */
async function readCounts(redis: RedisServer): Promise<Record<string, number>> {
  const counts = Object.entries(await redis.counts()).filter(([, count]) => count !== 0);
  return Object.fromEntries(counts.map(([key, count]) => [key.replace(/:.*/, ''), count]));
}

/** Sends attempts of john's at once; gives their statuses. */
async function sendAttempts({ send }: ProtectedServer, password: string): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: ATTEMPTS }, () => send({ password })));
  return answers.map(({ status }) => status);
}

/** Waits until Redis has carried out all that it was sent before. */
async function untilCarriedOut(storeClient: Redis): Promise<void> {
  while (storeClient.status !== 'ready') await sleep(20);
  // An attempt is refunded once it was counted, and below zero there is a third command.
  for (let command = 0; command < 4; command++) {
    await storeClient.ping().catch(() => sleep(20));
    await sleep(20);
  }
}

/** Expects that john is let in, and that the limit then is what it was. */
async function expectFullLimit(server: ProtectedServer): Promise<void> {
  expect(await server.getsIn()).toBe(true);
  const before = server.authenticate.mock.calls.length;
  for (let guess = 0; guess < 2 * POINTS; guess++) await server.sendWrong('jane', '192.0.2.2');
  expect(server.authenticate.mock.calls.length - before).toBe(POINTS);
  expect(server.emulator.openTickets()).toBe(0);
}

const LIMITERS: [what: string, names: Options['names']][] = [
  ['by username and address', ['usernameAndAddress']],
  ['by both', ['usernameAndAddress', 'address']],
];

describeWithRedis.each([
  ['with commandTimeout', COMMAND_TIMEOUT],
  ['without commandTimeout', undefined],
])('a Redis that hangs, %s,', (_what, commandTimeout) => {
  describe.each(LIMITERS)('with a limit %s', (_by, names) => {
    const all = (count: number) => Object.fromEntries(names.map((name) => [name, count]));

    it.each(['open-sesame', 'wrong'])(
      "counts no attempts that were failed: password %s, onStoreError 'block'",
      async (password) => {
        const { redis, storeClient, server } = await start({
          onStoreError: 'block',
          commandTimeout,
          names,
        });
        redis.hang();
        expect(await sendAttempts(server, password)).toEqual(Array(ATTEMPTS).fill(500));
        expect(server.authenticate).toHaveBeenCalledTimes(1);
        redis.resume();
        await untilCarriedOut(storeClient);
        expect(await readCounts(redis)).toEqual(all(1));
        await expectFullLimit(server);
      },
    );

    it("counts no right passwords that were let through: onStoreError 'allow'", async () => {
      const { redis, storeClient, server } = await start({
        onStoreError: 'allow',
        commandTimeout,
        names,
      });
      redis.hang();
      expect(await sendAttempts(server, 'open-sesame')).toEqual(Array(ATTEMPTS).fill(200));
      redis.resume();
      await untilCarriedOut(storeClient);
      const { usernameAndAddress, ...rest } = all(1);
      expect(await readCounts(redis)).toEqual(rest);
      await expectFullLimit(server);
    });

    it("counts the wrong passwords that were let through: onStoreError 'allow'", async () => {
      const { redis, storeClient, server } = await start({
        onStoreError: 'allow',
        commandTimeout,
        names,
      });
      redis.hang();
      expect(await sendAttempts(server, 'wrong')).toEqual(Array(ATTEMPTS).fill(400));
      expect(server.authenticate).toHaveBeenCalledTimes(1 + ATTEMPTS);
      redis.resume();
      await untilCarriedOut(storeClient);
      expect(await readCounts(redis)).toEqual(all(1 + ATTEMPTS));
      expect(await server.getsIn()).toBe(false);
    });

    it.each([
      ['block', 500],
      ['allow', 200],
    ] as const)(
      'and is then killed and restarted, starts at 0: onStoreError %p',
      async (onStoreError, status) => {
        const { redis, storeClient, server } = await start({
          onStoreError,
          commandTimeout,
          names,
        });
        redis.hang();
        expect(await sendAttempts(server, 'open-sesame')).toEqual(Array(ATTEMPTS).fill(status));
        await redis.restart();
        await untilCarriedOut(storeClient);
        expect(await readCounts(redis)).toEqual({});
        await expectFullLimit(server);
      },
    );
  });
});
