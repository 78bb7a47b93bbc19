import { measure, type Measurement, warmUp } from '../measure.js';
import { startFront, withBench } from '../processes.js';
import { withRedis } from '../redis.js';
import type { Mode, Settings } from '../settings.js';
import { median } from '../statistics.js';
import { figure, table } from '../table.js';
import type { Counts, VariantSettings } from '../variants/variant.js';

type AttackMeasurement = Measurement & { title: string; round: number };

type AttackSettings = Pick<Settings, 'rounds' | 'seconds' | 'warmUp' | 'connections'>;

/** As many attempts as docs/brute-force.md has; of the other attack, the address is out of them first. */
const ONE_USER = { user: 5, address: 100_000 };
const ONE_ADDRESS = { user: 100_000, address: 5 };

/** Of an attack, by which multiples are reported. */
const ATTEMPTS = 10_000;

/** Milliseconds, as a password hash may take. */
const HASH = 50;

const ATTACKS: Readonly<Record<string, Partial<VariantSettings>>> = {
  'one user, memory': attack('memory', ONE_USER),
  'one user, Redis': attack('redis', ONE_USER),
  'one user, Redis, who is blocked in memory': attack('redis-and-memory', ONE_USER),
  'one address, memory': attack('memory', ONE_ADDRESS),
  'one address, Redis': attack('redis', ONE_ADDRESS),
  'one address, Redis, who is blocked in memory': attack('redis-and-memory', ONE_ADDRESS),
  'one user, memory, a password check of 50 ms': {
    ...attack('memory', ONE_USER),
    passwordCheck: HASH,
  },
};

function attack(store: Counts['store'], points: Counts['points']): Partial<VariantSettings> {
  return { counts: { store, points } };
}

/** Measures what it costs to block attempts, as many as there can be. */
export const attackMode: Mode<AttackSettings> = {
  about: 'what blocked attempts cost: CPU, calls to Authlete, round trips to Redis',
  defaults: { rounds: 5, seconds: 3, warmUp: 4000, connections: [50, 500] },
  quick: { rounds: 2, seconds: 1, warmUp: 1500 },
  async run({ rounds, seconds, warmUp: answers, connections }) {
    const data: AttackMeasurement[] = [];
    await withBench(async (bench) => {
      for (let round = 0; round < rounds; round++) {
        process.stderr.write(`Round ${round + 1} of ${rounds} ...\n`);
        for (const [title, { counts, ...settings }] of Object.entries(ATTACKS)) {
          // A Redis of its own, or one attack would count for the next.
          await withRedis(async (redisPort) => {
            const front = await startFront(bench, 'blocked-ours', {
              settings: { ...settings, ...(counts && { counts: { ...counts, redisPort } }) },
            });
            await warmUp(bench, front, answers);
            for (const count of connections) {
              const cell = { delay: 0, connections: count };
              data.push({ title, round, ...(await measure(bench, front, cell, seconds)) });
            }
            front.stop();
          });
        }
      }
    });
    return { data, report: reportOf(data) };
  },
};

function reportOf(data: readonly AttackMeasurement[]): string {
  const kinds = [...new Set(data.map(({ title, connections }) => `${title}|${connections}`))];
  const rows = kinds.map((kind) => {
    const [title = '', connections = ''] = kind.split('|');
    const here = data.filter((one) => `${one.title}|${one.connections}` === kind);
    const middle = (of: (one: AttackMeasurement) => number) => figure(median(here.map(of)));
    return [
      ...[title, connections, middle(({ cpu }) => cpu), middle(({ rate }) => rate)],
      middle(({ cpu }) => (cpu * ATTEMPTS) / 1e6),
      // Each measurement fails unless upstream has seen just these.
      '2',
      ...[middle(({ roundTrips }) => roundTrips), middle(({ p50 }) => p50)],
    ];
  });
  const header = [
    ...['attack', 'connections', 'CPU µs/attempt', 'attempts/s', `cores for ${ATTEMPTS}/s`],
    ...['calls to Authlete', 'round trips to Redis', 'p50 ms'],
  ];
  return table(header, rows);
}
