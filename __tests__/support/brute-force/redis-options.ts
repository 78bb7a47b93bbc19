import type { RedisOptions } from 'ioredis';

/** The options of the Redis client that docs/brute-force.md has, but for its `commandTimeout`. */
export const DOCUMENTED_OPTIONS = {
  host: '127.0.0.1',
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;
