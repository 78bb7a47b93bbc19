import type { RequestHandler } from 'express';
import {
  AuthleteApiError,
  CallbackError,
  InvalidTargetError,
  type TokenFailClient,
  type TokenFailOptions,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { anotherCopy } from '../support/package/another-copy';
import { expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { SERVER_ERROR } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { closedPort, serve } from '../support/servers/listen';
import { clientAt, failingAppOf, requestToken } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

/** Milliseconds: for calls that are meant to run into it. */
const SHORT = 150;

/** What of a reply is in the outcome, even if the rest of the reply is invalid. */
type Result = Pick<TokenOutcome, 'resultCode' | 'resultMessage'>;

const { resultCode, resultMessage } = FAIL_REPLY;

const UPSTREAMS: [string, string, () => Promise<string>, Result?][] = [
  ['is unreachable', 'ERR_ATF_UNREACHABLE', closedPort],
  ['never answers', 'ERR_ATF_TIMEOUT', () => serve(() => undefined)],
  [
    'answers 500 with a result',
    'ERR_ATF_HTTP_STATUS',
    async () =>
      (await startUpstream((res) => res.writeHead(500).end('{"resultCode":"A001101"}'))).url,
    { resultCode: 'A001101' },
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
    { resultCode, resultMessage },
  ],
  [
    'answers no content',
    'ERR_ATF_RESPONSE_INVALID',
    async () => (await startJsonUpstream({ action: 'BAD_REQUEST' })).url,
  ],
  [
    'answers more than 64 KiB',
    'ERR_ATF_RESPONSE_INVALID',
    async () =>
      (await startJsonUpstream({ ...FAIL_REPLY, responseContent: 'x'.repeat(65_537) })).url,
  ],
  [
    'closes the connection',
    'ERR_ATF_CONNECTION_LOST',
    async () => (await startUpstream((res) => res.socket?.destroy())).url,
  ],
];

describe.each(EXPRESS_VERSIONS)('a fail call that fails on $version', ({ express }) => {
  /** Has a route fail; returns the answer, the outcomes, and what was passed on. */
  async function fail(route: unknown, options: TokenFailOptions) {
    const outcomes: TokenOutcome[] = [];
    const { app, passedOn } = failingAppOf({
      express,
      route,
      options: { onOutcome: (outcome) => outcomes.push(outcome), ...options },
    });
    const answer = await requestToken(app);
    return { answer, outcomes, passedOn };
  }

  it.each(UPSTREAMS)(
    'because Authlete %s is a 500, and the cause (%s) is in the outcome',
    async (_what, code, start, result = {}) => {
      const { answer, outcomes, passedOn } = await fail(new InvalidTargetError(TICKET), {
        client: clientAt(await start(), code === 'ERR_ATF_TIMEOUT' ? { timeout: SHORT } : {}),
      });
      expect(answer.status).toBe(500);
      expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
      expect(outcomes).toEqual([
        {
          outcome: 'error',
          grantType: 'password',
          reason: 'INVALID_TARGET',
          status: 500,
          ...result,
          error: expect.any(AuthleteApiError) as unknown,
          duration: expect.any(Number) as unknown,
        },
      ]);
      expect(outcomes).toMatchObject([{ error: { code, api: '/auth/token/fail' } }]);
      expectNoSecretIn(outcomes, answer.headers, answer.body);
      expect(passedOn).toEqual([]);
    },
  );

  it('because Authlete throttles calls has a Retry-After header', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(429, { 'Retry-After': '60' }).end('{"resultCode":"A001202"}');
    });
    const error = new InvalidTargetError(TICKET, { headers: { 'DPoP-Nonce': 'n' } });
    const { answer, outcomes } = await fail(error, { client: clientAt(upstream.url) });
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject({ 'retry-after': '60', 'dpop-nonce': 'n' });
    expect(outcomes).toMatchObject([
      {
        outcome: 'error',
        resultCode: 'A001202',
        error: { code: 'ERR_ATF_THROTTLED', status: 429, retryAfter: 60 },
      },
    ]);
  });

  it('because Authlete throttles calls has no Retry-After header if Authlete named no time', async () => {
    const upstream = await startUpstream((res) => res.writeHead(429).end());
    const { answer, outcomes } = await fail(new InvalidTargetError(TICKET), {
      client: clientAt(upstream.url, { timeout: 1000 }),
    });
    expect(answer.status).toBe(500);
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(outcomes).toMatchObject([{ error: { code: 'ERR_ATF_THROTTLED' } }]);
  });

  it.each<[string, () => unknown, object]>([
    [
      'returns nonsense',
      () => Promise.resolve({ action: 'OK', responseContent: 'x' }),
      { name: 'AuthleteApiError', code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token/fail' },
    ],
    [
      'returns nothing',
      () => undefined,
      { name: 'AuthleteApiError', code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token/fail' },
    ],
    [
      'rejects with an Error',
      () => Promise.reject(new Error('down')),
      { code: 'ERR_ATF_CALLBACK_THREW', message: 'client threw', cause: new Error('down') },
    ],
    [
      'rejects with a string',
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      () => Promise.reject('down'),
      { code: 'ERR_ATF_CALLBACK_THREW', message: 'client threw', cause: 'down' },
    ],
    [
      'throws',
      () => {
        throw new Error('down');
      },
      { code: 'ERR_ATF_CALLBACK_THREW', message: 'client threw', cause: new Error('down') },
    ],
  ])("because a client of the app's own %s is a 500", async (_what, tokenFail, error) => {
    const client = { tokenFail } as TokenFailClient;
    const { answer, outcomes } = await fail(new InvalidTargetError(TICKET), { client });
    expect(answer.status).toBe(500);
    expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
    expect(outcomes).toMatchObject([{ outcome: 'error', status: 500, error }]);
  });
});

describe.each(EXPRESS_VERSIONS)('an error of a route on $version', ({ express }) => {
  it('that is an AuthleteApiError of its own call is answered with 500', async () => {
    const client = clientAt(await closedPort());
    const route: RequestHandler = (_req, _res, next) => {
      client.token({ parameters: 'grant_type=password' }).catch(next);
    };
    const outcomes: TokenOutcome[] = [];
    const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
    const { app, passedOn } = failingAppOf({ express, route, options: { client, onOutcome } });
    const answer = await requestToken(app);
    expect(answer.status).toBe(500);
    expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
    expect(outcomes).toMatchObject([
      { outcome: 'error', status: 500, error: { code: 'ERR_ATF_UNREACHABLE', api: '/auth/token' } },
    ]);
    expect(passedOn).toEqual([]);
  });

  const copy = anotherCopy();

  it.each([
    ['an AuthleteApiError', new AuthleteApiError('ERR_ATF_TIMEOUT', 'late')],
    ['a CallbackError', new CallbackError('ERR_ATF_CALLBACK_THREW', 'mine', 'threw')],
    ['an AuthleteApiError of another copy', new copy.AuthleteApiError('ERR_ATF_TIMEOUT', 'late')],
  ])('that is %s is in the outcome as it is', async (_what, error) => {
    const outcomes: TokenOutcome[] = [];
    const { app } = failingAppOf({
      express,
      route: error,
      options: {
        client: clientAt(await closedPort()),
        onOutcome: (outcome) => outcomes.push(outcome),
      },
    });
    const answer = await requestToken(app);
    expect(answer.status).toBe(500);
    expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]?.error).toBe(error);
  });
});
