import supertest from 'supertest';
import type { AuthleteClient, TokenResponse } from 'express-authlete-token-fail';
import { passwordGrant, PUBLIC_CLIENT } from './support/emulator';
import { EXPRESS_VERSIONS } from './support/hosts';
import { closedPort } from './support/servers';
import { clientAt, emulatorAndClient, tokenServerOf } from './support/token-server';
import { until } from './support/until';
import { startJsonUpstream, startUpstream } from './support/upstream';

const CONTENT = '{ "access_token" : "ünchanged €😀" }\r\n';

const BASIC = `Basic ${Buffer.from('my-client:my-secret').toString('base64')}`;

const TOKEN_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
};

describe.each(EXPRESS_VERSIONS)('tokenEndpoint on $version', ({ express }) => {
  const send = (app: Parameters<typeof supertest>[0], headers: Record<string, string> = {}) =>
    supertest(app).post('/token').set(headers).type('form').send(passwordGrant());

  /** An app whose `/auth/token` gives this reply. */
  async function appWith(reply: object, options: object = {}) {
    const upstream = await startJsonUpstream(reply);
    return tokenServerOf({ client: clientAt(upstream.url), express, ...options });
  }

  describe('answers action', () => {
    it.each([
      ['OK', 200],
      ['ID_TOKEN_REISSUABLE', 200],
      ['BAD_REQUEST', 400],
      ['INVALID_CLIENT', 400],
      ['INTERNAL_SERVER_ERROR', 500],
    ])('%s with %i and responseContent as it is', async (action, status) => {
      const answer = await send(await appWith({ action, responseContent: CONTENT })).buffer(true);
      expect(answer.status).toBe(status);
      expect(answer.text).toBe(CONTENT);
      expect(answer.headers).toMatchObject({
        ...TOKEN_HEADERS,
        'content-length': String(Buffer.byteLength(CONTENT)),
      });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
      expect(answer.headers).not.toHaveProperty('etag');
    });

    it('INVALID_CLIENT with 401 and a challenge if the Authorization header was used', async () => {
      const app = await appWith(
        { action: 'INVALID_CLIENT', responseContent: '{"error":"invalid_client"}' },
        { endpoint: { realm: 'my realm' } },
      );
      const answer = await send(app, { Authorization: BASIC });
      expect(answer.status).toBe(401);
      expect(answer.headers).toMatchObject({
        ...TOKEN_HEADERS,
        'www-authenticate': 'Basic realm="my realm"',
      });
      expect(answer.body).toEqual({ error: 'invalid_client' });
    });

    it.each(['OK', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR'])(
      '%s without a challenge even if the Authorization header was used',
      async (action) => {
        const app = await appWith({ action, responseContent: '{}' });
        const answer = await send(app, { Authorization: BASIC });
        expect(answer.headers).not.toHaveProperty('www-authenticate');
      },
    );
  });

  describe('hands dpopNonce and attestationChallenge on', () => {
    const REPLY = { dpopNonce: 'nonce-1', attestationChallenge: 'challenge-1' };
    const HEADERS = {
      'dpop-nonce': 'nonce-1',
      'oauth-client-attestation-challenge': 'challenge-1',
    };

    it.each(['OK', 'BAD_REQUEST', 'INVALID_CLIENT', 'TOKEN_EXCHANGE'])(
      'with the answer for %s',
      async (action) => {
        const app = await appWith({ action, responseContent: '{}', ...REPLY });
        expect((await send(app)).headers).toMatchObject(HEADERS);
      },
    );

    /** A client whose token replies have both. */
    async function clientWith(fields: Partial<TokenResponse> = REPLY) {
      const { emulator, client } = await emulatorAndClient();
      const token: AuthleteClient['token'] = async (request) =>
        ({ ...(await client.token(request)), ...fields }) as TokenResponse;
      return { emulator, client: { ...client, token } };
    }

    it('with the answer to an issued grant', async () => {
      const { client } = await clientWith();
      const answer = await send(tokenServerOf({ client, express }));
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject(HEADERS);
    });

    it('with the answer to a failed grant', async () => {
      const { client } = await clientWith();
      const app = tokenServerOf({ client, express, endpoint: { authenticate: () => null } });
      const answer = await send(app);
      expect(answer.status).toBe(400);
      expect(answer.headers).toMatchObject(HEADERS);
    });

    it('with the answer when the fail call fails', async () => {
      const { client } = await clientWith();
      const tokenFail = () => Promise.reject(new Error('down'));
      const app = tokenServerOf({
        client: { ...client, tokenFail },
        express,
        endpoint: { authenticate: () => null },
      });
      const answer = await send(app);
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject(HEADERS);
    });

    it('unless they are null or empty', async () => {
      const app = await appWith({
        action: 'OK',
        responseContent: '{}',
        dpopNonce: null,
        attestationChallenge: '',
      });
      const answer = await send(app);
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('dpop-nonce');
      expect(answer.headers).not.toHaveProperty('oauth-client-attestation-challenge');
    });

    it('but fails the grant if no header can carry one', async () => {
      const { emulator, client } = await clientWith({ dpopNonce: 'a\r\nSet-Cookie: b' });
      const errors: unknown[] = [];
      const onError = (error: unknown) => errors.push(error);
      const answer = await send(tokenServerOf({ client, express, fail: { onError } }));
      expect(answer.status).toBe(500);
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(errors).toMatchObject([{ code: 'ERR_ATF_RESPONSE_INVALID' }]);
      expect(emulator.journal.calls({ api: '/auth/token/fail' })).toMatchObject([
        { reason: 'UNKNOWN' },
      ]);
      expect(emulator.openTickets()).toBe(0);
    });
  });

  describe('answers 500 server_error', () => {
    it.each([
      ['unreachable', async () => clientAt(await closedPort()), 'ERR_ATF_UNREACHABLE'],
      [
        'slow',
        async () => clientAt((await startUpstream(() => undefined)).url, { timeout: 50 }),
        'ERR_ATF_TIMEOUT',
      ],
      [
        'talking nonsense',
        async () => clientAt((await startUpstream((res) => res.end('<html>'))).url),
        'ERR_ATF_RESPONSE_INVALID',
      ],
      [
        'giving an unknown action',
        async () => ({
          ...clientAt(await closedPort()),
          token: () => Promise.resolve({ action: 'DANCE' } as unknown as TokenResponse),
        }),
        'ERR_ATF_RESPONSE_INVALID',
      ],
    ])('when Authlete is %s, and tells both onErrors', async (_what, makeClient, code) => {
      const endpointErrors: unknown[] = [];
      const failErrors: unknown[] = [];
      const app = tokenServerOf({
        client: await makeClient(),
        express,
        endpoint: { onError: (error) => endpointErrors.push(error) },
        fail: { onError: (error) => failErrors.push(error) },
      });
      const answer = await send(app);
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.body).toMatchObject({ error: 'server_error' });
      expect(endpointErrors).toMatchObject([{ code }]);
      expect(failErrors).toEqual(endpointErrors);
    });
  });

  it('answers 500 server_error when a client of the host throws whatever it likes', async () => {
    const errors: unknown[] = [];
    const app = tokenServerOf({
      client: {
        ...clientAt(await closedPort()),
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        token: () => Promise.reject('no error at all'),
      },
      express,
      fail: { onError: (error) => errors.push(error) },
    });
    const answer = await send(app);
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(errors).toEqual(['no error at all']);
  });

  it('tells a hook once that the endpoint and tokenFail both have', async () => {
    const { client } = await emulatorAndClient();
    const onError = jest.fn();
    const onFail = jest.fn();
    const hooks = { onError, onFail };
    const authenticate = () => Promise.reject(new Error('database'));
    await send(
      tokenServerOf({ client, express, endpoint: { authenticate, ...hooks }, fail: hooks }),
    ).expect(500);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onFail).toHaveBeenCalledTimes(1);
  });

  it("tells an onFail of the endpoint's own", async () => {
    const { client } = await emulatorAndClient();
    const onFail = jest.fn();
    await send(
      tokenServerOf({ client, express, endpoint: { authenticate: () => null, onFail } }),
    ).expect(400);
    expect(onFail.mock.calls).toMatchObject([[{ action: 'BAD_REQUEST', status: 400 }]]);
  });

  it('issues nothing and writes nothing twice if the host answers in the meantime', async () => {
    const { emulator, client } = await emulatorAndClient();
    const app = tokenServerOf({
      client,
      express,
      endpoint: {
        authenticate: (_username, _password, { req }) => {
          req.res?.writeHead(503).write('busy');
          setImmediate(() => req.res?.end());
          return 'john-1';
        },
      },
      after: (_error, _req, _res, _next) => undefined,
    });
    const answer = await send(app);
    expect(answer.status).toBe(503);
    expect(answer.text).toBe('busy');
    await until(() => emulator.openTickets() === 0);
    expect(emulator.journal.calls({ api: '/auth/token/issue' })).toEqual([]);
  });

  it('writes nothing twice for other actions either', async () => {
    const upstream = await startJsonUpstream({ action: 'TOKEN_EXCHANGE' });
    const app = tokenServerOf({
      client: clientAt(upstream.url),
      express,
      endpoint: {
        handlers: {
          tokenExchange: (_response, { req }) => {
            req.res?.status(202).end('mine');
            return { responseContent: '{}' };
          },
        },
      },
    });
    const answer = await send(app);
    expect([answer.status, answer.text]).toEqual([202, 'mine']);
  });

  it('takes its client from the environment, as tokenFail does', async () => {
    const saved = { ...process.env };
    const upstream = await startJsonUpstream({ action: 'OK', responseContent: '{}' });
    Object.assign(process.env, {
      AUTHLETE_SERVICE_ID: PUBLIC_CLIENT,
      AUTHLETE_BEARER: 'token',
      AUTHLETE_BASE_URL: upstream.url,
    });
    try {
      await send(tokenServerOf({ express })).expect(200);
    } finally {
      process.env = saved;
    }
    expect(upstream.requests).toMatchObject([
      { path: `/api/${PUBLIC_CLIENT}/auth/token`, headers: { authorization: 'Bearer token' } },
    ]);
  });
});
