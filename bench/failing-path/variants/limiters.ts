import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Counts } from './variant.js';

/** Seconds: longer than anything that is measured. */
const DURATION = 24 * 60 * 60;

let roundTrips = 0;

/** Commands sent to Redis up to now. */
export function countRoundTrips(): number {
  return roundTrips;
}

/** Limiters of the kinds that `bruteForce` takes. */
export function createLimiters({ store, redisPort, points }: Counts) {
  const limits = {
    user: { points: points.user, duration: DURATION },
    address: { points: points.address, duration: DURATION },
  };
  if (store === 'memory') {
    return {
      usernameAndAddress: new RateLimiterMemory(limits.user),
      address: new RateLimiterMemory(limits.address),
    };
  }
  const redis = connect(redisPort);
  const create = (keyPrefix: string, limit: typeof limits.user) =>
    new RateLimiterRedis({
      ...{ storeClient: redis, keyPrefix, ...limit },
      ...(store === 'redis-and-memory' && { inMemoryBlockOnConsumed: limit.points }),
    });
  return {
    usernameAndAddress: create('user', limits.user),
    address: create('address', limits.address),
  };
}

function connect(port = 6379): Redis {
  const redis = new Redis(port, '127.0.0.1');
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (...command) => {
    roundTrips++;
    return send(...command);
  };
  return redis;
}
