import type { ErrorRequestHandler, RequestHandler } from 'express';
import supertest from 'supertest';
import { anotherCopy, type Package } from '../support/package/another-copy';
import { cleanUp } from '../support/cleanup';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { until } from '../support/until';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

describe.each(EXPRESS_VERSIONS)('two copies of the package on $version', ({ express }) => {
  /** An app with both copies mounted, one after the other. */
  async function appOf(route: (copies: readonly [Package, Package]) => RequestHandler) {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const copies = [anotherCopy(), anotherCopy()] as const;
    expect(copies[0].tokenFail).not.toBe(copies[1].tokenFail);
    const app = express();
    app.post('/token', route(copies));
    const passedOn: unknown[] = [];
    const clients = copies.map(({ createAuthleteClient, tokenFail }) => {
      const client = createAuthleteClient({
        serviceId: '715948317',
        accessToken: BEARER_TOKEN,
        baseUrl: upstream.url,
      });
      cleanUp(() => client.close());
      app.use(tokenFail({ client }));
      return client;
    });
    app.use(((error, _req, _res, next) => {
      passedOn.push(error);
      next(error);
    }) as ErrorRequestHandler);

    /** The tickets that were closed once every call in flight has ended, in order. */
    const closedTickets = async (): Promise<unknown[]> => {
      await Promise.all(clients.map((client) => client.close()));
      return upstream.requests
        .map(({ body }) => (JSON.parse(body) as { ticket: unknown }).ticket)
        .sort();
    };
    return { app, upstream, passedOn, closedTickets };
  }

  it('make one fail call for a ticket that the route passes twice', async () => {
    const { app, passedOn, closedTickets } = await appOf(([first]) => (_req, _res, next) => {
      const error = new first.InvalidTargetError(TICKET);
      next(error);
      // Express takes this up where it left off: at the second copy.
      next(error);
    });
    await supertest(app).post('/token').expect(400, FAIL_REPLY.responseContent);
    expect(await closedTickets()).toEqual([TICKET]);
    expect(passedOn).toEqual([]);
  });

  it('make one fail call when part of an answer was sent', async () => {
    const { app, upstream, passedOn, closedTickets } = await appOf(
      ([, second]) =>
        (_req, res, next) => {
          res.write('part');
          next(new second.InvalidTargetError(TICKET));
        },
    );
    await expect(supertest(app).post('/token')).rejects.toThrow(/aborted|hang up/);
    await until(() => upstream.requests.length > 0);
    expect(await closedTickets()).toEqual([TICKET]);
    expect(passedOn).toHaveLength(1);
  });

  it('close both of two tickets, and answer once', async () => {
    const { app, passedOn, closedTickets } = await appOf(
      ([first, second]) =>
        (_req, _res, next) => {
          next(new first.InvalidTargetError('first'));
          next(new second.InvalidTargetError('second'));
        },
    );
    await supertest(app).post('/token').expect(400, FAIL_REPLY.responseContent);
    expect(await closedTickets()).toEqual(['first', 'second']);
    expect(passedOn).toEqual([]);
  });

  it('do not show the tickets of an answer to whoever inspects it', async () => {
    const answers: unknown[] = [];
    const { app } = await appOf(([first]) => (_req, res, next) => {
      const ownKeys = Reflect.ownKeys(res);
      res.on('finish', () => {
        const added = Reflect.ownKeys(res).filter((key) => !ownKeys.includes(key));
        answers.push(added.map((key) => Reflect.get(res, key) as unknown));
      });
      next(new first.InvalidTargetError(TICKET));
    });
    await supertest(app).post('/token').expect(400);
    expect(answers).toHaveLength(1);
    expectNoSecretIn(answers[0]);
  });
});
