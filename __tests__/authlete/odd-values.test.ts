import axios, { AxiosError, type AxiosInstance } from 'axios';
import type { AuthleteClient } from 'express-authlete-token-fail';
import { catchFailError, REQUEST, SERVICE_ID, startClient } from '../support/authlete/client';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { closedPort } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

const INSTANCES: [string, () => AxiosInstance | undefined][] = [
  ['the client’s own', () => undefined],
  ['the app’s', () => axios.create()],
];

/** An object of which every property throws. */
function withThrowingGetters(names: string): object {
  const object = {};
  for (const name of names.split(' ')) {
    Object.defineProperty(object, name, {
      enumerable: true,
      get() {
        throw new Error(TICKET);
      },
    });
  }
  return object;
}

/** As mocking libraries create them: whatever is done with it returns it once more. */
function createEndlessProxy(): unknown {
  const proxy: unknown = new Proxy(() => undefined, {
    // Otherwise it would be a promise.
    get: (_target, name) => (name === 'then' ? undefined : proxy),
    apply: () => proxy,
  });
  return proxy;
}

/** A Proxy of which every trap throws. */
function createThrowingProxy(): object {
  const fail = () => {
    throw new Error(TICKET);
  };
  const traps = 'get has ownKeys getPrototypeOf getOwnPropertyDescriptor'.split(' ');
  const handler = Object.fromEntries(traps.map((trap) => [trap, fail]));
  // Otherwise a promise could not be rejected with it, or resolved.
  return new Proxy(
    {},
    { ...handler, get: (_target, name) => (name === 'then' ? undefined : fail()) },
  );
}

const NEW_SECRETS = `${BEARER_TOKEN} ${TICKET}`;

const THROWN: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', TICKET],
  ['a number', 7],
  ['a symbol', Symbol(TICKET)],
  ['an error', new Error(NEW_SECRETS, { cause: new Error(NEW_SECRETS) })],
  ['an error with a code that is a secret', { code: BEARER_TOKEN }],
  ['an error with a code that looks like one of Node’s', { code: `EAI_${BEARER_TOKEN}` }],
  ['an error with a code that is an object', { code: { toString: () => BEARER_TOKEN } }],
  ['an object without a prototype', Object.create(null)],
  ['a message that cannot be a string', { message: Object.create(null) as unknown }],
  ['a message that is a symbol', { message: Symbol(TICKET) }],
  [
    'a message that throws',
    {
      message: {
        toString() {
          throw new Error(TICKET);
        },
      },
    },
  ],
  ['throwing getters', withThrowingGetters('code message config request response cause')],
  ['a code that throws', withThrowingGetters('code')],
  ['a cause that throws', withThrowingGetters('cause syscall')],
  ['a config that throws', { config: withThrowingGetters('url') }],
  ['a Proxy that throws', createThrowingProxy()],
  ['a Proxy that returns itself for everything', createEndlessProxy()],
  ['a revoked Proxy', createRevokedProxy()],
  [
    'an AxiosError of another call',
    new AxiosError(NEW_SECRETS, 'ECONNREFUSED', { url: 'x' } as never),
  ],
  ['a frozen error', Object.freeze(new Error(TICKET))],
];

function createRevokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe.each(INSTANCES)('an interceptor on %s instance', (_whose, createInstance) => {
  async function start(): Promise<{ client: AuthleteClient; calls: () => number }> {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { axios: createInstance() });
    return { client, calls: () => upstream.requests.length };
  }

  const LOST = {
    code: 'ERR_ATF_CONNECTION_LOST',
    api: '/auth/token/fail',
    message: '/auth/token/fail: The connection was lost before the reply',
  };

  it.each(THROWN)('may throw %s before the call, without showing it', async (_what, thrown) => {
    const { client, calls } = await start();
    client.axios.interceptors.request.use(() => {
      throw thrown;
    });
    expect(await catchFailError(client)).toMatchObject(LOST);
    expect(calls()).toBe(0);
  });

  it.each(THROWN)('may throw %s after the call, without showing it', async (_what, thrown) => {
    const { client, calls } = await start();
    client.axios.interceptors.response.use(() => {
      throw thrown;
    });
    expect(await catchFailError(client)).toMatchObject(LOST);
    // It arrived, so it must not be sent again.
    expect(calls()).toBe(1);
  });

  it('may throw what looks like an error of this call, of which only Node’s codes show', async () => {
    const { client } = await start();
    const thrown = {
      code: BEARER_TOKEN,
      cause: createEndlessProxy(),
      request: createThrowingProxy(),
    };
    client.axios.interceptors.request.use((config) => {
      throw Object.assign(new Error(NEW_SECRETS), thrown, { config });
    });
    expect(await catchFailError(client)).toMatchObject(LOST);
  });

  it('may pass on the error of another call of its own', async () => {
    const { client, calls } = await start();
    const audit = await closedPort();
    client.axios.interceptors.response.use((response) => axios.post(audit).then(() => response));
    expect(await catchFailError(client)).toMatchObject(LOST);
    expect(calls()).toBe(1);
  });

  it('may replace an error', async () => {
    const client = startClient(await closedPort(), { axios: createInstance() });
    client.axios.interceptors.response.use(undefined, () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw NEW_SECRETS;
    });
    expect(await catchFailError(client)).toMatchObject(LOST);
  });

  it('may make a reply of an error', async () => {
    const client = startClient(await closedPort(), { axios: createInstance() });
    client.axios.interceptors.response.use(undefined, () => ({ status: 200, data: FAIL_REPLY }));
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  const NO_RESPONSE =
    '/auth/token/fail: The axios instance did not return a response with a status and data';
  const NOT_JSON = "Authlete's reply for /auth/token/fail is invalid: it is not JSON in UTF-8";

  it.each<[string, unknown, string]>([
    ['nothing', undefined, NO_RESPONSE],
    ['null', null, NO_RESPONSE],
    ['the data only', FAIL_REPLY, NO_RESPONSE],
    ['a string', TICKET, NO_RESPONSE],
    ['a status that is a string', { status: '200', data: FAIL_REPLY }, NO_RESPONSE],
    ['data that is a number', { status: 200, data: 7 }, NO_RESPONSE],
    ['data that is a function', { status: 200, data: () => FAIL_REPLY }, NO_RESPONSE],
    ['no data', { status: 200 }, NOT_JSON],
    ['data that is null', { status: 200, data: null }, NOT_JSON],
    ['data that is circular', { status: 200, data: createCircular() }, NOT_JSON],
    ['data with a getter that throws', { status: 200, data: withThrowingGetters('a') }, NOT_JSON],
    ['data with a BigInt', { status: 200, data: { ...FAIL_REPLY, n: 1n } }, NOT_JSON],
    ['data that becomes nothing', { status: 200, data: { toJSON: () => undefined } }, NOT_JSON],
  ])('fails the call when it returns %s', async (_what, response, message) => {
    const { client } = await start();
    client.axios.interceptors.response.use(() => response as never);
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message,
    });
  });

  it.each<[string, unknown]>([
    ['a status that throws', withThrowingGetters('status')],
    ['data that throws', { status: 200, data: createThrowingProxy() }],
    ['headers that throw', { status: 429, data: '', headers: createThrowingProxy() }],
    [
      'a header that throws',
      { status: 429, data: '', headers: withThrowingGetters('retry-after') },
    ],
    ['a revoked Proxy for headers', { status: 503, data: '', headers: createRevokedProxy() }],
  ])('fails the call when it returns a response with %s', async (_what, response) => {
    const { client } = await start();
    client.axios.interceptors.response.use(() => response as never);
    expect(await catchFailError(client)).toMatchObject(LOST);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a string', 'retry-after: 1'],
    ['an array', ['retry-after']],
    ['a Headers object', new Headers({ 'retry-after': '1' })],
    [
      'values that are not strings',
      { 'retry-after': { toString: () => '1' }, 'ratelimit-reset': 1 },
    ],
    ['inherited ones', Object.create({ 'retry-after': '1' })],
  ])('may return headers that are %s, of which nothing is read', async (_what, headers) => {
    const { client } = await start();
    client.axios.interceptors.response.use(() => ({ status: 503, data: '', headers }) as never);
    const error = await catchFailError(client);
    expect(error).toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status: 503 });
    expect(error).not.toHaveProperty('retryAfter');
  });
});

function createCircular(): object {
  const data: Record<string, unknown> = { ...FAIL_REPLY };
  data['self'] = data;
  return data;
}

describe('something that is like an axios instance', () => {
  it.each<[string, () => unknown]>([
    [
      'throws at once',
      () => {
        throw new Error(NEW_SECRETS);
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    ['rejects with nothing', () => Promise.reject()],
  ])('fails the call when it %s', async (_what, request) => {
    const client = startClient('http://127.0.0.1:9', { axios: { request } as never });
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('gets all that a call needs, and need not return a promise', async () => {
    const configs: unknown[] = [];
    const request = (config: object) => {
      configs.push(config);
      return { status: 200, data: FAIL_REPLY };
    };
    const client = startClient('http://127.0.0.1:9', { axios: { request } as never });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(configs).toMatchObject([
      {
        url: `http://127.0.0.1:9/api/${SERVICE_ID}/auth/token/fail`,
        method: 'post',
        headers: {
          Accept: 'application/json',
          'Accept-Encoding': 'identity',
          'Content-Type': 'application/json',
          Authorization: `Bearer ${BEARER_TOKEN}`,
        },
        data: JSON.stringify(REQUEST),
      },
    ]);
  });
});
