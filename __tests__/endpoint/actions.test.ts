import supertest from 'supertest';
import { sendRaw, startEndpoint, TOKEN_HEADERS } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { passwordGrant } from '../support/servers/emulator';
import { type EmulatedServerOptions, tokenServerOnEmulator } from '../support/servers/token-server';

const CONTENT = '{ "access_token" : "ünchanged €😀" }\r\n';

const BASIC = `Basic ${Buffer.from('my-client:my-secret').toString('base64')}`;

describe.each(EXPRESS_VERSIONS)('the actions of /auth/token on $version', ({ express }) => {
  it.each([
    ['OK', 200, 'issued'],
    ['ID_TOKEN_REISSUABLE', 200, 'issued'],
    ['BAD_REQUEST', 400, 'rejected'],
    ['INVALID_CLIENT', 400, 'rejected'],
    ['INTERNAL_SERVER_ERROR', 500, 'error'],
  ])(
    '%s is answered with %i and responseContent unchanged: %s',
    async (action, status, outcome) => {
      const server = await startEndpoint({ express, reply: { action, responseContent: CONTENT } });
      const answer = await sendRaw(server.url);
      expect([answer.status, answer.text]).toEqual([status, CONTENT]);
      expect(answer.headers).toMatchObject({
        ...TOKEN_HEADERS,
        'content-length': String(Buffer.byteLength(CONTENT)),
      });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
      expect(answer.headers).not.toHaveProperty('etag');
      expect(server.outcomes).toMatchObject([{ outcome, action, status }]);
      expect([server.errors, server.passedOn]).toEqual([[], []]);
    },
  );

  it('INVALID_CLIENT is answered with 401 and a challenge to an Authorization header', async () => {
    const server = await startEndpoint({
      express,
      reply: { action: 'INVALID_CLIENT', responseContent: '{"error":"invalid_client"}' },
      endpoint: { realm: 'my realm' },
    });
    const answer = await sendRaw(server.url, { headers: { Authorization: BASIC } });
    expect([answer.status, answer.text]).toEqual([401, '{"error":"invalid_client"}']);
    expect(answer.headers).toMatchObject({
      ...TOKEN_HEADERS,
      'www-authenticate': 'Basic realm="my realm"',
    });
    expect(server.outcomes).toMatchObject([{ outcome: 'rejected', status: 401 }]);
  });

  it.each(['OK', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR'])(
    '%s is answered without a challenge even to an Authorization header',
    async (action) => {
      const server = await startEndpoint({ express, reply: { action, responseContent: '{}' } });
      const answer = await sendRaw(server.url, { headers: { Authorization: BASIC } });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    },
  );
});

describe.each(EXPRESS_VERSIONS)('dpopNonce and attestationChallenge on $version', ({ express }) => {
  const REPLY = { dpopNonce: 'nonce-1', attestationChallenge: 'challenge-1' };
  const HEADERS = {
    'dpop-nonce': 'nonce-1',
    'oauth-client-attestation-challenge': 'challenge-1',
  };

  it.each(['OK', 'BAD_REQUEST', 'INVALID_CLIENT', 'TOKEN_EXCHANGE', 'NATIVE_SSO'])(
    'are headers of the answer for %s',
    async (action) => {
      const reply = { action, responseContent: '{}', ...REPLY };
      const server = await startEndpoint({ express, reply });
      expect((await sendRaw(server.url)).headers).toMatchObject(HEADERS);
    },
  );

  it('give way to headers of a handler', async () => {
    const server = await startEndpoint({
      express,
      reply: { action: 'JWT_BEARER', ...REPLY },
      endpoint: {
        handlers: {
          jwtBearer: () => ({ responseContent: '{}', headers: { 'DPoP-Nonce': 'of the app' } }),
        },
      },
    });
    expect((await sendRaw(server.url)).headers).toMatchObject({
      ...HEADERS,
      'dpop-nonce': 'of the app',
    });
  });

  it('are headers of the 500 for a handler that throws', async () => {
    const server = await startEndpoint({
      express,
      reply: { action: 'JWT_BEARER', ...REPLY },
      endpoint: { handlers: { jwtBearer: () => Promise.reject(new Error('sealed')) } },
    });
    const answer = await sendRaw(server.url);
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject(HEADERS);
  });

  /** A token server whose replies of `/auth/token` have both. */
  const startWith = (options: EmulatedServerOptions = {}, fields: object = REPLY) =>
    tokenServerOnEmulator({
      express,
      ...options,
      alter: (client) => ({
        token: async (request) => ({ ...(await client.token(request)), ...fields }),
        ...options.alter?.(client),
      }),
    });

  const down = () => Promise.reject(new Error('down'));

  it.each<[string, number, EmulatedServerOptions]>([
    ['an issued grant', 200, {}],
    ['a failed grant', 400, { endpoint: { authenticate: () => null } }],
    ['an authenticate that throws', 500, { endpoint: { authenticate: down } }],
    [
      'a fail call that fails',
      500,
      { endpoint: { authenticate: () => null }, alter: () => ({ tokenFail: down }) },
    ],
    ['an issue call that fails', 500, { alter: () => ({ tokenIssue: down }) }],
  ])('are headers of the answer for %s', async (_what, status, options) => {
    const { app } = await startWith(options);
    const answer = await supertest(app).post('/token').type('form').send(passwordGrant());
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(HEADERS);
  });

  it('are no headers if they are null or empty', async () => {
    const nothing = { dpopNonce: null, attestationChallenge: '' };
    const reply = { action: 'OK', responseContent: '{}', ...nothing };
    const server = await startEndpoint({ express, reply });
    const answer = await sendRaw(server.url);
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('dpop-nonce');
    expect(answer.headers).not.toHaveProperty('oauth-client-attestation-challenge');
  });

  it('have the grant failed if no header can carry one', async () => {
    const { emulator, send, closings, outcomes } = await startWith(
      {},
      { dpopNonce: 'a\r\nSet-Cookie: b' },
    );
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(outcomes).toMatchObject([
      { outcome: 'error', error: { code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token' } },
    ]);
    await new Promise(setImmediate);
    expect(emulator.openTickets()).toBe(0);
    expect(closings()).toEqual(['UNKNOWN']);
  });
});
