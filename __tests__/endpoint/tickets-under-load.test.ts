import type { Authenticate } from 'express-authlete-token-fail';
import { BOTH_CLIENTS, CONFIDENTIAL_CLIENT, passwordGrant } from '../support/servers/emulator';
import { randomOf } from '../support/random';
import { CLIENT_SECRET } from '../support/secrets/secrets';
import { serve } from '../support/servers/listen';
import { emulatorAndClient, tokenServerOf } from '../support/servers/token-server';
import { until } from '../support/until';

const REQUESTS = 1000;

/** Milliseconds: a slow machine may take its time. */
const MAX_TIME = 60_000;

const never = new Promise<never>(() => undefined);

/** What an `authenticate` should not do. */
const MISBEHAVIOURS: Authenticate[] = [
  () => {
    throw new Error('thrown');
  },
  () => Promise.reject(new Error('rejected')),
  () => never,
  () => 42 as unknown as string,
  () => '',
];

/** Token requests of every sort. */
const SORTS = [
  passwordGrant(),
  passwordGrant({ password: 'wrong' }),
  passwordGrant({ username: 'nobody' }),
  passwordGrant({ grant_type: 'dance' }),
  passwordGrant({ client_id: '7' }),
  passwordGrant({
    grant_type: 'client_credentials',
    client_id: CONFIDENTIAL_CLIENT,
    client_secret: CLIENT_SECRET,
  }),
];

describe(`of ${REQUESTS} token requests at once`, () => {
  it(
    'every one is answered, and every ticket closed once',
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 32);
      const random = randomOf(seed);
      const { emulator, client } = await emulatorAndClient({ clients: BOTH_CLIENTS });
      let misbehaved = 0;
      const outcomes: string[] = [];
      const app = tokenServerOf({
        client,
        endpoint: {
          authenticateTimeout: 300,
          onOutcome: ({ outcome }) => outcomes.push(outcome),
          authenticate: (username, password, context) => {
            const misbehaviour =
              random() < 0.1
                ? MISBEHAVIOURS[Math.floor(random() * MISBEHAVIOURS.length)]
                : undefined;
            if (misbehaviour) {
              misbehaved++;
              return misbehaviour(username, password, context);
            }
            return username === 'john' && password === 'open-sesame' ? 'john-1' : null;
          },
        },
      });
      const url = `${await serve(app as Parameters<typeof serve>[0])}/token`;

      const requests = Array.from(
        { length: REQUESTS },
        () => SORTS[Math.floor(random() * SORTS.length)] ?? '',
      );
      const answers = await Promise.all(
        requests.map(async (parameters, index) => {
          // A few disconnect soon after they have asked.
          const signal = index % 50 === 0 ? AbortSignal.timeout(20) : null;
          try {
            const body = new URLSearchParams(parameters);
            const answer = await fetch(url, { method: 'POST', body, signal });
            return answer.headers.get('content-type') === 'application/json' && answer.status;
          } catch {
            return 'disconnected';
          }
        }),
      );
      await until(() => emulator.openTickets() === 0);

      const calls = emulator.journal.calls();
      const opened = calls
        .filter(({ action }) => action === 'PASSWORD')
        .map(({ ticket }) => ticket);
      const closed = calls
        .filter(({ api }) => api !== '/auth/token')
        .map(({ ticket, resultCode }) => (resultCode === 'EMU201' ? 'used twice' : ticket));
      expect({ seed, closed: closed.sort() }).toEqual({ seed, closed: opened.sort() });
      expect(opened.length).toBeGreaterThan(REQUESTS / 4);
      expect(misbehaved).toBeGreaterThan(REQUESTS / 100);

      // Of those that disconnected, some may never have reached the server.
      const answered = answers.filter((status) => status !== 'disconnected');
      expect(outcomes.length).toBeGreaterThanOrEqual(answered.length);
      expect(outcomes.length).toBeLessThanOrEqual(REQUESTS);

      const statuses = new Set(answers);
      expect([...statuses].filter((status) => typeof status === 'number').sort()).toEqual([
        200, 400, 500,
      ]);
      expect(statuses).not.toContain(false);
    },
    MAX_TIME,
  );
});
