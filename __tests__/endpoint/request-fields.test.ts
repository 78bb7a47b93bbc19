import type {
  EndpointOptions,
  IssueRequestFields,
  TokenIssueRequest,
  TokenRequest,
  TokenRequestFields,
} from 'express-authlete-token-fail';
import { passwordGrant } from '../support/servers/emulator';
import { errorOf, sendRaw, startEndpoint, tokenRequestsOf } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { tokenServerOnEmulator } from '../support/servers/token-server';

const never = new Promise<never>(() => undefined);

const broken = new Error('vault is sealed');

/** What a function for further fields should not do, and the error that comes of it. */
const MISBEHAVIOURS: [string, (name: string) => unknown, (name: string) => object][] = [
  [
    'throws',
    () => {
      throw broken;
    },
    (name) => ({ code: 'ERR_ATF_CALLBACK_THREW', message: `${name} threw`, cause: broken }),
  ],
  [
    'rejects',
    () => Promise.reject(broken),
    (name) => ({ code: 'ERR_ATF_CALLBACK_THREW', message: `${name} threw`, cause: broken }),
  ],
  [
    'hangs',
    () => never,
    (name) => ({
      code: 'ERR_ATF_CALLBACK_TIMEOUT',
      message: `${name} did not settle within 50 ms`,
    }),
  ],
  [
    'returns an object whose getter throws',
    () => ({
      get properties() {
        throw broken;
      },
    }),
    (name) => ({ code: 'ERR_ATF_CALLBACK_THREW', callback: name, cause: broken }),
  ],
  ...(
    [
      ['a string', '{}', 'must return an object; it returned a string'],
      ['an array', [], 'must return an object; it returned an array'],
      ['false', false, 'must return an object; it returned a boolean'],
      [
        'a field of a wrong name',
        { ticket: 'x' },
        'returned "ticket"; it may return accessToken, ',
      ],
      [
        'a field of a wrong type',
        { accessTokenDuration: '60' },
        'returned invalid fields: accessTokenDuration must be integer',
      ],
      [
        'a property of a wrong type',
        { properties: [{ key: 'a', value: 1 }] },
        'returned invalid fields: properties/0/value must be string',
      ],
    ] as const
  ).flatMap(([what, returned, problem]): typeof MISBEHAVIOURS => [
    [
      `returns ${what}`,
      () => returned,
      (name) => ({
        code: 'ERR_ATF_CALLBACK_RESULT',
        message: expect.stringContaining(`${name} ${problem}`) as string,
      }),
    ],
    [
      `returns a promise of ${what}`,
      () => Promise.resolve(returned),
      (name) => ({ code: 'ERR_ATF_CALLBACK_RESULT', callback: name }),
    ],
  ]),
];

const FIELDS = {
  properties: [{ key: 'origin', value: 'ropc', hidden: true }],
  accessTokenDuration: 60,
  refreshTokenDuration: 3600,
  jwtAtClaims: '{"tenant":"a"}',
};

describe.each(EXPRESS_VERSIONS)('tokenRequest on $version', ({ express }) => {
  const start = (tokenRequest: EndpointOptions['tokenRequest']) =>
    startEndpoint({ express, endpoint: { tokenRequest, authenticateTimeout: 50 } });

  const fields: TokenRequestFields = { ...FIELDS, dpopNonceRequired: true };

  it.each<[string, EndpointOptions['tokenRequest']]>([
    ['an object', fields],
    ['a function', () => fields],
    ['an async function', () => Promise.resolve(fields)],
  ])('of %s is sent to /auth/token', async (_what, tokenRequest) => {
    const server = await start(tokenRequest);
    expect((await sendRaw(server.url, { body: 'a=b' })).status).toBe(200);
    expect(tokenRequestsOf(server)).toEqual([{ ...fields, parameters: 'a=b' }]);
  });

  it.each<[string, EndpointOptions['tokenRequest']]>([
    ['undefined', () => undefined],
    ['a promise of undefined', () => Promise.resolve(undefined)],
    ['null', () => null as never],
    ['an empty object', () => ({})],
  ])('may be a function that returns %s', async (_what, tokenRequest) => {
    const server = await start(tokenRequest);
    expect((await sendRaw(server.url, { body: 'a=b' })).status).toBe(200);
    expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
  });

  it('is called with the request, whose body was read', async () => {
    const server = await start((req) => ({
      properties: [{ key: 'tenant', value: String(req.get('X-Tenant')) + String(req.body) }],
    }));
    await sendRaw(server.url, { headers: { 'X-Tenant': 'tenant-1:' }, body: 'a=b' });
    expect(tokenRequestsOf(server)).toEqual([
      { properties: [{ key: 'tenant', value: 'tenant-1:a=b' }], parameters: 'a=b' },
    ]);
  });

  it('cannot replace what the endpoint sends', async () => {
    const tokenRequest = () => ({ parameters: 'evil=1' }) as TokenRequestFields;
    const server = await start(tokenRequest);
    expect(errorOf(await sendRaw(server.url, { body: 'a=b' }))).toEqual([500, 'server_error']);
    expect(server.upstream.requests).toEqual([]);
  });

  it.each(MISBEHAVIOURS)('that %s is a 500 without a call', async (_what, misbehave, error) => {
    const server = await start(misbehave as () => TokenRequestFields);
    expect(errorOf(await sendRaw(server.url, { body: 'a=b' }))).toEqual([500, 'server_error']);
    expect(server.outcomes).toMatchObject([
      { outcome: 'error', status: 500, error: error('tokenRequest') },
    ]);
    expect(server.upstream.requests).toEqual([]);
    expect(server.passedOn).toEqual([]);
  });

  it('is not called for a request that is rejected', async () => {
    const tokenRequest = jest.fn(() => undefined);
    const server = await start(tokenRequest);
    await sendRaw(server.url, { headers: { 'Content-Type': 'text/plain' } });
    expect(tokenRequest).not.toHaveBeenCalled();
  });
});

describe.each(EXPRESS_VERSIONS)('issueRequest on $version', ({ express }) => {
  /** A token server that keeps what is sent to `/auth/token/issue`. */
  async function start(issueRequest: EndpointOptions['issueRequest']) {
    const requests: TokenIssueRequest[] = [];
    const tokenRequests: TokenRequest[] = [];
    const server = await tokenServerOnEmulator({
      express,
      alter: ({ token, tokenIssue }) => ({
        token: (request) => {
          tokenRequests.push(request);
          return token(request);
        },
        tokenIssue: (request) => {
          requests.push(request);
          return tokenIssue(request);
        },
      }),
      endpoint: { issueRequest, authenticateTimeout: 50 },
    });
    return { ...server, requests, tokenRequests };
  }

  const fields: IssueRequestFields = { ...FIELDS, accessToken: 'an-access-token-of-the-app' };

  it.each<[string, EndpointOptions['issueRequest']]>([
    ['an object', fields],
    ['a function', () => fields],
    ['an async function', () => Promise.resolve(fields)],
  ])('of %s is sent to /auth/token/issue', async (_what, issueRequest) => {
    const { emulator, send, requests, tokenRequests } = await start(issueRequest);
    await send().expect(200);
    expect(requests).toEqual([
      { ...fields, subject: 'john-1', ticket: expect.any(String) as string },
    ]);
    expect(tokenRequests).toEqual([{ parameters: passwordGrant() }]);
    expect(emulator.openTickets()).toBe(0);
  });

  it.each<[string, EndpointOptions['issueRequest']]>([
    ['undefined', () => undefined],
    ['null', () => null as never],
    ['an empty object', () => ({})],
  ])('may be a function that returns %s', async (_what, issueRequest) => {
    const { send, requests } = await start(issueRequest);
    await send().expect(200);
    expect(requests).toEqual([{ subject: 'john-1', ticket: expect.any(String) as string }]);
  });

  it('is called with the subject and the context of authenticate', async () => {
    const issueRequest = jest.fn(() => undefined);
    const { send } = await start(issueRequest);
    await send({ scope: 'read' }).expect(200);
    expect(issueRequest.mock.calls).toEqual([
      [
        'john-1',
        expect.objectContaining({
          scopes: ['read'],
          ticket: expect.any(String) as string,
          signal: expect.any(AbortSignal) as AbortSignal,
          req: expect.objectContaining({ method: 'POST' }) as unknown,
        }),
      ],
    ]);
  });

  it('cannot replace what the endpoint sends', async () => {
    const issueRequest = () => ({ subject: 'jane-1' }) as IssueRequestFields;
    const { send, closings, requests } = await start(issueRequest);
    expect((await send()).status).toBe(500);
    expect(requests).toEqual([]);
    expect(closings()).toEqual(['UNKNOWN']);
  });

  it.each(MISBEHAVIOURS)('that %s has the ticket failed', async (_what, misbehave, error) => {
    const { emulator, send, closings, outcomes, requests, passedOn } = await start(
      misbehave as () => IssueRequestFields,
    );
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(closings()).toEqual(['UNKNOWN']);
    expect(outcomes).toMatchObject([
      { outcome: 'error', reason: 'UNKNOWN', status: 500, error: error('issueRequest') },
    ]);
    expect(emulator.openTickets()).toBe(0);
    expect([requests, passedOn]).toEqual([[], []]);
  });

  it('is not called for a wrong password', async () => {
    const issueRequest = jest.fn(() => undefined);
    const { send } = await start(issueRequest);
    await send({ password: 'wrong' }).expect(400);
    expect(issueRequest).not.toHaveBeenCalled();
  });
});
