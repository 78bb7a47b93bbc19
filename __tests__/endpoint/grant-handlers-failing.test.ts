import type {
  CallbackContext,
  CallbackError,
  TokenAnswer,
  TokenHandlers,
  TokenResponse,
} from 'express-authlete-token-fail';
import {
  type EndpointServerOptions,
  errorOf,
  sendRaw,
  SERVER_ERROR,
  startEndpoint,
  TOKEN_HEADERS,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { until } from '../support/until';

const never = new Promise<never>(() => undefined);

type Handler = (response: TokenResponse, context: CallbackContext) => unknown;

describe.each(EXPRESS_VERSIONS)('handlers on $version', ({ express }) => {
  /** An endpoint whose `/auth/token` replies with an action that this handler decides. */
  const start = (tokenExchange: Handler, endpoint: EndpointServerOptions['endpoint'] = {}) =>
    startEndpoint({
      express,
      reply: { action: 'TOKEN_EXCHANGE' },
      endpoint: { ...endpoint, handlers: { tokenExchange } as TokenHandlers },
    });

  it.each<[string, keyof TokenHandlers]>([
    ['TOKEN_EXCHANGE', 'tokenExchange'],
    ['JWT_BEARER', 'jwtBearer'],
    ['NATIVE_SSO', 'nativeSso'],
    ['ID_TOKEN_REISSUABLE', 'idTokenReissuable'],
  ])('for %s that return nothing are a server error', async (action, name) => {
    const server = await startEndpoint({
      express,
      reply: { action, responseContent: '{}' },
      endpoint: { handlers: { [name]: () => undefined } },
    });
    expect(errorOf(await sendRaw(server.url))).toEqual([500, 'server_error']);
    expect(server.errors).toMatchObject([
      { code: 'ERR_ATF_CALLBACK_RESULT', callback: `handlers.${name}` },
    ]);
    expect(String(server.errors[0])).toContain(`handlers.${name} must return { status?`);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a string', '{}'],
    ['a number', 200],
    ['an object without content', {}],
    ['a content that is an object', { responseContent: {} }],
    ['a content of bytes', { responseContent: Buffer.from('{}') }],
    ['a content that is null', { responseContent: null }],
    ['a status below 200', { status: 99, responseContent: '{}' }],
    ['an interim status', { status: 199, responseContent: '{}' }],
    ['a status above 599', { status: 600, responseContent: '{}' }],
    ['a status that is not whole', { status: 200.5, responseContent: '{}' }],
    ['a status of NaN', { status: NaN, responseContent: '{}' }],
    ['a status that is a string', { status: '200', responseContent: '{}' }],
    ['a status that is null', { status: null, responseContent: '{}' }],
    ['headers that are null', { responseContent: '{}', headers: null }],
    ['headers that are a string', { responseContent: '{}', headers: 'X-A: b' }],
    ['headers that are an array', { responseContent: '{}', headers: [['X-A', 'b']] }],
    ['headers that are a Map', { responseContent: '{}', headers: new Map([['X-A', 'b']]) }],
    ['a header with a line break', { responseContent: '{}', headers: { 'X-A': 'b\r\nX-C: d' } }],
    ['a header whose name has a space', { responseContent: '{}', headers: { 'X A': 'b' } }],
    ['a header that is a number', { responseContent: '{}', headers: { 'Retry-After': 7 } }],
    ['a header that frames', { responseContent: '{}', headers: { 'Transfer-Encoding': 'gzip' } }],
    ['a promise of nonsense', Promise.resolve(7)],
  ])('that return %s are a server error', async (_what, returned) => {
    const server = await start(() => returned);
    const answer = await sendRaw(server.url);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.headers).not.toHaveProperty('x-a');
    expect(server.outcomes).toMatchObject([{ outcome: 'error', status: 500 }]);
    expect(server.errors).toMatchObject([
      { name: 'CallbackError', code: 'ERR_ATF_CALLBACK_RESULT' },
    ]);
    expect(server.passedOn).toEqual([]);
  });

  it('that return something whose getter throws are a server error', async () => {
    const server = await start(() => ({
      get responseContent(): string {
        throw new Error('not yet');
      },
    }));
    const answer = await sendRaw(server.url);
    expect([answer.status, server.passedOn]).toEqual([500, []]);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(server.errors).toMatchObject([{ code: 'ERR_ATF_CALLBACK_RESULT' }]);
  });

  const REASONS: [string, unknown][] = [
    ['an Error', new Error('vault is sealed')],
    ['a string', 'vault is sealed'],
    ['null', null],
    ['undefined', undefined],
    ['a frozen object', Object.freeze({ status: 404 })],
  ];

  it.each<[string, unknown, Handler]>(
    REASONS.flatMap(([what, reason]): [string, unknown, Handler][] => [
      [
        `throw ${what}`,
        reason,
        () => {
          throw reason;
        },
      ],
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      [`reject with ${what}`, reason, () => Promise.reject(reason)],
    ]),
  )('that %s are a server error with that as its cause', async (_what, reason, handler) => {
    const server = await start(handler);
    const answer = await sendRaw(server.url);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(server.errors).toMatchObject([
      {
        name: 'CallbackError',
        code: 'ERR_ATF_CALLBACK_THREW',
        message: 'handlers.tokenExchange threw',
        callback: 'handlers.tokenExchange',
      },
    ]);
    expect((server.errors[0] as CallbackError).cause).toBe(reason);
    expect(server.passedOn).toEqual([]);
  });

  it('that hang are a server error, and their signal aborts', async () => {
    let signal: AbortSignal | undefined;
    const server = await start(
      (_response, context) => {
        ({ signal } = context);
        return never;
      },
      { authenticateTimeout: 20 },
    );
    expect(errorOf(await sendRaw(server.url))).toEqual([500, 'server_error']);
    expect(signal?.aborted).toBe(true);
    expect(server.errors).toMatchObject([
      {
        name: 'CallbackError',
        code: 'ERR_ATF_CALLBACK_TIMEOUT',
        message: 'handlers.tokenExchange did not settle within 20 ms',
      },
    ]);
  });

  it.each<[string, (settle: (answer: TokenAnswer) => void, fail: (error: Error) => void) => void]>([
    ['return', (settle) => settle({ responseContent: 'late' })],
    ['reject', (_settle, fail) => fail(new Error('late'))],
  ])('that %s after their time change nothing', async (_what, end) => {
    let settle: (answer: TokenAnswer) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const server = await start(
      () =>
        new Promise<TokenAnswer>((resolve, reject) => {
          settle = resolve;
          fail = reject;
        }),
      { authenticateTimeout: 20 },
    );
    expect((await sendRaw(server.url)).status).toBe(500);
    end(settle, fail);
    // Jest fails a test that leaves a rejection unhandled.
    await new Promise(setImmediate);
    expect([server.outcomes.length, server.passedOn]).toEqual([1, []]);
  });

  it('have their signal aborted when the client application disconnects', async () => {
    let signal: AbortSignal | undefined;
    const server = await start((_response, context) => {
      ({ signal } = context);
      return never;
    });
    const connection = new AbortController();
    const body = new URLSearchParams('a=b');
    const answer = fetch(server.url, { method: 'POST', body, signal: connection.signal });
    const failed = expect(answer).rejects.toThrow();
    await until(() => signal !== undefined);
    expect(signal?.aborted).toBe(false);
    connection.abort();
    await failed;
    await until(() => signal?.aborted === true);
    await until(() => server.outcomes.length > 0);
    // A client application that disconnects is no failure of the server's.
    expect(server.outcomes).toEqual([
      { outcome: 'aborted', duration: expect.any(Number) as unknown },
    ]);
    expect(server.passedOn).toEqual([]);
  });
});
