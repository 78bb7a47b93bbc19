// A process of its own: an Express server whose token endpoint counts attempts in Redis. It sends its
// base URL to the parent process, and then what happens.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { createAuthleteClient, tokenEndpoint } from 'express-authlete-token-fail';
import { DOCUMENTED_OPTIONS } from '../brute-force/redis-options';

/** How the parent process starts it. */
export interface BruteForceServerOptions {
  readonly redisPort: number;
  readonly onStoreError: 'allow' | 'block';
  /** Whether memory counts while Redis is down. */
  readonly insured?: boolean | undefined;
  /** Whether each process remembers by itself what is blocked. */
  readonly blocksInMemory?: boolean | undefined;
  readonly storeTimeout: number;
  /** Milliseconds for a command of the Redis client; none if undefined. */
  readonly commandTimeout?: number | undefined;
}

/** What it sends the parent process. */
export type BruteForceServerMessage =
  | { readonly what: 'listening'; readonly url: string }
  | { readonly what: 'authenticate' }
  | { readonly what: 'error'; readonly text: string };

/** Wrong passwords for a username from an address. */
export const POINTS = 4;

function send(message: BruteForceServerMessage): void {
  process.send?.(message);
}

async function main({
  redisPort,
  onStoreError,
  insured = false,
  blocksInMemory = false,
  storeTimeout,
  commandTimeout,
}: BruteForceServerOptions): Promise<void> {
  const redis = new Redis({
    ...DOCUMENTED_OPTIONS,
    port: redisPort,
    ...(commandTimeout !== undefined && { commandTimeout }),
  });
  redis.on('error', () => undefined);
  // `once` of node:events would reject for an error, after which ioredis connects again.
  await new Promise<void>((resolve) => redis.once('ready', resolve));

  const limit = { points: POINTS, duration: 60 };
  const usernameAndAddress = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: 'pair',
    ...limit,
    ...(blocksInMemory && { inMemoryBlockOnConsumed: POINTS }),
    ...(insured && { insuranceLimiter: new RateLimiterMemory(limit) }),
  });

  const client = createAuthleteClient();
  const app = express();
  const report = (error: { message: string } | undefined): void => {
    if (error) send({ what: 'error', text: error.message });
  };
  app.post(
    '/token',
    tokenEndpoint({
      client,
      onOutcome: ({ error }) => report(error),
      logger: {
        info: () => undefined,
        error(_message, fields) {
          const { outcome, error } = fields as { outcome?: string; error: { message: string } };
          // An outcome goes to the hook, too.
          if (outcome === undefined) report(error);
        },
      },
      bruteForce: { limiters: { usernameAndAddress }, onStoreError, storeTimeout },
      async authenticate(username, password) {
        send({ what: 'authenticate' });
        await sleep(10);
        return password === 'open-sesame' ? username : null;
      },
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  send({ what: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

if (require.main === module) {
  // The parent process is the only one that it works for.
  process.once('disconnect', () => process.exit());
  void main(JSON.parse(process.argv[2] ?? '') as BruteForceServerOptions);
}
