import {
  AuthleteApiError,
  type Authenticate,
  type AuthenticateContext,
  CallbackError,
} from 'express-authlete-token-fail';
import { STRANGERS } from '../support/errors/strangers';
import { recordingLogger } from '../support/observe/log';
import { PASSWORD } from '../support/secrets/secrets';
import { PUBLIC_CLIENT } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { type EmulatedServerOptions, tokenServerOnEmulator } from '../support/servers/token-server';

const never = new Promise<never>(() => undefined);

describe.each(EXPRESS_VERSIONS)('the context of authenticate on $version', ({ express }) => {
  /** Has authenticate called for a reply of `/auth/token` with these fields; returns its context. */
  async function contextOf(fields: object, changes: Record<string, string> = {}) {
    const authenticate = jest.fn<null, Parameters<Authenticate>>(() => null);
    const { emulator, send } = await tokenServerOnEmulator({
      express,
      alter: ({ token }) => ({
        token: async (request) => ({ ...(await token(request)), ...fields }),
      }),
      endpoint: { authenticate },
    });
    await send(changes).expect(400);
    const [[username, password, context] = []] = authenticate.mock.calls;
    if (!context) throw new Error('authenticate was not called');
    return { username, password, context, emulator };
  }

  it('comes with the credentials as the client application sent them', async () => {
    const sent = { username: 'jöhn', password: 'p w&+%' };
    const { username, password } = await contextOf({}, sent);
    expect({ username, password }).toEqual(sent);
  });

  it('has the request, a signal, and the ticket', async () => {
    const { context, emulator } = await contextOf({});
    expect(context.req.path).toBe('/token');
    expect(context.signal).toBeInstanceOf(AbortSignal);
    expect(context.signal.aborted).toBe(false);
    expect(emulator.journal.calls({ ticket: context.ticket }).map(({ api }) => api)).toEqual([
      '/auth/token',
      '/auth/token/fail',
    ]);
  });

  it('has the client and the scopes that Authlete named', async () => {
    const { context } = await contextOf({}, { scope: 'read write' });
    expect(context.clientId).toBe(Number(PUBLIC_CLIENT));
    expect(context.scopes).toEqual(['read', 'write']);
  });

  it('has everything else that Authlete said of the request', async () => {
    const said = {
      clientIdAlias: 'my-client',
      resources: ['https://api.example/'],
      authorizationDetails: { elements: [{ type: 'payment' }] },
      clientAttributes: [{ key: 'tier', value: 'gold' }],
      serviceAttributes: [{ key: 'region', value: 'eu' }],
    };
    const { context } = await contextOf(said);
    expect(context).toMatchObject(said);
    expect(Object.keys(context).sort()).toEqual([
      'authorizationDetails',
      'clientAttributes',
      'clientId',
      'clientIdAlias',
      'req',
      'resources',
      'scopes',
      'serviceAttributes',
      'signal',
      'ticket',
    ]);
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
  ])('has empty lists, and no other values, where they are %s', async (_what, value) => {
    const names = [
      ...['clientId', 'clientIdAlias', 'authorizationDetails'],
      ...['scopes', 'resources', 'clientAttributes', 'serviceAttributes'],
    ];
    const { context } = await contextOf(Object.fromEntries(names.map((name) => [name, value])));
    expect(context).toMatchObject({
      clientId: undefined,
      clientIdAlias: undefined,
      authorizationDetails: undefined,
      scopes: [],
      resources: [],
      clientAttributes: [],
      serviceAttributes: [],
    });
  });

  it('has an empty list where Authlete sent something else', async () => {
    const { context } = await contextOf({ scopes: 'read', resources: {}, clientAttributes: 7 });
    expect(context).toMatchObject({ scopes: [], resources: [], clientAttributes: [] });
  });
});

describe.each(EXPRESS_VERSIONS)('an authenticate on $version', ({ express }) => {
  const start = (endpoint: NonNullable<EmulatedServerOptions['endpoint']>) =>
    tokenServerOnEmulator({ express, endpoint });

  const broken = new Error('database');

  const THREW = { code: 'ERR_ATF_CALLBACK_THREW', message: 'authenticate threw' };

  it.each<[string, Authenticate, object]>([
    [
      'that throws',
      () => {
        throw broken;
      },
      { ...THREW, cause: broken },
    ],
    ['that rejects', () => Promise.reject(broken), { ...THREW, cause: broken }],
    [
      'that throws undefined',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw undefined;
      },
      { ...THREW, cause: undefined },
    ],
    [
      'that hangs',
      () => never,
      {
        code: 'ERR_ATF_CALLBACK_TIMEOUT',
        message: 'authenticate did not settle within 50 ms',
      },
    ],
    ...(
      [
        [42, 'a number'],
        ['', 'an empty string'],
        [true, 'a boolean'],
        [{ subject: 'john-1' }, 'an object'],
        [['john-1'], 'an array'],
      ] as const
    ).map(([nonsense, described]): [string, Authenticate, object] => [
      `that returns ${JSON.stringify(nonsense)}`,
      () => nonsense as string,
      {
        code: 'ERR_ATF_CALLBACK_RESULT',
        message:
          'authenticate must return a non-empty string, null, undefined or false; it returned ' +
          described,
      },
    ]),
  ])('%s has the grant failed with UNKNOWN', async (_what, authenticate, error) => {
    const { emulator, send, closings, outcomes, passedOn } = await start({
      authenticate,
      authenticateTimeout: 50,
    });
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(closings()).toEqual(['UNKNOWN']);
    expect(outcomes).toMatchObject([{ outcome: 'error', reason: 'UNKNOWN', status: 500, error }]);
    expect(outcomes[0]?.error).toBeInstanceOf(CallbackError);
    expect(passedOn).toEqual([]);
    expect(emulator.openTickets()).toBe(0);
  });

  it.each(STRANGERS)('that throws %s has the grant failed with UNKNOWN', async (_what, thrown) => {
    const { emulator, send, closings, outcomes, passedOn } = await start({
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      authenticate: () => Promise.reject(thrown),
      logger: recordingLogger().logger,
    });
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(closings()).toEqual(['UNKNOWN']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['error']);
    expect(outcomes[0]?.error).toMatchObject(THREW);
    expect([emulator.openTickets(), passedOn.length]).toEqual([0, 0]);
  });

  it('that throws an AuthleteApiError of its own call has that in the outcome', async () => {
    const error = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
    const { send, closings, outcomes } = await start({ authenticate: () => Promise.reject(error) });
    expect((await send()).status).toBe(500);
    expect(closings()).toEqual(['UNKNOWN']);
    expect(outcomes[0]?.error).toBe(error);
  });

  it('that hangs has its signal aborted', async () => {
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

  it('that settles after its time changes nothing', async () => {
    let settle: (subject: string) => void = () => undefined;
    const { send, closings, outcomes } = await start({
      authenticateTimeout: 20,
      authenticate: () => new Promise<string>((resolve) => (settle = resolve)),
    });
    expect((await send()).status).toBe(500);
    settle('john-1');
    await new Promise(setImmediate);
    expect(closings()).toEqual(['UNKNOWN']);
    expect(outcomes).toHaveLength(1);
  });

  it('that returns the password in nonsense does not have it in the message', async () => {
    const { send, outcomes } = await start({
      authenticate: (_username, password) => [password] as never,
    });
    await send({ password: PASSWORD });
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]?.error?.message).not.toContain(PASSWORD);
  });
});
