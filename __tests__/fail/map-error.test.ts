import type { Request } from 'express';
import supertest from 'supertest';
import {
  AuthleteApiError,
  InvalidTargetError,
  type MappedError,
  type TokenFailOptions,
} from 'express-authlete-token-fail';
import { recordingLogger } from '../support/observe/log';
import { watchWarnings } from '../support/observe/warnings';
import { expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { SERVER_ERROR } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { closedPort } from '../support/servers/listen';
import { clientAt, failingAppOf, requestToken } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const passportError = Object.assign(new Error('bad password'), { name: 'AuthenticationError' });

describe.each(EXPRESS_VERSIONS)('mapError on $version', ({ express }) => {
  const appOf = (route: unknown, options: TokenFailOptions) =>
    failingAppOf({ express, route, options: { onOutcome: () => undefined, ...options } });

  it.each([
    ['a TokenRequestError', () => new InvalidTargetError(TICKET)],
    ['ticket and reason', () => ({ ticket: TICKET, reason: 'INVALID_TARGET' as const })],
  ])("turns an error of the app's into a failed grant by returning %s", async (_what, map) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const mapError = jest.fn<MappedError, [unknown, Request]>(map);
    const { app } = appOf(passportError, { client: clientAt(upstream.url), mapError });
    expect((await requestToken(app)).status).toBe(400);
    expect(mapError.mock.calls).toEqual([
      [passportError, expect.objectContaining({ method: 'POST' })],
    ]);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      ticket: TICKET,
      reason: 'INVALID_TARGET',
    });
  });

  it('is not called for an error of ours', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const mapError = jest.fn();
    const client = clientAt(upstream.url);
    await requestToken(appOf(new InvalidTargetError(TICKET), { client, mapError }).app);
    expect(mapError).not.toHaveBeenCalled();
  });

  it('is not called for an AuthleteApiError', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const mapError = jest.fn(() => ({ ticket: TICKET, reason: 'UNKNOWN' as const }));
    const error = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
    const { app } = appOf(error, { client: clientAt(upstream.url), mapError });
    const answer = await requestToken(app);
    expect(answer.status).toBe(500);
    expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
    expect(mapError).not.toHaveBeenCalled();
    expect(upstream.requests).toEqual([]);
  });

  it.each([null, undefined, false] as const)('returns %p for "not mine"', async (nothing) => {
    const warnings = watchWarnings();
    const onOutcome = jest.fn();
    const { logger, lines } = recordingLogger();
    const { app, passedOn } = appOf(passportError, {
      client: clientAt(await closedPort()),
      mapError: () => nothing,
      onOutcome,
      logger,
    });
    await supertest(app).post('/token').expect(418);
    expect(passedOn).toEqual([passportError]);
    expect(onOutcome).not.toHaveBeenCalled();
    expect([lines, warnings]).toEqual([[], []]);
  });

  it.each<[string, unknown]>([
    ['that HTTP does not allow', { 'DPoP-Nonce': 'n', 'bad name': 'x' }],
    ['with a line break', { 'DPoP-Nonce': 'a\r\nSet-Cookie: b' }],
    ['that frame the answer', { 'DPoP-Nonce': 'n', 'Transfer-Encoding': 'chunked' }],
    ['in an array', [['DPoP-Nonce', 'n']]],
  ])('that returns headers %s has the ticket closed, and is logged', async (_what, headers) => {
    const upstream = await startUpstream((res) => res.end(JSON.stringify(FAIL_REPLY)));
    const { logger, lines } = recordingLogger();
    const { app, passedOn } = appOf(passportError, {
      client: clientAt(upstream.url),
      mapError: () => ({ ticket: TICKET, reason: 'INVALID_TARGET', headers }) as MappedError,
      logger,
    });
    const answer = await requestToken(app);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toBe(FAIL_REPLY.responseContent);
    expect(answer.headers).not.toHaveProperty('dpop-nonce');
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(upstream.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { ticket: TICKET, reason: 'INVALID_TARGET' },
    ]);
    await until(() => lines.length === 2);
    expect(lines).toEqual([
      [
        'error',
        expect.any(String),
        {
          error: expect.objectContaining({
            code: 'ERR_ATF_CALLBACK_RESULT',
            message: 'mapError returned headers that HTTP does not allow',
          }) as unknown,
        },
      ],
      ['info', 'token request failed', expect.objectContaining({ outcome: 'failed' })],
    ]);
    expectNoSecretIn(lines);
    expect(passedOn).toEqual([]);
  });

  const WRONG: [string, () => unknown, string, string][] = [
    [
      'throws',
      () => {
        throw new Error(TICKET);
      },
      'ERR_ATF_CALLBACK_THREW',
      'mapError threw',
    ],
    [
      'returns an unknown reason',
      () => ({ ticket: TICKET, reason: 'BECAUSE' }),
      'ERR_ATF_CALLBACK_RESULT',
      'mapError returned an object that is not a failed grant',
    ],
    [
      'returns true',
      () => true,
      'ERR_ATF_CALLBACK_RESULT',
      'mapError returned a boolean that is not a failed grant',
    ],
    ...[
      ['a promise', () => Promise.resolve(null)],
      // Jest fails a test that leaves a rejection unhandled.
      ['a promise that rejects', () => Promise.reject(new Error(TICKET))],
      [
        'a promise that rejects later',
        async () => {
          await new Promise(setImmediate);
          throw new Error(TICKET);
        },
      ],
      [
        'a thenable that rejects',
        () => ({
          then: (_resolve: unknown, reject: (error: Error) => void) => reject(new Error(TICKET)),
        }),
      ],
      [
        'a thenable that throws',
        () => ({
          then: () => {
            throw new Error(TICKET);
          },
        }),
      ],
    ].map(([what, map]): [string, () => unknown, string, string] => [
      `returns ${what as string}`,
      map as () => unknown,
      'ERR_ATF_CALLBACK_RESULT',
      'mapError returned a promise; it must not be async',
    ]),
  ];

  it.each(WRONG)(
    'that %s leaves the error to the next handler, and only then is logged',
    async (_what, mapError, code, message) => {
      const onOutcome = jest.fn();
      const { logger, lines } = recordingLogger();
      let passedOnBefore: unknown[] = [];
      const { app, passedOn } = appOf(passportError, {
        client: clientAt(await closedPort()),
        mapError: mapError as () => null,
        onOutcome,
        logger: () => {
          passedOnBefore = [...passedOn];
          return logger;
        },
      });
      await supertest(app).post('/token').expect(418);
      await until(() => lines.length === 1);
      expect(passedOn).toHaveLength(1);
      expect(passedOn[0]).toBe(passportError);
      expect(passedOnBefore).toEqual([passportError]);
      expect(lines).toEqual([
        [
          'error',
          expect.any(String),
          { error: expect.objectContaining({ code, message }) as unknown },
        ],
      ]);
      expectNoSecretIn(lines);
      expect(onOutcome).not.toHaveBeenCalled();
    },
  );

  it('that throws is a process warning where there is no logger, once', async () => {
    const warnings = watchWarnings();
    const { app } = appOf(passportError, {
      client: clientAt(await closedPort()),
      onOutcome: () => undefined,
      mapError: () => {
        throw new Error(TICKET);
      },
    });
    for (let count = 0; count < 3; count++) await supertest(app).post('/token').expect(418);
    await until(() => warnings.length > 0);
    expect(warnings).toMatchObject([{ code: 'ERR_ATF_CALLBACK_THREW', message: 'mapError threw' }]);
    expectNoSecretIn(warnings);
  });
});
