import type { RequestListener } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import type { TokenOutcome } from 'express-authlete-token-fail';
import { watchChannel } from '../support/observe/channels';
import { BOTH_CLIENTS, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT } from '../support/servers/emulator';
import { openSocket } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { serve } from '../support/servers/listen';
import { type EmulatedServerOptions, tokenServerOnEmulator } from '../support/servers/token-server';
import { until } from '../support/until';

const duration = expect.any(Number) as number;

/** What every password grant of john's has. */
const GRANT = { grantType: 'password', clientId: Number(PUBLIC_CLIENT), duration };

const WRONG = 'INVALID_RESOURCE_OWNER_CREDENTIALS' as const;

/** An `INTERNAL_SERVER_ERROR` of Authlete's. */
const INTERNAL = {
  action: 'INTERNAL_SERVER_ERROR' as const,
  resultCode: 'A001101',
  resultMessage: '[A001101] Something failed.',
};

const internalReply = () =>
  Promise.resolve({ ...INTERNAL, responseContent: '{"error":"server_error"}' });

const INVALID_CREDENTIALS = {
  resultCode: 'A067301',
  resultMessage:
    '[A067301] The credentials (username & password) passed to the token endpoint are invalid.',
};

describe.each(EXPRESS_VERSIONS)('the outcome of a token request on $version', ({ express }) => {
  const start = (options: EmulatedServerOptions = {}) =>
    tokenServerOnEmulator({ express, ...options });

  const PATHS: [string, EmulatedServerOptions, Record<string, string>, TokenOutcome][] = [
    [
      'issued for a right password',
      {},
      {},
      {
        ...GRANT,
        outcome: 'issued',
        action: 'OK',
        status: 200,
        resultCode: 'A054001',
        resultMessage:
          '[A054001] The token request (grant_type=password) was processed successfully.',
      },
    ],
    [
      'issued for another grant type',
      { emulator: { clients: BOTH_CLIENTS } },
      {
        grant_type: 'client_credentials',
        client_id: CONFIDENTIAL_CLIENT,
        client_secret: String(BOTH_CLIENTS[1]?.clientSecret),
      },
      {
        outcome: 'issued',
        grantType: 'client_credentials',
        clientId: Number(CONFIDENTIAL_CLIENT),
        action: 'OK',
        status: 200,
        resultCode: 'EMU109',
        resultMessage:
          '[EMU109] The token request (grant_type=client_credentials) was processed successfully.',
        duration,
      },
    ],
    [
      'rejected for an unknown client',
      {},
      { client_id: '7' },
      {
        outcome: 'rejected',
        grantType: 'password',
        action: 'INVALID_CLIENT',
        status: 400,
        resultCode: 'EMU107',
        resultMessage: '[EMU107] The client is not known.',
        duration,
      },
    ],
    [
      'rejected for an unsupported grant type',
      {},
      { grant_type: 'dance' },
      {
        outcome: 'rejected',
        grantType: 'dance',
        action: 'BAD_REQUEST',
        status: 400,
        resultCode: 'EMU104',
        resultMessage: '[EMU104] The emulator does not support the grant type.',
        duration,
      },
    ],
    [
      'failed for a wrong password',
      {},
      { password: 'wrong' },
      {
        ...GRANT,
        outcome: 'failed',
        reason: WRONG,
        action: 'BAD_REQUEST',
        status: 400,
        ...INVALID_CREDENTIALS,
      },
    ],
    [
      'blocked for one password too many',
      {
        endpoint: {
          bruteForce: { limiters: { address: new RateLimiterMemory({ points: 0, duration: 60 }) } },
        },
      },
      {},
      {
        ...GRANT,
        outcome: 'blocked',
        reason: WRONG,
        action: 'BAD_REQUEST',
        status: 400,
        ...INVALID_CREDENTIALS,
      },
    ],
    [
      'error for an authenticate that throws',
      { endpoint: { authenticate: () => Promise.reject(new Error('database')) } },
      {},
      {
        ...GRANT,
        outcome: 'error',
        reason: 'UNKNOWN',
        action: 'INTERNAL_SERVER_ERROR',
        status: 500,
        resultCode: 'EMU301',
        resultMessage: '[EMU301] The token request failed for an unknown reason.',
        error: expect.objectContaining({
          code: 'ERR_ATF_CALLBACK_THREW',
        }) as NonNullable<TokenOutcome['error']>,
      },
    ],
    [
      'error for INTERNAL_SERVER_ERROR of /auth/token',
      { alter: () => ({ token: internalReply }) },
      {},
      { outcome: 'error', grantType: 'password', status: 500, ...INTERNAL, duration },
    ],
    [
      'error for INTERNAL_SERVER_ERROR of /auth/token/issue',
      { alter: () => ({ tokenIssue: internalReply }) },
      {},
      { ...GRANT, outcome: 'error', status: 500, ...INTERNAL },
    ],
    [
      'error for INTERNAL_SERVER_ERROR of /auth/token/fail',
      { alter: () => ({ tokenFail: internalReply }) },
      { password: 'wrong' },
      { ...GRANT, outcome: 'error', reason: WRONG, status: 500, ...INTERNAL },
    ],
  ];

  it.each(PATHS)('is %s', async (_what, options, changes, expected) => {
    const published = watchChannel('express-authlete-token-fail:outcome');
    const { send, outcomes, passedOn } = await start(options);
    const { status } = await send(changes);
    expect(outcomes).toEqual([expected]);
    expect(status).toBe(expected.status);
    expect(published).toHaveLength(1);
    expect(published[0]).toBe(outcomes[0]);
    expect(outcomes[0]?.duration).toBeGreaterThan(0);
    expect(passedOn).toEqual([]);
  });

  it.each([
    ['/auth/token', {}, {}],
    [
      '/auth/token/issue',
      {},
      { reason: 'UNKNOWN', action: 'INTERNAL_SERVER_ERROR', resultCode: 'EMU301' },
    ],
    ['/auth/token/fail', { password: 'wrong' }, { reason: WRONG, resultCode: 'EMU008' }],
  ] as const)('is an error if %s answers with HTTP status 500', async (api, changes, expected) => {
    const { emulator, send, outcomes } = await start();
    emulator.faults.set({ api, failWith: 500 });
    await send(changes).expect(500);
    expect(outcomes).toMatchObject([
      { outcome: 'error', status: 500, ...expected, error: { code: 'ERR_ATF_HTTP_STATUS', api } },
    ]);
  });

  describe('that is malformed', () => {
    it.each<[string, Record<string, string>, number]>([
      ['in its Content-Type', { 'Content-Type': 'text/plain' }, 400],
      ['in its Authorization header', { Authorization: 'Bearer token' }, 401],
      ['in its size', { 'Content-Length': '99999999' }, 413],
      ['in its encoding', { 'Content-Encoding': 'compress' }, 415],
    ])('%s is rejected', async (_what, headers, status) => {
      const { app, outcomes } = await start();
      const url = await serve(app as RequestListener);
      const socket = openSocket(url);
      const lines = Object.entries({
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': '3',
        ...headers,
      }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`POST /token HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\na=b`);
      await until(() => outcomes.length > 0);
      expect(outcomes).toEqual([{ outcome: 'rejected', status, duration }]);
    });

    it('in its method is rejected', async () => {
      const { app, outcomes } = await start();
      await supertest(app).get('/token').expect(405);
      expect(outcomes).toEqual([{ outcome: 'rejected', status: 405, duration }]);
    });
  });

  describe('has as its grantType', () => {
    it.each([
      ['refresh_token', 'refresh_token'],
      [
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
      ['with spaces', undefined],
      ['<script>', undefined],
      ['a\r\nb', undefined],
      ['a'.repeat(101), undefined],
      ['', undefined],
    ])('of %p: %p', async (grantType, expected) => {
      const { send, outcomes } = await start();
      await send({ grant_type: grantType });
      expect(outcomes.map((outcome) => outcome.grantType)).toEqual([expected]);
    });

    it('nothing that is a secret', async () => {
      const { send, outcomes } = await start();
      await send({ grant_type: 'hunter2', password: 'hunter2' });
      expect(outcomes[0]).not.toHaveProperty('grantType');
    });
  });
});
