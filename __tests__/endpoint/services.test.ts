import type { RequestListener } from 'node:http';
import type { Express, Request } from 'express';
import supertest from 'supertest';
import {
  type AuthleteClient,
  InvalidTargetError,
  tokenEndpoint,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import type { AuthleteEmulator } from 'express-authlete-token-fail/emulator';
import { recordingLogger } from '../support/observe/log';
import { passwordGrant } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { serve } from '../support/servers/listen';
import { emulatorAndClient } from '../support/servers/token-server';
import { until } from '../support/until';

/** A service at Authlete, which has no tickets of another one's. */
interface Service {
  readonly emulator: AuthleteEmulator;
  readonly client: AuthleteClient;
}

const authenticate = (_username: string, password: string): string | null => {
  if (password === 'broken') throw new Error('database');
  return password === 'open-sesame' ? 'john-1' : null;
};

/** The reasons of the fail calls of a service, and what became of them. */
const failures = ({ emulator }: Service) =>
  emulator.journal
    .calls({ api: '/auth/token/fail' })
    .map(({ reason, resultCode }) => [reason, resultCode]);

describe.each(EXPRESS_VERSIONS)('two services in one app on $version', ({ express }) => {
  /** An app with an endpoint for each, and a route of its own for the first. */
  async function start() {
    const [first, second] = [await emulatorAndClient(), await emulatorAndClient()];
    const outcomes: TokenOutcome[] = [];
    const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
    const app = express();
    app.post('/first/token', tokenEndpoint({ client: first.client, authenticate, onOutcome }));
    app.post('/second/token', tokenEndpoint({ client: second.client, authenticate, onOutcome }));
    app.post('/own/token', (_req, _res, next) => {
      first.client
        .token({ parameters: passwordGrant() })
        .then((reply) => next(new InvalidTargetError((reply as { ticket: string }).ticket)), next);
    });
    app.use(tokenFail({ client: first.client, onOutcome }));
    return { first, second, app, outcomes };
  }

  const send = (app: Express, path: string, password: string) =>
    supertest(app).post(path).type('form').send(passwordGrant({ password }));

  it.each([
    ['a wrong password', 'wrong', 400, ['INVALID_RESOURCE_OWNER_CREDENTIALS', 'A067301']],
    ['an authenticate that throws', 'broken', 500, ['UNKNOWN', 'EMU301']],
  ])('each close their own tickets of %s', async (_what, password, status, failure) => {
    const { first, second, app } = await start();
    await send(app, '/second/token', password).expect(status);
    expect([failures(first), failures(second)]).toEqual([[], [failure]]);
    await send(app, '/first/token', password).expect(status);
    expect([failures(first), failures(second)]).toEqual([[failure], [failure]]);
    await send(app, '/own/token', password).expect(400);
    expect([failures(first), failures(second)]).toEqual([
      [failure, ['INVALID_TARGET', 'EMU302']],
      [failure],
    ]);
    expect([first.emulator.openTickets(), second.emulator.openTickets()]).toEqual([0, 0]);
  });

  it('each report an outcome once', async () => {
    const { app, outcomes } = await start();
    for (const path of ['/first/token', '/second/token', '/own/token']) {
      await send(app, path, 'wrong').expect(400);
    }
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  });

  it('each close their own tickets where the app has answered before', async () => {
    const [first, second] = [await emulatorAndClient(), await emulatorAndClient()];
    const { logger } = recordingLogger();
    const app = express();
    app.post(
      '/token',
      tokenEndpoint({
        client: second.client,
        onOutcome: () => undefined,
        logger,
        authenticate: (_username, _password, { req }) => {
          req.res?.write('part');
          throw new Error('database');
        },
      }),
    );
    app.use(tokenFail({ client: first.client, logger }));
    const url = await serve(app as RequestListener);
    const answer = await fetch(`${url}/token`, {
      method: 'POST',
      body: new URLSearchParams(passwordGrant()),
    });
    await expect(answer.text()).rejects.toThrow();
    await until(() => second.emulator.openTickets() === 0);
    expect([failures(first), failures(second)]).toEqual([[], [['UNKNOWN', 'EMU301']]]);
  });
});

describe.each(EXPRESS_VERSIONS)('a client for each request on $version', ({ express }) => {
  it('serves several services with one endpoint', async () => {
    const services: Record<string, Service> = {
      a: await emulatorAndClient(),
      b: await emulatorAndClient(),
    };
    const client = (req: Request): AuthleteClient => {
      const found = services[String(req.params['tenant'])]?.client;
      if (!found) throw new Error('no such tenant');
      return found;
    };
    const app = express();
    app.post('/:tenant/token', tokenEndpoint({ client, authenticate }));
    const statuses = [];
    for (const tenant of ['a', 'b', 'b']) {
      const request = supertest(app).post(`/${tenant}/token`).type('form');
      statuses.push((await request.send(passwordGrant({ password: 'wrong' }))).status);
    }
    expect(statuses).toEqual([400, 400, 400]);
    const { a, b } = services;
    if (!a || !b) throw new Error('There are no services');
    expect([failures(a).length, failures(b).length]).toEqual([1, 2]);
    expect([a.emulator.openTickets(), b.emulator.openTickets()]).toEqual([0, 0]);
  });
});
