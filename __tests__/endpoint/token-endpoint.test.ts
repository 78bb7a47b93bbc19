import supertest from 'supertest';
import {
  AuthleteApiError,
  CallbackError,
  tokenEndpoint,
  type TokenOutcome,
  type TokenResponse,
} from 'express-authlete-token-fail';
import { STRANGERS } from '../support/errors/strangers';
import { passwordGrant, PUBLIC_CLIENT } from '../support/servers/emulator';
import { SERVER_ERROR, TOKEN_HEADERS } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { closedPort } from '../support/servers/listen';
import { clientAt, emulatorAndClient, tokenServerOf } from '../support/servers/token-server';
import { startJsonUpstream, startUpstream } from '../support/servers/upstream';

describe.each(EXPRESS_VERSIONS)('tokenEndpoint on $version', ({ express }) => {
  const send = (app: Parameters<typeof supertest>[0], changes: Record<string, string> = {}) =>
    supertest(app).post('/token').type('form').send(passwordGrant(changes));

  describe('by itself', () => {
    /** An app that has nothing else, as the README shows it. */
    async function start() {
      const { emulator, client } = await emulatorAndClient();
      const authenticate = (_username: string, password: string): string | null =>
        password === 'open-sesame' ? 'john-1' : null;
      const app = express();
      app.post('/token', tokenEndpoint({ client, authenticate }));
      return { emulator, app };
    }

    it('answers the right password with a token', async () => {
      const { emulator, app } = await start();
      const answer = await send(app);
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.body).toMatchObject({ token_type: 'Bearer' });
      expect(emulator.openTickets()).toBe(0);
    });

    it('answers a wrong password with 400, and leaves no ticket open', async () => {
      const { emulator, app } = await start();
      const answer = await send(app, { password: 'wrong' });
      expect(answer.status).toBe(400);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.body).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringContaining('[A067301]') as string,
      });
      expect(emulator.openTickets()).toBe(0);
      expect(emulator.journal.calls({ api: '/auth/token/fail' })).toMatchObject([
        { reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', action: 'BAD_REQUEST' },
      ]);
    });
  });

  describe('answers 500 server_error', () => {
    const invalid = (reply: unknown) => async () => ({
      ...clientAt(await closedPort()),
      token: () => Promise.resolve(reply as TokenResponse),
    });

    it.each([
      [
        'Authlete is unreachable',
        async () => clientAt(await closedPort()),
        { code: 'ERR_ATF_UNREACHABLE' },
      ],
      [
        'Authlete is slow',
        async () => clientAt((await startUpstream(() => undefined)).url, { timeout: 50 }),
        { code: 'ERR_ATF_TIMEOUT' },
      ],
      [
        'Authlete answers nonsense',
        async () => clientAt((await startUpstream((res) => res.end('<html>'))).url),
        { code: 'ERR_ATF_RESPONSE_INVALID' },
      ],
      [
        'Authlete answers 401',
        async () => clientAt((await startUpstream((res) => res.writeHead(401).end())).url),
        { code: 'ERR_ATF_HTTP_STATUS', status: 401 },
      ],
      [
        "a client of the app's own returns an unknown action",
        invalid({ action: 'DANCE' }),
        { code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token' },
      ],
      [
        "a client of the app's own returns nothing",
        invalid(undefined),
        { code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token' },
      ],
      [
        "a client of the app's own returns null",
        invalid(null),
        { code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token' },
      ],
    ])('when %s, and the outcome has the cause', async (_what, createClient, error) => {
      const outcomes: TokenOutcome[] = [];
      const app = tokenServerOf({
        client: await createClient(),
        express,
        endpoint: { onOutcome: (outcome) => outcomes.push(outcome) },
      });
      const answer = await send(app);
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.body).toEqual(SERVER_ERROR);
      expect(outcomes).toMatchObject([{ outcome: 'error', status: 500, error }]);
      expect(outcomes[0]?.error).toBeInstanceOf(AuthleteApiError);
    });

    it.each(STRANGERS)("when a client of the app's own throws %s", async (_what, thrown) => {
      const outcomes: TokenOutcome[] = [];
      const client = {
        ...clientAt(await closedPort()),
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        token: () => Promise.reject(thrown),
      };
      const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
      const answer = await send(tokenServerOf({ client, express, endpoint: { onOutcome } }));
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.body).toEqual(SERVER_ERROR);
      expect(outcomes).toMatchObject([
        { outcome: 'error', error: { code: 'ERR_ATF_CALLBACK_THREW', message: 'client threw' } },
      ]);
      expect(outcomes[0]?.error).toBeInstanceOf(CallbackError);
    });

    it("and the outcome has what a client of the app's own throws", async () => {
      const outcomes: TokenOutcome[] = [];
      const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
      const down = new Error('down');
      const client = { ...clientAt(await closedPort()), token: () => Promise.reject(down) };
      await send(tokenServerOf({ client, express, endpoint: { onOutcome } })).expect(500);
      expect(outcomes[0]?.error?.cause).toBe(down);
    });

    it('with a Retry-After header when Authlete throttles calls', async () => {
      const upstream = await startUpstream((res) => {
        res.writeHead(429, { 'RateLimit-Reset': '30' }).end();
      });
      const outcomes: TokenOutcome[] = [];
      const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
      const client = clientAt(upstream.url);
      const answer = await send(tokenServerOf({ client, express, endpoint: { onOutcome } }));
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject({ ...TOKEN_HEADERS, 'retry-after': '30' });
      expect(outcomes).toMatchObject([
        { outcome: 'error', error: { code: 'ERR_ATF_THROTTLED', retryAfter: 30 } },
      ]);
    });

    it.each(['/auth/token/issue', '/auth/token/fail'])(
      'with a Retry-After header when Authlete throttles calls of %s',
      async (api) => {
        const opened = {
          action: 'PASSWORD',
          ticket: 'ticket',
          username: 'john',
          password: api.endsWith('issue') ? 'open-sesame' : 'wrong',
        };
        const upstream = await startUpstream((res) => {
          if (!res.req.url?.endsWith(api)) res.end(JSON.stringify(opened));
          else res.writeHead(429, { 'Retry-After': '30' }).end();
        });
        const client = clientAt(upstream.url);
        const onOutcome = () => undefined;
        const answer = await send(tokenServerOf({ client, express, endpoint: { onOutcome } }));
        expect(answer.status).toBe(500);
        expect(answer.headers).toMatchObject({ ...TOKEN_HEADERS, 'retry-after': '30' });
      },
    );
  });

  it('creates its client from the environment, as tokenFail does', async () => {
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
