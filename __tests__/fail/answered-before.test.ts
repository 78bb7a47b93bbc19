import type { ServerResponse } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import supertest from 'supertest';
import {
  AuthleteApiError,
  InvalidTargetError,
  tokenFail,
  type TokenFailClient,
} from 'express-authlete-token-fail';
import { recordingLogger } from '../support/observe/log';
import { watchWarnings } from '../support/observe/warnings';
import { expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { createEvent } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { closedPort } from '../support/servers/listen';
import { clientAt, failingAppOf } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

/** The line of an error that belongs to no answer of the package's. */
const problemLine = (error: object): unknown[] => [
  'error',
  expect.any(String),
  { error: expect.objectContaining(error) as unknown },
];

describe.each(EXPRESS_VERSIONS)('an answer of the app on $version', ({ express }) => {
  /** Sends part of an answer and fails; the default handler then closes the connection. */
  const partRoute: RequestHandler = (_req, res, next) => {
    res.write('part');
    next(new InvalidTargetError(TICKET));
  };

  /** Sends a whole answer and fails. */
  const wholeRoute: RequestHandler = (_req, res, next) => {
    res.end('whole');
    next(new InvalidTargetError(TICKET));
  };

  const send = (app: Parameters<typeof supertest>[0]) => supertest(app).post('/token');

  describe('of which part was sent', () => {
    it('has the error passed to next, and the ticket closed', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const onOutcome = jest.fn();
      const options = { client: clientAt(upstream.url), onOutcome };
      const { app, passedOn } = failingAppOf({ express, route: partRoute, options });
      await expect(send(app)).rejects.toThrow(/aborted|hang up/);
      expect(passedOn).toEqual([expect.any(InvalidTargetError)]);
      await until(() => upstream.requests.length === 1);
      // It is no answer of the package's.
      expect(onOutcome).not.toHaveBeenCalled();
    });

    it('has the ticket closed once when the middleware is mounted twice', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const client = clientAt(upstream.url);
      const after = tokenFail({ client });
      const { app } = failingAppOf({ express, route: partRoute, options: { client }, after });
      await expect(send(app)).rejects.toThrow(/aborted|hang up/);
      await until(() => upstream.requests.length === 1);
      await client.close();
      expect(upstream.requests).toHaveLength(1);
    });

    it('has the error logged if the ticket cannot be closed', async () => {
      const { logger, lines } = recordingLogger();
      const options = { client: clientAt(await closedPort()), logger };
      const { app } = failingAppOf({ express, route: partRoute, options });
      await expect(send(app)).rejects.toThrow(/aborted|hang up/);
      await until(() => lines.length === 1);
      expect(lines).toEqual([
        problemLine({ code: 'ERR_ATF_UNREACHABLE', api: '/auth/token/fail' }),
      ]);
    });

    it('has a process warning, without a logger, if the ticket cannot be closed', async () => {
      const warnings = watchWarnings();
      const options = { client: clientAt(await closedPort()), onOutcome: () => undefined };
      const { app } = failingAppOf({ express, route: partRoute, options });
      await expect(send(app)).rejects.toThrow(/aborted|hang up/);
      await until(() => warnings.length > 0);
      expect(warnings).toMatchObject([{ code: 'ERR_ATF_UNREACHABLE' }]);
      expectNoSecretIn(warnings);
    });

    it('gets no second one for an AuthleteApiError, which goes to next and to the logger', async () => {
      const error = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
      const route: RequestHandler = (_req, res, next) => {
        res.write('part');
        next(error);
      };
      const { logger, lines } = recordingLogger();
      const options = { client: clientAt(await closedPort()), logger };
      const { app, passedOn } = failingAppOf({ express, route, options });
      await expect(send(app)).rejects.toThrow(/aborted|hang up/);
      expect(passedOn).toHaveLength(1);
      expect(passedOn[0]).toBe(error);
      expect(lines).toEqual([problemLine({ code: 'ERR_ATF_TIMEOUT' })]);
    });

    it('has the error passed to next where client throws', async () => {
      const { logger, lines } = recordingLogger();
      const { app, passedOn } = failingAppOf({
        express,
        route: partRoute,
        options: {
          client: (): TokenFailClient => {
            throw new Error('no such service');
          },
          logger,
        },
      });
      await expect(send(app)).rejects.toThrow(/aborted|hang up/);
      expect(passedOn).toEqual([expect.any(InvalidTargetError)]);
      expect(lines).toEqual([problemLine({ code: 'ERR_ATF_CALLBACK_THREW', callback: 'client' })]);
    });
  });

  describe('that is complete', () => {
    it('has the ticket closed, and nothing passed to next', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const client = clientAt(upstream.url);
      const onOutcome = jest.fn();
      const options = { client, onOutcome };
      const { app, passedOn } = failingAppOf({ express, route: wholeRoute, options });
      await send(app).expect(200, 'whole');
      await until(() => upstream.requests.length === 1);
      await client.close();
      expect(passedOn).toEqual([]);
      expect(onOutcome).not.toHaveBeenCalled();
    });

    it('has nothing passed to next if the ticket cannot be closed', async () => {
      const { logger, lines } = recordingLogger();
      const options = { client: clientAt(await closedPort()), logger };
      const { app, passedOn } = failingAppOf({ express, route: wholeRoute, options });
      await send(app).expect(200, 'whole');
      await until(() => lines.length === 1);
      expect(lines).toEqual([problemLine({ code: 'ERR_ATF_UNREACHABLE' })]);
      expect(passedOn).toEqual([]);
    });

    it('has nothing passed to next for an AuthleteApiError, which is logged', async () => {
      const route: RequestHandler = (_req, res, next) => {
        res.end('whole');
        next(new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late'));
      };
      const { logger, lines } = recordingLogger();
      const options = { client: clientAt(await closedPort()), logger };
      const { app, passedOn } = failingAppOf({ express, route, options });
      await send(app).expect(200, 'whole');
      expect(lines).toEqual([problemLine({ code: 'ERR_ATF_TIMEOUT' })]);
      expect(passedOn).toEqual([]);
    });
  });

  describe('that is sent while Authlete is asked', () => {
    const REPLIES: [string, (res: ServerResponse) => unknown, object[]][] = [
      ['answers', (res) => res.end(JSON.stringify(FAIL_REPLY)), []],
      [
        'closes the connection',
        (res) => res.socket?.destroy(),
        [problemLine({ code: 'ERR_ATF_CONNECTION_LOST' })],
      ],
    ];

    /** Has the app answer while Authlete is asked; `reply` is what Authlete then does. */
    async function answerMeanwhile(
      answer: (res: Response) => void,
      reply: (res: ServerResponse) => unknown,
    ) {
      const asked = createEvent();
      let upstreamResponse: ServerResponse | undefined;
      const upstream = await startUpstream((res) => {
        upstreamResponse = res;
        asked.happen();
      });
      let appResponse: Response | undefined;
      const route: RequestHandler = (_req, res, next) => {
        appResponse = res;
        next(new InvalidTargetError(TICKET));
      };
      const passedOn: unknown[] = [];
      const after: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
        passedOn.push(error);
        res.end();
      };
      const onOutcome = jest.fn();
      const { logger, lines } = recordingLogger();
      const client = clientAt(upstream.url);
      const options = { client, onOutcome, logger };
      const { app } = failingAppOf({ express, route, options, after });
      const answered = send(app).then((response) => response);
      await asked.happened;
      if (!appResponse || !upstreamResponse) throw new Error('Nothing was asked');
      answer(appResponse);
      reply(upstreamResponse);
      const { status, text } = await answered;
      await client.close();
      // What was passed on was, once the call had ended.
      await new Promise(setImmediate);
      return { answer: [status, text], passedOn, onOutcome, lines };
    }

    it.each(REPLIES)(
      'in part goes on through next when it then %s',
      async (_what, reply, lines) => {
        const seen = await answerMeanwhile((res) => res.status(503).write('part'), reply);
        expect(seen.answer).toEqual([503, 'part']);
        expect(seen.passedOn).toEqual([expect.any(InvalidTargetError)]);
        expect(seen.onOutcome).not.toHaveBeenCalled();
        expect(seen.lines).toEqual(lines);
      },
    );

    it.each(REPLIES)('as a whole is left alone when it then %s', async (_what, reply, lines) => {
      const seen = await answerMeanwhile((res) => res.status(503).end('whole'), reply);
      expect(seen.answer).toEqual([503, 'whole']);
      expect(seen.passedOn).toEqual([]);
      expect(seen.onOutcome).not.toHaveBeenCalled();
      expect(seen.lines).toEqual(lines);
    });
  });
});
