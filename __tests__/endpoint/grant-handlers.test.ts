import type {
  HostContext,
  TokenAnswer,
  TokenHandlers,
  TokenResponse,
} from 'express-authlete-token-fail';
import {
  errorOf,
  sendRaw,
  SERVER_ERROR,
  startTokenHost,
  TOKEN_HEADERS,
  type TokenHostOptions,
} from './support/endpoint';
import { EXPRESS_VERSIONS } from './support/hosts';
import { until } from './support/until';

/** The actions that leave the answer to the server, and whose handler decides it. */
const ACTIONS: [string, keyof TokenHandlers][] = [
  ['TOKEN_EXCHANGE', 'tokenExchange'],
  ['JWT_BEARER', 'jwtBearer'],
  ['NATIVE_SSO', 'nativeSso'],
  ['ID_TOKEN_REISSUABLE', 'idTokenReissuable'],
];

/** Without a handler, the first three of them are refused. */
const UNDECIDED = ACTIONS.slice(0, 3);

const CONTENT = '{"content":"of Authlete"}';

const never = new Promise<never>(() => undefined);

type Handler = (response: TokenResponse, context: HostContext) => unknown;

describe.each(EXPRESS_VERSIONS)('the handlers on $version', ({ express }) => {
  /** A host whose `/auth/token` replies with this action, and what has a handler for it. */
  const start = (
    action: string,
    handlers: Partial<Record<keyof TokenHandlers, Handler>>,
    endpoint: TokenHostOptions['endpoint'] = {},
  ) =>
    startTokenHost({
      express,
      reply: { action, responseContent: CONTENT, subjectToken: 'a.b.c', scopes: ['read'] },
      endpoint: { ...endpoint, handlers: handlers as TokenHandlers },
    });

  describe('where there is none', () => {
    it.each(UNDECIDED)('leave %s to a 400 unsupported_grant_type', async (action, name) => {
      const others = Object.fromEntries(
        ACTIONS.filter(([, other]) => other !== name).map(([, other]) => [
          other,
          () => ({ responseContent: 'of another handler' }),
        ]),
      );
      const host = await start(action, others);
      const answer = await sendRaw(host.url);
      expect(answer.status).toBe(400);
      expect(answer.text).toBe('{"error":"unsupported_grant_type"}');
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect([host.errors, host.passedOn]).toEqual([[], []]);
    });

    it("leave ID_TOKEN_REISSUABLE to a 200 with Authlete's content", async () => {
      const host = await start('ID_TOKEN_REISSUABLE', {});
      const answer = await sendRaw(host.url);
      expect([answer.status, answer.text]).toEqual([200, CONTENT]);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    });
  });

  describe.each(ACTIONS)('for %s', (action, name) => {
    it('decide status, body and headers of the answer', async () => {
      const responseContent = '{ "mine" : "ünchanged €😀" }\r\n';
      const headers = { 'X-Mine': 'a, b', 'WWW-Authenticate': 'DPoP' };
      const host = await start(action, {
        [name]: () => Promise.resolve({ status: 401, responseContent, headers }),
      });
      const answer = await sendRaw(host.url);
      expect([answer.status, answer.text]).toEqual([401, responseContent]);
      expect(answer.headers).toMatchObject({
        ...TOKEN_HEADERS,
        'content-length': String(Buffer.byteLength(responseContent)),
        'x-mine': 'a, b',
        'www-authenticate': 'DPoP',
      });
      expect([host.errors, host.passedOn]).toEqual([[], []]);
    });

    it('see the reply, the request and a signal', async () => {
      const calls: [TokenResponse, HostContext][] = [];
      const host = await start(action, {
        [name]: (response: TokenResponse, context: HostContext) => {
          calls.push([response, context]);
          return { responseContent: '{}' };
        },
      });
      await sendRaw(host.url, { headers: { 'X-Tenant': 'tenant-1' } });
      expect(calls).toHaveLength(1);
      const [response, context] = calls[0] ?? [];
      expect(response).toEqual({
        action,
        responseContent: CONTENT,
        subjectToken: 'a.b.c',
        scopes: ['read'],
      });
      expect(context?.req.get('X-Tenant')).toBe('tenant-1');
      expect(context?.signal).toBeInstanceOf(AbortSignal);
      expect(context?.signal.aborted).toBe(false);
    });

    it('that throw are a server error', async () => {
      const error = new Error('vault is sealed');
      const host = await start(action, {
        [name]: () => {
          throw error;
        },
      });
      expect(errorOf(await sendRaw(host.url))).toEqual([500, 'server_error']);
      expect(host.errors).toEqual([error]);
      expect(host.errors[0]).toBe(error);
      expect(host.passedOn).toEqual([]);
    });

    it('that give nothing are a server error', async () => {
      const host = await start(action, { [name]: () => undefined });
      expect(errorOf(await sendRaw(host.url))).toEqual([500, 'server_error']);
      expect(host.errors).toMatchObject([{ code: 'ERR_ATF_HOST_RESULT' }]);
      expect(String(host.errors[0])).toContain(`handlers.${name} must give { status?`);
    });
  });

  it.each([
    ['no status, which is to say 200', undefined, 200],
    ['the lowest status', 200, 200],
    ['a status of no name', 299, 299],
    ['the highest status', 599, 599],
  ])('may give %s', async (_what, status, expected) => {
    const host = await start('JWT_BEARER', {
      jwtBearer: () => ({ status, responseContent: '{}', headers: undefined }),
    });
    const answer = await sendRaw(host.url);
    expect([answer.status, answer.text]).toEqual([expected, '{}']);
  });

  it('cannot replace the headers that RFC 6749 demands, nor the length', async () => {
    const host = await start('JWT_BEARER', {
      jwtBearer: () => ({
        responseContent: '{"a":1}',
        headers: {
          'content-type': 'text/html',
          'CACHE-CONTROL': 'public',
          Pragma: 'cache',
          'Content-Length': '3',
        },
      }),
    });
    const answer = await sendRaw(host.url);
    expect(answer.text).toBe('{"a":1}');
    expect(answer.headers).toMatchObject({ ...TOKEN_HEADERS, 'content-length': '7' });
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
  ])('that give %s are a server error', async (_what, answerOfHost) => {
    const host = await start('TOKEN_EXCHANGE', { tokenExchange: () => answerOfHost });
    const answer = await sendRaw(host.url);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.headers).not.toHaveProperty('x-a');
    expect(host.errors).toMatchObject([{ name: 'HostFunctionError', code: 'ERR_ATF_HOST_RESULT' }]);
    expect(host.passedOn).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an Error', new Error('vault is sealed')],
    ['a string', 'vault is sealed'],
    ['null', null],
    ['a frozen object', Object.freeze({ status: 404 })],
  ])('that reject with %s are a server error, and onError sees it', async (_what, reason) => {
    const host = await start('TOKEN_EXCHANGE', {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      tokenExchange: () => Promise.reject(reason),
    });
    const answer = await sendRaw(host.url);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(host.errors).toHaveLength(1);
    expect(host.errors[0]).toBe(reason);
    expect(host.passedOn).toEqual([]);
  });

  it('that give something whose getter throws are a server error', async () => {
    const host = await start('TOKEN_EXCHANGE', {
      tokenExchange: (): TokenAnswer => ({
        get responseContent(): string {
          throw new Error('not yet');
        },
      }),
    });
    const answer = await sendRaw(host.url);
    expect([answer.status, host.passedOn]).toEqual([500, []]);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(host.errors).toHaveLength(1);
  });

  describe('that hang', () => {
    it('are a server error, and their signal aborts', async () => {
      let signal: AbortSignal | undefined;
      const host = await start(
        'NATIVE_SSO',
        {
          nativeSso: (_response: TokenResponse, context: HostContext) => {
            ({ signal } = context);
            return never;
          },
        },
        { authenticateTimeout: 20 },
      );
      expect(errorOf(await sendRaw(host.url))).toEqual([500, 'server_error']);
      expect(signal?.aborted).toBe(true);
      expect(host.errors).toMatchObject([
        { name: 'HostFunctionError', code: 'ERR_ATF_HOST_TIMEOUT' },
      ]);
      expect(String(host.errors[0])).toContain('handlers.nativeSso did not settle within 20 ms');
    });

    it('have no say any more when they settle late', async () => {
      let settle: ((answer: TokenAnswer) => void) | undefined;
      const host = await start(
        'NATIVE_SSO',
        { nativeSso: () => new Promise<TokenAnswer>((resolve) => (settle = resolve)) },
        { authenticateTimeout: 20 },
      );
      expect((await sendRaw(host.url)).status).toBe(500);
      settle?.({ responseContent: 'late' });
      await new Promise(setImmediate);
      expect([host.errors.length, host.passedOn]).toEqual([1, []]);
    });

    it('have their signal aborted when the client application goes away', async () => {
      let signal: AbortSignal | undefined;
      const onError = jest.fn();
      const host = await start(
        'NATIVE_SSO',
        {
          nativeSso: (_response: TokenResponse, context: HostContext) => {
            ({ signal } = context);
            return never;
          },
        },
        { onError },
      );
      const gone = new AbortController();
      const body = new URLSearchParams('a=b');
      const answer = fetch(host.url, { method: 'POST', body, signal: gone.signal });
      const failed = expect(answer).rejects.toThrow();
      await until(() => signal !== undefined);
      expect(signal?.aborted).toBe(false);
      gone.abort();
      await failed;
      await until(() => signal?.aborted === true);
      await new Promise(setImmediate);
      // A client application that goes away is no failure of the server's.
      expect([host.errors, host.passedOn, onError.mock.calls]).toEqual([[], [], []]);
    });
  });

  describe('that fail', () => {
    const failing = { jwtBearer: () => Promise.reject(new Error('vault is sealed')) };

    it("are told to the endpoint's own onError as well, with the request", async () => {
      const onError = jest.fn();
      const host = await start('JWT_BEARER', failing, { onError });
      await sendRaw(host.url);
      expect(onError.mock.calls).toEqual([
        [new Error('vault is sealed'), expect.objectContaining({ method: 'POST' })],
      ]);
      expect(host.errors).toHaveLength(1);
      expect(onError.mock.calls[0]).toContain(host.errors[0]);
    });

    it('are told once to an onError that endpoint and tokenFail have both', async () => {
      const onError = jest.fn();
      const host = await startTokenHost({
        express,
        reply: { action: 'JWT_BEARER' },
        endpoint: { handlers: failing, onError },
        onError,
      });
      expect(errorOf(await sendRaw(host.url))).toEqual([500, 'server_error']);
      expect(onError).toHaveBeenCalledTimes(1);
    });
  });
});
