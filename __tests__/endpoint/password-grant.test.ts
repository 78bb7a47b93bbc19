import { once } from 'node:events';
import { request as httpRequest, type RequestListener } from 'node:http';
import supertest from 'supertest';
import {
  type Authenticate,
  type AuthenticateContext,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { passwordGrant, PUBLIC_CLIENT } from './support/emulator';
import { EXPRESS_VERSIONS } from './support/hosts';
import { PASSWORD, TICKET } from './support/secrets';
import { serve } from './support/servers';
import { emulatorAndClient, tokenServerOf } from './support/token-server';
import { until } from './support/until';

const never = new Promise<never>(() => undefined);

describe.each(EXPRESS_VERSIONS)('the password grant on $version', ({ express }) => {
  /** A token server on the emulator, and what its hooks were told. */
  async function start(endpoint: Parameters<typeof tokenServerOf>[0]['endpoint'] = {}) {
    const { emulator, client } = await emulatorAndClient();
    const errors: unknown[] = [];
    const events: unknown[] = [];
    const app = tokenServerOf({
      client,
      express,
      endpoint,
      fail: {
        onError: (error) => errors.push(error),
        onFail: ({ reason, status }) => events.push([reason, status]),
      },
    });
    const send = (changes?: Record<string, string>) =>
      supertest(app).post('/token').type('form').send(passwordGrant(changes));
    const closed = () =>
      emulator.journal
        .calls()
        .filter(({ api }) => api !== '/auth/token')
        .map(({ api, reason }) => reason ?? api);
    return { emulator, app, send, errors, events, closed };
  }

  it('issues an access token for a subject', async () => {
    const { emulator, send, closed, errors } = await start();
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(closed()).toEqual(['/auth/token/issue']);
    expect(emulator.openTickets()).toBe(0);
    expect(errors).toEqual([]);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a promise of null', Promise.resolve(null)],
  ])('fails with INVALID_RESOURCE_OWNER_CREDENTIALS for %s', async (_what, subject) => {
    const { emulator, send, closed, errors, events } = await start({ authenticate: () => subject });
    const answer = await send();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_request' });
    expect(closed()).toEqual(['INVALID_RESOURCE_OWNER_CREDENTIALS']);
    expect(events).toEqual([['INVALID_RESOURCE_OWNER_CREDENTIALS', 400]]);
    expect(errors).toEqual([]);
    expect(emulator.openTickets()).toBe(0);
  });

  it('answers an unknown user exactly as it does a wrong password', async () => {
    const { send } = await start();
    const seen = ({ status, headers, text }: supertest.Response) => {
      const { date, ...rest } = headers as Record<string, string>;
      return { status, headers: rest, text };
    };
    const wrongPassword = seen(await send({ password: 'wrong' }));
    expect(seen(await send({ username: 'nobody' }))).toEqual(wrongPassword);
    expect(wrongPassword.status).toBe(400);
  });

  it('gives authenticate the credentials and what it may need besides', async () => {
    const authenticate = jest.fn<null, Parameters<Authenticate>>(() => null);
    const { emulator, send } = await start({ authenticate });
    await send({ username: 'jöhn', password: 'p w&+%', scope: 'read write' });
    expect(authenticate.mock.calls).toEqual([['jöhn', 'p w&+%', expect.anything()]]);
    const [, , context] = authenticate.mock.calls[0] ?? [];
    if (!context) throw new Error('authenticate was not called');
    expect(context.clientId).toBe(Number(PUBLIC_CLIENT));
    expect(context.scopes).toEqual(['read', 'write']);
    expect(context.req.path).toBe('/token');
    expect(context.signal.aborted).toBe(false);
    expect(emulator.journal.calls({ ticket: context.ticket })).toHaveLength(2);
  });

  it('gives it no scopes where the client application asks for none', async () => {
    const authenticate = jest.fn<null, Parameters<Authenticate>>(() => null);
    const { send } = await start({ authenticate });
    await send();
    expect(authenticate.mock.calls[0]?.[2].scopes).toEqual([]);
  });

  it('keeps the reason and headers of a TokenRequestError, and closes its own ticket', async () => {
    const { emulator, send, closed, errors } = await start({
      authenticate: () => {
        throw new InvalidTargetError(TICKET, { headers: { 'X-Reason': 'target' } });
      },
    });
    const answer = await send();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_target' });
    expect(answer.headers['x-reason']).toBe('target');
    expect(closed()).toEqual(['INVALID_TARGET']);
    expect(emulator.openTickets()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("turns a host's own error into a failed grant where mapError says so", async () => {
    const locked = new Error('account locked');
    const { send, closed, errors } = await start({
      authenticate: (_username, _password, { ticket }) => {
        throw Object.assign(locked, { ticket });
      },
      mapError: (error) =>
        error === locked ? new TokenRequestError(TICKET, 'UNAUTHORIZED_CLIENT') : null,
    });
    expect((await send()).body).toMatchObject({ error: 'unauthorized_client' });
    expect(closed()).toEqual(['UNAUTHORIZED_CLIENT']);
    expect(errors).toEqual([]);
  });

  const broken = new Error('database');

  it.each<[string, Authenticate, unknown]>([
    [
      'that throws',
      () => {
        throw broken;
      },
      broken,
    ],
    ['that rejects', () => Promise.reject(broken), broken],
    [
      'that throws undefined',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw undefined;
      },
      undefined,
    ],
    ['that hangs', () => never, expect.objectContaining({ code: 'ERR_ATF_HOST_TIMEOUT' })],
    ...[42, '', false, true, { subject: 'john-1' }, ['john-1']].map(
      (nonsense): [string, Authenticate, unknown] => [
        `that gives ${JSON.stringify(nonsense)}`,
        () => nonsense as string,
        expect.objectContaining({ code: 'ERR_ATF_HOST_RESULT' }),
      ],
    ),
  ])('fails with UNKNOWN for an authenticate %s', async (_what, authenticate, problem) => {
    const { emulator, send, closed, errors, events } = await start({
      authenticate,
      authenticateTimeout: 50,
    });
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(closed()).toEqual(['UNKNOWN']);
    expect(events).toEqual([['UNKNOWN', 500]]);
    expect(errors).toEqual([problem]);
    expect(emulator.openTickets()).toBe(0);
  });

  it('aborts the signal of an authenticate that hangs', async () => {
    let context: AuthenticateContext | undefined;
    const { send } = await start({
      authenticateTimeout: 20,
      authenticate: (_username, _password, given) => {
        context = given;
        return never;
      },
    });
    await send();
    expect(context?.signal.aborted).toBe(true);
  });

  it('does not show the password in what it tells of nonsense', async () => {
    const { send, errors } = await start({
      authenticate: (_username, password) => [password] as never,
    });
    await send({ password: PASSWORD });
    expect(errors).toHaveLength(1);
    expect((errors[0] as Error).message).not.toContain(PASSWORD);
  });

  it.each([
    ['a list', [{ key: 'origin', value: 'ropc', hidden: true }]],
    ['a function', () => Promise.resolve([{ key: 'origin', value: 'ropc', hidden: true }])],
  ])('issues with the properties of %s', async (_what, properties) => {
    const { emulator, client } = await emulatorAndClient();
    const tokenIssue = jest.fn(client.tokenIssue);
    const app = tokenServerOf({
      client: { ...client, tokenIssue },
      express,
      endpoint: { properties },
    });
    await supertest(app).post('/token').type('form').send(passwordGrant()).expect(200);
    expect(tokenIssue.mock.calls[0]?.[0]).toMatchObject({
      subject: 'john-1',
      properties: [{ key: 'origin', value: 'ropc', hidden: true }],
    });
    expect(emulator.openTickets()).toBe(0);
  });

  it('gives a properties function the subject and the context', async () => {
    const properties = jest.fn(() => undefined);
    const { send } = await start({ properties });
    await send({ scope: 'read' }).expect(200);
    expect(properties).toHaveBeenCalledWith(
      'john-1',
      expect.objectContaining({ scopes: ['read'] }),
    );
  });

  it.each([
    ['throws', () => Promise.reject(broken), broken],
    ['hangs', () => never, expect.objectContaining({ code: 'ERR_ATF_HOST_TIMEOUT' })],
    [
      'gives nonsense',
      () => [{ key: 1 }] as never,
      expect.objectContaining({ code: 'ERR_ATF_REQUEST_INVALID' }),
    ],
  ])('fails with UNKNOWN when properties %s', async (_what, properties, problem: unknown) => {
    const { emulator, send, closed, errors } = await start({ properties, authenticateTimeout: 50 });
    expect((await send()).status).toBe(500);
    expect(closed()).toEqual(['UNKNOWN']);
    expect(errors).toEqual([problem]);
    expect(emulator.openTickets()).toBe(0);
  });

  it('fails the ticket when it cannot be issued on', async () => {
    const { emulator, client } = await emulatorAndClient();
    const errors: unknown[] = [];
    const lost = Object.assign(new Error('lost'), { code: 'ERR_ATF_CONNECTION_LOST' });
    const app = tokenServerOf({
      client: { ...client, tokenIssue: () => Promise.reject(lost) },
      express,
      fail: { onError: (error) => errors.push(error) },
    });
    const answer = await supertest(app).post('/token').type('form').send(passwordGrant());
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(errors).toEqual([lost]);
    expect(emulator.journal.calls({ api: '/auth/token/fail' })).toMatchObject([
      { reason: 'UNKNOWN' },
    ]);
    expect(emulator.openTickets()).toBe(0);
  });

  it('answers 500 as Authlete says when it does not issue', async () => {
    const { client } = await emulatorAndClient();
    const responseContent = '{"error":"server_error","error_description":"[A054xxx]"}';
    const app = tokenServerOf({
      client: {
        ...client,
        tokenIssue: () => Promise.resolve({ action: 'INTERNAL_SERVER_ERROR', responseContent }),
      },
      express,
    });
    const answer = await supertest(app).post('/token').type('form').send(passwordGrant());
    expect(answer.status).toBe(500);
    expect(answer.text).toBe(responseContent);
  });

  describe('of a client application that goes away', () => {
    /** Sends a grant and hangs up at that moment. */
    async function hangUp(app: RequestListener, whenCalled: Promise<unknown>) {
      const url = await serve(app);
      const request = httpRequest(`${url}/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      request.on('error', () => undefined);
      request.end(passwordGrant());
      await whenCalled;
      const hungUp = new Promise((resolve) => request.once('close', resolve));
      request.destroy();
      await hungUp;
    }

    it.each([
      ['an authenticate that would let it in', () => 'john-1'],
      ['an authenticate that never settles', () => never],
    ])('closes the ticket and issues nothing with %s', async (_what, settle) => {
      let called: () => void = () => undefined;
      const whenCalled = new Promise<void>((resolve) => (called = resolve));
      let context: AuthenticateContext | undefined;
      const authenticate: Authenticate = async (_username, _password, given) => {
        context = given;
        called();
        await once(given.signal, 'abort');
        return settle();
      };
      const { emulator, app, closed, errors } = await start({ authenticate });
      await hangUp(app as RequestListener, whenCalled);
      await until(() => emulator.openTickets() === 0);
      expect(context?.signal.aborted).toBe(true);
      expect(closed()).toEqual(['UNKNOWN']);
      expect(errors).toEqual([]);
    });

    it('does not even call authenticate when it has gone before', async () => {
      const { emulator, client } = await emulatorAndClient();
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let asked: () => void = () => undefined;
      const whenAsked = new Promise<void>((resolve) => (asked = resolve));
      const authenticate = jest.fn(() => 'john-1');
      let gone: () => void = () => undefined;
      const whenGone = new Promise<void>((resolve) => (gone = resolve));
      const app = tokenServerOf({
        client: {
          ...client,
          token: async (request) => {
            const reply = await client.token(request);
            asked();
            await held;
            return reply;
          },
        },
        express,
        endpoint: { authenticate },
      });
      await hangUp((req, res) => {
        res.once('close', gone);
        (app as RequestListener)(req, res);
      }, whenAsked);
      await whenGone;
      release();
      await until(() => emulator.openTickets() === 0);
      expect(authenticate).not.toHaveBeenCalled();
      expect(emulator.journal.calls({ api: '/auth/token/issue' })).toEqual([]);
      expect(emulator.journal.calls({ api: '/auth/token/fail' })).toMatchObject([
        { reason: 'UNKNOWN' },
      ]);
    });
  });
});
