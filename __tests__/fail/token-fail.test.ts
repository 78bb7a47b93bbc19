import { EventEmitter, once } from 'node:events';
import { request as httpRequest, type RequestListener, type ServerResponse } from 'node:http';
import type { ErrorRequestHandler, Express, RequestHandler, Response } from 'express';
import supertest from 'supertest';
import {
  AuthleteApiError,
  type AuthleteClient,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  InvalidTargetError,
  type MappedError,
  tokenFail,
  type TokenFailOptions,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { cleanUp } from './support/cleanup';
import { EXPRESS_VERSIONS } from './support/hosts';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from './support/secrets';
import { closedPort, serve } from './support/servers';
import { until } from './support/until';
import { FAIL_REPLY, startJsonUpstream, startUpstream, type Upstream } from './support/upstream';

/** Milliseconds: for calls that are meant to run into it. */
const SHORT = 150;

const SERVER_ERROR = {
  error: 'server_error',
  error_description: 'The authorization server could not process the token request.',
};

function clientOf(baseUrl: string, timeout = 10_000): AuthleteClient {
  const client = createAuthleteClient({
    serviceId: '715948317',
    accessToken: BEARER_TOKEN,
    baseUrl,
    timeout,
  });
  cleanUp(() => client.close());
  return client;
}

/** The published example, whose content has backslashes before its quotes. */
const PUBLISHED_EXAMPLE = {
  ticket: '83BNqKIhGMyrkvop_7jQjv2Z1612LNdGSQKkvkrf47c',
  content:
    '{\\"error_description\\":\\"[A067301] The credentials (username & password) passed to the token ' +
    'endpoint are invalid.\\",\\"error\\":\\"invalid_request\\",\\"error_uri\\":' +
    '\\"https://docs.authlete.com/#A067301\\"}',
};

describe.each(EXPRESS_VERSIONS)('tokenFail on $version', ({ express }) => {
  /** A host whose route fails with `error`, or is `error` if that is a handler. */
  function hostOf(
    error: unknown,
    options: TokenFailOptions,
    after?: ErrorRequestHandler,
  ): { app: Express; passedOn: unknown[] } {
    const app = express();
    const passedOn: unknown[] = [];
    app.use('/token', isHandler(error) ? error : (_req, _res, next) => next(error));
    app.use(tokenFail(options));
    app.use(
      after ??
        (((passed, _req, res, next) => {
          passedOn.push(passed);
          if (res.headersSent) next(passed);
          else res.status(418).send('<html>the host</html>');
        }) as ErrorRequestHandler),
    );
    return { app, passedOn };
  }

  function isHandler(value: unknown): value is RequestHandler {
    return typeof value === 'function';
  }

  /** Sends a token request; expects the three headers of RFC 6749 section 5.1. */
  async function tokenRequest(app: Express | RequestListener): Promise<supertest.Response> {
    const answer = await supertest(app).post('/token').buffer(true).parse(rawBody);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'content-length': String((answer.body as Buffer).length),
    });
    expect(answer.headers).not.toHaveProperty('etag');
    return answer;
  }

  describe('a failed grant', () => {
    it.each([
      ['BAD_REQUEST', 400],
      ['INTERNAL_SERVER_ERROR', 500],
    ])(
      'with action %s is answered with %i and responseContent as it is',
      async (action, status) => {
        const responseContent = '{ "error" : "ünchanged €😀" }\r\n';
        const upstream = await startJsonUpstream({ ...FAIL_REPLY, action, responseContent });
        const error = new InvalidTargetError(TICKET);
        const { app, passedOn } = hostOf(error, { client: clientOf(upstream.url) });
        const answer = await tokenRequest(app);
        expect(answer.status).toBe(status);
        expect((answer.body as Buffer).toString()).toBe(responseContent);
        expect(upstream.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
          { ticket: TICKET, reason: 'INVALID_TARGET' },
        ]);
        expect(passedOn).toEqual([]);
      },
    );

    it('as Authlete publishes it goes through byte for byte', async () => {
      const upstream = await startJsonUpstream({
        resultCode: 'A067301',
        resultMessage:
          '[A067301] The credentials (username & password) passed to the token endpoint are invalid.',
        action: 'BAD_REQUEST',
        responseContent: PUBLISHED_EXAMPLE.content,
      });
      const error = new InvalidResourceOwnerCredentialsError(PUBLISHED_EXAMPLE.ticket);
      const { app } = hostOf(error, { client: clientOf(upstream.url) });
      const answer = await tokenRequest(app);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(Buffer.from(PUBLISHED_EXAMPLE.content));
      expect(upstream.requests[0]?.body).toBe(
        `{"ticket":"${PUBLISHED_EXAMPLE.ticket}","reason":"INVALID_RESOURCE_OWNER_CREDENTIALS"}`,
      );
    });

    it('may have a content of a megabyte', async () => {
      const responseContent = JSON.stringify({ error: 'x'.repeat(1024 * 1024) });
      const upstream = await startJsonUpstream({ ...FAIL_REPLY, responseContent });
      const { app } = hostOf(new InvalidTargetError(TICKET), { client: clientOf(upstream.url) });
      const answer = await tokenRequest(app);
      expect((answer.body as Buffer).equals(Buffer.from(responseContent))).toBe(true);
    });

    it('is answered by a middleware that makes its own client', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const { app } = hostOf(new InvalidTargetError(TICKET), {
        serviceId: '715948317',
        accessToken: BEARER_TOKEN,
        baseUrl: upstream.url,
      });
      expect((await tokenRequest(app)).status).toBe(400);
      expect(upstream.requests[0]?.path).toBe('/api/715948317/auth/token/fail');
    });

    it('is answered by the client that the getters of a class tell of', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const elsewhere = await startJsonUpstream(FAIL_REPLY);
      const saved = { ...process.env };
      cleanUp(() => (process.env = saved));
      process.env['AUTHLETE_SERVICE_ID'] = '1';
      process.env['AUTHLETE_BEARER'] = 'token-of-the-environment';
      process.env['AUTHLETE_BASE_URL'] = elsewhere.url;
      class Config {
        readonly #values = {
          serviceId: '715948317',
          accessToken: BEARER_TOKEN,
          baseUrl: upstream.url,
        };
        get serviceId() {
          return this.#values.serviceId;
        }
        get accessToken() {
          return this.#values.accessToken;
        }
        get baseUrl() {
          return this.#values.baseUrl;
        }
      }
      const { app } = hostOf(new InvalidTargetError(TICKET), new Config());
      expect((await tokenRequest(app)).status).toBe(400);
      expect(upstream.requests).toEqual([
        expect.objectContaining({
          path: '/api/715948317/auth/token/fail',
          headers: expect.objectContaining({ authorization: `Bearer ${BEARER_TOKEN}` }) as unknown,
        }),
      ]);
      expect(elsewhere.requests).toEqual([]);
    });

    it('does not take over what the route had prepared for another answer', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const stale = [
        'Trailer',
        'Location',
        'Content-Digest',
        'Content-MD5',
        'Content-Disposition',
        'Content-Encoding',
      ];
      const route: RequestHandler = (_req, res, next) => {
        for (const name of stale) res.setHeader(name, 'x');
        res.setHeader('X-Kept', 'x');
        next(new InvalidTargetError(TICKET));
      };
      for (const url of [upstream.url, await closedPort()]) {
        const { app } = hostOf(route, { client: clientOf(url) });
        const names = Object.keys((await tokenRequest(app)).headers);
        expect(names).toContain('x-kept');
        expect(names.filter((name) => stale.some((s) => s.toLowerCase() === name))).toEqual([]);
      }
    });

    it('carries the extra headers of the error to the answer, whichever it is', async () => {
      const error = new InvalidTargetError(TICKET, { headers: { 'DPoP-Nonce': 'nonce' } });
      const upstream = await startJsonUpstream(FAIL_REPLY);
      for (const url of [upstream.url, await closedPort()]) {
        const { app } = hostOf(error, { client: clientOf(url) });
        expect((await tokenRequest(app)).headers).toHaveProperty('dpop-nonce', 'nonce');
      }
    });

    it.each([BEARER_TOKEN, TICKET, '', null])(
      'is told to onFail without a resultCode that is none: %p',
      async (resultCode) => {
        const upstream = await startJsonUpstream({ ...FAIL_REPLY, resultCode });
        const onFail = jest.fn();
        const error = new InvalidTargetError(TICKET);
        await tokenRequest(hostOf(error, { client: clientOf(upstream.url), onFail }).app);
        expect(onFail.mock.calls).toEqual([[expect.objectContaining({ resultCode: undefined })]]);
        expectNoSecretIn(onFail.mock.calls);
      },
    );

    it('is told to onFail, without a secret', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const onFail = jest.fn();
      const onError = jest.fn();
      const { app } = hostOf(new InvalidResourceOwnerCredentialsError(TICKET), {
        client: clientOf(upstream.url),
        onFail,
        onError,
      });
      await tokenRequest(app);
      expect(onFail.mock.calls).toEqual([
        [
          {
            reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
            action: 'BAD_REQUEST',
            status: 400,
            resultCode: 'A067301',
            duration: expect.any(Number) as unknown,
          },
        ],
      ]);
      expectNoSecretIn(onFail.mock.calls);
      expect(onError).not.toHaveBeenCalled();
    });

    it.each([
      [
        'throws',
        () => {
          throw new Error('hook');
        },
      ],
      ['rejects', () => Promise.reject(new Error('hook'))],
      ['never settles', () => new Promise(() => undefined)],
    ])('is answered all the same when a hook %s', async (_what, hook) => {
      const upstream = await startJsonUpstream({ ...FAIL_REPLY, resultCode: null });
      const error = new InvalidTargetError(TICKET);
      const good = hostOf(error, { client: clientOf(upstream.url), onFail: hook, onError: hook });
      expect((await tokenRequest(good.app)).status).toBe(400);
      const bad = hostOf(error, {
        client: clientOf(await closedPort()),
        onFail: hook,
        onError: hook,
      });
      expect((await tokenRequest(bad.app)).status).toBe(500);
    });

    it('thrown by an async route is answered', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      // Express 4 does not look after a route's promise, so there the route does.
      const route: RequestHandler = (_req, _res, next) => {
        Promise.reject(new InvalidTargetError(TICKET)).catch(next);
      };
      const { app } = hostOf(route, { client: clientOf(upstream.url) });
      expect((await tokenRequest(app)).status).toBe(400);
    });

    it('is answered to HEAD without a body', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const { app } = hostOf(new InvalidTargetError(TICKET), { client: clientOf(upstream.url) });
      const answer = await supertest(app).head('/token');
      expect(answer.status).toBe(400);
      expect(answer.headers).toMatchObject({ 'content-length': '27', 'cache-control': 'no-store' });
    });
  });

  describe('an error that is not ours', () => {
    const strangers: [string, unknown][] = [
      ['a string', 'stop'],
      ['a number', 42],
      ['false-like, but true to Express', Object.create(null)],
      ['an Error', new Error('database')],
      ['a frozen Error', Object.freeze(new Error('frozen'))],
      ['an error with a status', Object.assign(new Error('gone'), { status: 410 })],
      ['an object with a ticket', { ticket: TICKET, reason: 'UNKNOWN' }],
      ['a Proxy that has a function for every name', new Proxy({}, { get: () => () => ({}) })],
      [
        'a Proxy whose traps throw',
        new Proxy(
          {},
          {
            get() {
              throw new Error('trap');
            },
          },
        ),
      ],
    ];

    it.each(strangers)(
      '(%s) reaches the next handler as the very same value',
      async (_kind, error) => {
        const upstream = await startJsonUpstream(FAIL_REPLY);
        const onError = jest.fn();
        const { app, passedOn } = hostOf(error, { client: clientOf(upstream.url), onError });
        await supertest(app).post('/token').expect(418);
        expect(passedOn).toHaveLength(1);
        expect(passedOn[0]).toBe(error);
        expect(upstream.requests).toEqual([]);
        expect(onError).not.toHaveBeenCalled();
      },
    );

    it.each([undefined, null, 0, '', false, NaN])(
      '(%p) goes to next even where Express itself would not call an error handler',
      (error) => {
        const next = jest.fn();
        const middleware = tokenFail({ client: clientOf('http://127.0.0.1:9') });
        middleware(error, {} as never, {} as never, next);
        expect(next.mock.calls).toEqual([[error]]);
      },
    );
  });

  describe('mapError', () => {
    const passportError = Object.assign(new Error('bad password'), { name: 'AuthenticationError' });

    it.each([
      ['a TokenRequestError', () => new InvalidTargetError(TICKET)],
      ['ticket and reason', () => ({ ticket: TICKET, reason: 'INVALID_TARGET' as const })],
    ])('turns a foreign error into a failed grant by giving %s', async (_what, give) => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const mapError = jest.fn<MappedError, unknown[]>(give);
      const { app } = hostOf(passportError, { client: clientOf(upstream.url), mapError });
      expect((await tokenRequest(app)).status).toBe(400);
      expect(mapError.mock.calls).toEqual([
        [passportError, expect.objectContaining({ method: 'POST' })],
      ]);
      expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
        ticket: TICKET,
        reason: 'INVALID_TARGET',
      });
    });

    it('is not asked about an error of ours', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const mapError = jest.fn();
      const { app } = hostOf(new InvalidTargetError(TICKET), {
        client: clientOf(upstream.url),
        mapError,
      });
      await tokenRequest(app);
      expect(mapError).not.toHaveBeenCalled();
    });

    it('is not asked about an AuthleteApiError', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const mapError = jest.fn(() => ({ ticket: TICKET, reason: 'UNKNOWN' as const }));
      const error = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
      const { app } = hostOf(error, { client: clientOf(upstream.url), mapError });
      const answer = await tokenRequest(app);
      expect(answer.status).toBe(500);
      expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
      expect(mapError).not.toHaveBeenCalled();
      expect(upstream.requests).toEqual([]);
    });

    it.each<[string, unknown]>([
      ['that HTTP does not allow', { 'DPoP-Nonce': 'n', 'bad name': 'x' }],
      ['with a line break', { 'DPoP-Nonce': 'a\r\nSet-Cookie: b' }],
      ['that frame the answer', { 'DPoP-Nonce': 'n', 'Transfer-Encoding': 'chunked' }],
      ['in an array', [['DPoP-Nonce', 'n']]],
    ])(
      'that gives headers %s has the ticket closed, and is told of after the answer',
      async (_what, headers) => {
        const events: string[] = [];
        const upstream = await startUpstream((res) => {
          events.push('closed');
          res.end(JSON.stringify(FAIL_REPLY));
        });
        const onError = jest.fn(() => events.push('onError'));
        const { app, passedOn } = hostOf(passportError, {
          client: clientOf(upstream.url),
          mapError: () => ({ ticket: TICKET, reason: 'INVALID_TARGET', headers }) as MappedError,
          onError,
          onFail: () => events.push('onFail'),
        });
        const answer = await tokenRequest(app);
        expect(answer.status).toBe(400);
        expect((answer.body as Buffer).toString()).toBe(FAIL_REPLY.responseContent);
        expect(answer.headers).not.toHaveProperty('dpop-nonce');
        expect(answer.headers).not.toHaveProperty('set-cookie');
        expect(upstream.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
          { ticket: TICKET, reason: 'INVALID_TARGET' },
        ]);
        await until(() => onError.mock.calls.length === 1);
        expect(events).toEqual(['closed', 'onFail', 'onError']);
        expect(onError.mock.calls).toEqual([
          [
            expect.objectContaining({ name: 'TypeError' }),
            expect.objectContaining({ method: 'POST' }),
          ],
        ]);
        expectNoSecretIn((onError.mock.calls as unknown[][])[0]?.[0]);
        expect(passedOn).toEqual([]);
      },
    );

    it.each([null, undefined, false] as const)('gives %p for "not mine"', async (nothing) => {
      const onError = jest.fn();
      const { app, passedOn } = hostOf(passportError, {
        client: clientOf(await closedPort()),
        mapError: () => nothing,
        onError,
      });
      await supertest(app).post('/token').expect(418);
      expect(passedOn).toEqual([passportError]);
      expect(onError).not.toHaveBeenCalled();
    });

    it.each<[string, () => unknown, string]>([
      [
        'throws',
        () => {
          throw new Error('mapper');
        },
        'mapper',
      ],
      [
        'gives an unknown reason',
        () => ({ ticket: TICKET, reason: 'BECAUSE' }),
        'mapError gave an object that is no failed grant',
      ],
      [
        'gives a promise',
        () => Promise.resolve(null),
        'mapError gave a promise; it must not be async',
      ],
      [
        // Jest fails a test that leaves a rejection unhandled.
        'gives a promise that rejects',
        () => Promise.reject(new Error(TICKET)),
        'mapError gave a promise; it must not be async',
      ],
      [
        'gives a promise that rejects later',
        async () => {
          await new Promise(setImmediate);
          throw new Error(TICKET);
        },
        'mapError gave a promise; it must not be async',
      ],
      [
        'gives a thenable that rejects',
        () => ({
          then: (_resolve: unknown, reject: (error: Error) => void) => {
            reject(new Error(TICKET));
          },
        }),
        'mapError gave a promise; it must not be async',
      ],
      [
        'gives a thenable that throws',
        () => ({
          then: () => {
            throw new Error('thenable');
          },
        }),
        'thenable',
      ],
      ['gives true', () => true, 'mapError gave a boolean that is no failed grant'],
    ])(
      'that %s leaves the error to the next handler, and only then is told to onError',
      async (_what, mapError, message) => {
        const passedOnBefore: unknown[] = [];
        const onError = jest.fn(() => passedOnBefore.push(...passedOn));
        const { app, passedOn } = hostOf(passportError, {
          client: clientOf(await closedPort()),
          mapError: mapError as () => null,
          onError,
        });
        await supertest(app).post('/token').expect(418);
        expect(passedOn).toHaveLength(1);
        expect(passedOn[0]).toBe(passportError);
        expect(passedOnBefore).toEqual([passportError]);
        expect(onError.mock.calls).toEqual([
          [expect.objectContaining({ message }), expect.objectContaining({ method: 'POST' })],
        ]);
        expectNoSecretIn((onError.mock.calls as unknown[][])[0]?.[0]);
      },
    );
  });

  describe('an upstream that fails', () => {
    const upstreams: [string, string, () => Promise<string>][] = [
      ['is unreachable', 'ERR_ATF_UNREACHABLE', closedPort],
      ['never answers', 'ERR_ATF_TIMEOUT', () => serve(() => undefined)],
      [
        'answers 500 with a result',
        'ERR_ATF_HTTP_STATUS',
        async () =>
          (await startUpstream((res) => res.writeHead(500).end('{"resultCode":"A001101"}'))).url,
      ],
      [
        'answers HTML',
        'ERR_ATF_RESPONSE_INVALID',
        async () => (await startUpstream((res) => res.end('<html>no</html>'))).url,
      ],
      [
        'answers an unknown action',
        'ERR_ATF_RESPONSE_INVALID',
        async () => (await startJsonUpstream({ ...FAIL_REPLY, action: 'LOCATION' })).url,
      ],
      [
        'answers no content',
        'ERR_ATF_RESPONSE_INVALID',
        async () => (await startJsonUpstream({ action: 'BAD_REQUEST' })).url,
      ],
      [
        'breaks off',
        'ERR_ATF_CONNECTION_LOST',
        async () => (await startUpstream((res) => res.socket?.destroy())).url,
      ],
    ];

    it.each(upstreams)(
      'because it %s gives 500, and the cause (%s) goes to onError',
      async (_what, code, start) => {
        const onError = jest.fn();
        const onFail = jest.fn();
        const { app, passedOn } = hostOf(new InvalidTargetError(TICKET), {
          client: clientOf(await start(), code === 'ERR_ATF_TIMEOUT' ? SHORT : undefined),
          onError,
          onFail,
        });
        const answer = await tokenRequest(app);
        expect(answer.status).toBe(500);
        expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
        expect(onError.mock.calls).toEqual([
          [expect.objectContaining({ code }), expect.objectContaining({ method: 'POST' })],
        ]);
        expect(onError.mock.calls[0]).toEqual([expect.any(AuthleteApiError), expect.anything()]);
        expectNoSecretIn((onError.mock.calls as unknown[][])[0]?.[0], answer.headers, answer.body);
        expect(onFail).not.toHaveBeenCalled();
        expect(passedOn).toEqual([]);
      },
    );

    it('is answered the same when a route lets the error of its own call through', async () => {
      const client = clientOf(await closedPort());
      const onError = jest.fn();
      const route: RequestHandler = (_req, _res, next) => {
        client.token({ parameters: 'grant_type=password' }).catch(next);
      };
      const { app } = hostOf(route, { client, onError });
      const answer = await tokenRequest(app);
      expect(answer.status).toBe(500);
      expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
      expect(onError.mock.calls).toEqual([
        [expect.objectContaining({ code: 'ERR_ATF_UNREACHABLE' }), expect.anything()],
      ]);
    });

    it('does not get its unchecked reply through a client of the host', async () => {
      const client = { tokenFail: () => Promise.resolve({ action: 'OK', responseContent: 'x' }) };
      const onError = jest.fn();
      const { app } = hostOf(new InvalidTargetError(TICKET), {
        client: client as unknown as AuthleteClient,
        onError,
      });
      expect((await tokenRequest(app)).status).toBe(500);
      expect(onError.mock.calls[0]).toEqual([
        expect.objectContaining({ code: 'ERR_ATF_RESPONSE_INVALID' }),
        expect.anything(),
      ]);
    });
  });

  describe('one answer and one fail call', () => {
    let upstream: Upstream;

    beforeEach(async () => {
      upstream = await startJsonUpstream(FAIL_REPLY);
    });

    const ticketsOf = () =>
      upstream.requests.map(({ body }) => (JSON.parse(body) as { ticket: string }).ticket);

    it.each([
      ['the same failure', [TICKET, TICKET], [TICKET]],
      ['two failures', ['first', 'second'], ['first', 'second']],
    ])(
      'are made when %s reaches the middleware at once, and every ticket is closed',
      async (_what, tickets, closed) => {
        const onError = jest.fn();
        const passedOn: unknown[] = [];
        const middleware = tokenFail({ client: clientOf(upstream.url), onError });
        const app = express();
        app.post('/token', (req, res) => {
          for (const ticket of tickets) {
            middleware(new InvalidTargetError(ticket), req, res, (error) => passedOn.push(error));
          }
        });
        expect((await tokenRequest(app)).status).toBe(400);
        await until(() => upstream.requests.length === closed.length);
        expect(ticketsOf().sort()).toEqual(closed);
        expect(passedOn).toEqual([]);
        expect(onError).not.toHaveBeenCalled();
      },
    );

    it('are made when the route calls next twice and the middleware is mounted twice', async () => {
      const client = clientOf(upstream.url);
      const error = new InvalidTargetError(TICKET);
      const route: RequestHandler = (_req, _res, next) => {
        next(error);
        next(error);
      };
      // Express takes up a second call of next where the first one left off.
      const { app } = hostOf(route, { client }, tokenFail({ client }));
      expect((await tokenRequest(app)).status).toBe(400);
      expect(ticketsOf()).toEqual([TICKET]);
    });

    it('are made when the middleware is mounted twice', async () => {
      const client = clientOf(upstream.url);
      const { app } = hostOf(new InvalidTargetError(TICKET), { client }, tokenFail({ client }));
      expect((await tokenRequest(app)).status).toBe(400);
      expect(ticketsOf()).toEqual([TICKET]);
    });

    it('are not made by a middleware that is mounted before the routes', async () => {
      const app = express();
      app.use(tokenFail({ client: clientOf(upstream.url) }));
      app.post('/token', (_req, res) => res.status(204).end());
      await supertest(app).post('/token').expect(204);
      expect(ticketsOf()).toEqual([]);
    });
  });

  describe('an answer that has already begun', () => {
    /** Writes a part of an answer and fails; the default handler then ends the connection. */
    const begunRoute: RequestHandler = (_req, res, next) => {
      res.write('begun');
      next(new InvalidTargetError(TICKET));
    };

    it('sends the error to next, and the ticket is closed all the same', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const { app, passedOn } = hostOf(begunRoute, { client: clientOf(upstream.url) });
      await expect(supertest(app).post('/token')).rejects.toThrow(/aborted|hang up/);
      expect(passedOn).toEqual([expect.any(InvalidTargetError)]);
      await until(() => upstream.requests.length === 1);
    });

    it('has its ticket closed once when the middleware is mounted twice', async () => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const client = clientOf(upstream.url);
      const { app } = hostOf(begunRoute, { client }, tokenFail({ client }));
      await expect(supertest(app).post('/token')).rejects.toThrow(/aborted|hang up/);
      await until(() => upstream.requests.length === 1);
      await client.close();
      expect(upstream.requests).toHaveLength(1);
    });

    it('tells onError when the ticket cannot be closed', async () => {
      const onError = jest.fn();
      const { app } = hostOf(begunRoute, { client: clientOf(await closedPort()), onError });
      await expect(supertest(app).post('/token')).rejects.toThrow(/aborted|hang up/);
      await until(() => onError.mock.calls.length === 1);
      expect(onError.mock.calls[0]).toEqual([
        expect.objectContaining({ code: 'ERR_ATF_UNREACHABLE' }),
        expect.anything(),
      ]);
    });

    it.each([
      ['answers', (res: ServerResponse) => res.end(JSON.stringify(FAIL_REPLY)), 0],
      ['fails', (res: ServerResponse) => res.socket?.destroy(), 1],
    ])('while Authlete is asked is left as it is when it then %s', async (_what, reply, errors) => {
      const events = new EventEmitter();
      const asked = once(events, 'asked') as Promise<[ServerResponse]>;
      const slow = await startUpstream((res) => events.emit('asked', res));
      const onError = jest.fn();
      const onFail = jest.fn();
      let hostAnswer: Response | undefined;
      const route: RequestHandler = (_req, res, next) => {
        hostAnswer = res;
        next(new InvalidTargetError(TICKET));
      };
      const passed: unknown[] = [];
      const { app } = hostOf(route, { client: clientOf(slow.url), onError, onFail }, ((
        error: unknown,
        _req,
        _res,
        _next,
      ) => {
        passed.push(error);
      }) as ErrorRequestHandler);

      const answer = supertest(app)
        .post('/token')
        .then((response) => response);
      const [res] = await asked;
      hostAnswer?.status(503).end('too late');
      reply(res);
      expect(await answer).toMatchObject({ status: 503, text: 'too late' });
      await until(() => passed.length === 1);
      expect(passed).toEqual([expect.any(InvalidTargetError)]);
      await until(() => onError.mock.calls.length === errors);
      expect(onFail).not.toHaveBeenCalled();
    });

    it('does not get a second one for an AuthleteApiError, which goes to next and onError', async () => {
      const error = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
      const route: RequestHandler = (_req, res, next) => {
        res.write('begun');
        next(error);
      };
      const onError = jest.fn();
      const { app, passedOn } = hostOf(route, { client: clientOf(await closedPort()), onError });
      await expect(supertest(app).post('/token')).rejects.toThrow(/aborted|hang up/);
      expect(passedOn).toHaveLength(1);
      expect(passedOn[0]).toBe(error);
      expect(onError.mock.calls).toEqual([[error, expect.objectContaining({ method: 'POST' })]]);
    });
  });

  it('closes the ticket of a client application that has gone away', async () => {
    const events = new EventEmitter();
    const asked = once(events, 'asked') as Promise<[ServerResponse]>;
    const upstream = await startUpstream((res) => events.emit('asked', res));
    const onFail = jest.fn();
    let gone: Promise<unknown> = Promise.resolve();
    const route: RequestHandler = (_req, res, next) => {
      gone = once(res, 'close');
      next(new TokenRequestError(TICKET, 'UNKNOWN'));
    };
    const { app, passedOn } = hostOf(route, { client: clientOf(upstream.url), onFail });
    const url = await serve(app as RequestListener);

    const req = httpRequest(`${url}/token`, { method: 'POST' });
    req.on('error', () => undefined);
    req.end();
    const [res] = await asked;
    req.destroy();
    await gone;
    res.end(JSON.stringify(FAIL_REPLY));
    await until(() => onFail.mock.calls.length === 1);
    expect(upstream.requests).toHaveLength(1);
    expect(passedOn).toEqual([]);
  });
});

function rawBody(res: supertest.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  const stream = res as unknown as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}
