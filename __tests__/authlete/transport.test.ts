import { Agent, request } from 'node:http';
import axios, { AxiosHeaders, type AxiosInstance } from 'axios';
import {
  catchFailError,
  LONG,
  REQUEST,
  SERVICE_ID,
  SHORT,
  startClient,
} from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';
import { BEARER_TOKEN } from '../support/secrets/secrets';
import { serve } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

const PATH = `/api/${SERVICE_ID}/auth/token/fail`;

describe('an interceptor on the axios instance of a client', () => {
  it.each<[string, () => AxiosInstance | undefined]>([
    ['the client’s own', () => undefined],
    ['the app’s', () => axios.create()],
  ])('sees each call, and may add headers: %s', async (_whose, createInstance) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { axios: createInstance() });
    const seen: unknown[] = [];
    client.axios.interceptors.request.use((config) => {
      seen.push([config.method, config.url, config.data]);
      config.headers.set('X-Trace', 'abc');
      return config;
    });
    client.axios.interceptors.response.use((response) => {
      seen.push([response.status, String(response.data), response.headers['content-type']]);
      return response;
    });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(seen).toEqual([
      ['post', upstream.url + PATH, JSON.stringify(REQUEST)],
      [200, JSON.stringify(FAIL_REPLY), 'application/json'],
    ]);
    expect(upstream.requests).toMatchObject([
      { headers: { 'x-trace': 'abc', authorization: `Bearer ${BEARER_TOKEN}` } },
    ]);
  });

  it('sees each attempt of a call', async () => {
    let answers = 0;
    const upstream = await startUpstream((res) => {
      if (++answers < 3) res.writeHead(503, { 'Retry-After': '0' }).end();
      else res.end(JSON.stringify(FAIL_REPLY));
    });
    const client = startClient(upstream.url);
    const statuses: number[] = [];
    client.axios.interceptors.response.use((response) => {
      statuses.push(response.status);
      return response;
    });
    await client.tokenFail(REQUEST);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('may be asynchronous, and may be taken away', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    const id = client.axios.interceptors.request.use(async (config) => {
      await new Promise(setImmediate);
      config.headers.set('X-Trace', 'abc');
      return config;
    });
    await client.tokenFail(REQUEST);
    client.axios.interceptors.request.eject(id);
    await client.tokenFail(REQUEST);
    expect(upstream.requests.map(({ headers }) => headers['x-trace'])).toEqual(['abc', undefined]);
  });

  it('need not end for the call to end in time', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { timeout: SHORT });
    client.axios.interceptors.request.use(() => new Promise(() => undefined));
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    expect(upstream.requests).toEqual([]);
  });
});

describe('the data that an instance returns', () => {
  const JSON_REPLY = JSON.stringify(FAIL_REPLY);

  it.each<[string, unknown]>([
    ['bytes', Buffer.from(JSON_REPLY)],
    ['an ArrayBuffer, as adapters return that are not made for Node', toArrayBuffer(JSON_REPLY)],
    ['a string', JSON_REPLY],
    ['a parsed object', FAIL_REPLY],
    ['an object that says how it becomes JSON', { toJSON: () => FAIL_REPLY }],
  ])('may be %s', async (_what, data) => {
    const adapter = (config: object) =>
      Promise.resolve({ status: 200, statusText: 'OK', headers: {}, config, data });
    const instance = axios.create({ adapter: adapter as never });
    const client = startClient('http://127.0.0.1:9', { axios: instance });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('may have been parsed by an interceptor of the client’s own instance', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    client.axios.interceptors.response.use((response) => {
      const data = JSON.parse(String(response.data)) as object;
      return { ...response, data: { ...data, added: 1 } };
    });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual({ ...FAIL_REPLY, added: 1 });
  });

  it('is checked, whatever it is', async () => {
    for (const data of ['<html>', { action: 'LOCATION' }, Buffer.from('7'), []]) {
      const instance = axios.create();
      instance.interceptors.response.use(() => ({ status: 200, data }) as never);
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const client = startClient(upstream.url, { axios: instance });
      expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_RESPONSE_INVALID' });
    }
  });

  it.each<[string, unknown]>([
    ['a plain object, in any case', { 'RETRY-After': '77' }],
    ['an AxiosHeaders', AxiosHeaders.from({ 'Retry-After': '77' })],
  ])('may come with headers that are %s', async (_what, headers) => {
    const instance = axios.create();
    instance.interceptors.response.use(() => ({ status: 429, data: '', headers }) as never);
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { axios: instance });
    expect(await catchFailError(client)).toMatchObject({ retryAfter: 77 });
  });
});

function toArrayBuffer(text: string): ArrayBufferLike {
  return new TextEncoder().encode(text).buffer;
}

describe('the global defaults of axios', () => {
  it.each<[string, Partial<typeof axios.defaults>]>([
    ['auth', { auth: { username: 'user', password: 'app' } }],
    ['params', { params: { leak: 'yes' } }],
    ['baseURL', { baseURL: 'http://127.0.0.1:9/' }],
    ['timeout', { timeout: SHORT }],
    ['socketPath', { socketPath: '/no/such/socket' }],
    ['adapter', { adapter: () => Promise.reject(new Error('adapter')) }],
    ['transformRequest', { transformRequest: [() => 'other data'] }],
    ['transformResponse', { transformResponse: [() => 'other data'] }],
    ['validateStatus', { validateStatus: () => false }],
  ])('change nothing for a call of the own instance: %s', async (_name, defaults) => {
    const saved = { ...axios.defaults };
    cleanUp(() => {
      for (const name of Object.keys(axios.defaults)) Reflect.deleteProperty(axios.defaults, name);
      Object.assign(axios.defaults, saved);
    });
    Object.assign(axios.defaults, defaults);
    const upstream = await startUpstream((res) => {
      setTimeout(() => res.end(JSON.stringify(FAIL_REPLY)), 2 * SHORT);
    });
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toMatchObject([
      { path: PATH, headers: { authorization: `Bearer ${BEARER_TOKEN}` } },
    ]);
  });

  it('add no header to a call of the own instance', async () => {
    const { common, post } = axios.defaults.headers;
    cleanUp(() => {
      delete common['X-Leak'];
      delete post['X-Leak-Too'];
    });
    common['X-Leak'] = 'yes';
    post['X-Leak-Too'] = 'yes';
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await startClient(upstream.url).tokenFail(REQUEST);
    const names = Object.keys(upstream.requests[0]?.headers ?? {});
    expect(names).toContain('authorization');
    expect(names.filter((name) => name.startsWith('x-leak'))).toEqual([]);
  });

  it('are not changed by a client', async () => {
    const before = { ...axios.defaults };
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await startClient(upstream.url).tokenFail(REQUEST);
    expect(axios.defaults).toEqual(before);
  });
});

describe('an axios instance of the app’s', () => {
  it('is used, with its interceptors, but without its base URL', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const instance = axios.create({ baseURL: 'http://127.0.0.1:9/', timeout: LONG });
    instance.interceptors.request.use((config) => {
      config.headers.set('X-Trace', 'abc');
      return config;
    });
    const client = startClient(upstream.url, { axios: instance });
    await client.tokenFail(REQUEST);
    expect(client.axios).toBe(instance);
    expect(upstream.requests).toMatchObject([{ path: PATH, headers: { 'x-trace': 'abc' } }]);
  });

  it('asks for a reply that is not compressed, as JSON', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await startClient(upstream.url, { axios: axios.create() }).tokenFail(REQUEST);
    expect(upstream.requests).toMatchObject([
      { headers: { accept: 'application/json', 'accept-encoding': 'identity' } },
    ]);
  });

  it('does not replace the bearer token by credentials of its own', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const instance = axios.create({ auth: { username: 'user', password: 'app' } });
    await startClient(upstream.url, { axios: instance }).tokenFail(REQUEST);
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${BEARER_TOKEN}`);
  });

  it('may have any other defaults', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const instance = axios.create({
      ...{ method: 'get', responseType: 'stream', allowAbsoluteUrls: false },
      baseURL: 'http://127.0.0.1:9/',
      transformRequest: () => 'other data',
      transformResponse: () => 'other data',
      validateStatus: () => false,
      headers: { common: { Authorization: 'Bearer other' } },
    });
    const client = startClient(upstream.url, { axios: instance });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toMatchObject([
      {
        method: 'POST',
        path: PATH,
        headers: { authorization: `Bearer ${BEARER_TOKEN}` },
        body: JSON.stringify(REQUEST),
      },
    ]);
  });

  it('may have a shorter timeout of its own', async () => {
    const url = await serve(() => undefined);
    const client = startClient(url, { axios: axios.create({ timeout: SHORT }) });
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_TIMEOUT',
      message: '/auth/token/fail: Authlete did not answer in time (ECONNABORTED)',
    });
  });

  it('need not listen to a signal for the call to end in time', async () => {
    const instance = axios.create({ adapter: () => new Promise(() => undefined) });
    const client = startClient('http://127.0.0.1:9', { axios: instance, timeout: SHORT });
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
  });

  it('has the agent that the app gave it', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const agent = new Agent({ keepAlive: true });
    cleanUp(() => agent.destroy());
    const connect = jest.spyOn(agent, 'createConnection');
    const client = startClient(upstream.url, { axios: axios.create({ httpAgent: agent }) });
    await client.tokenFail(REQUEST);
    await new Promise(setImmediate);
    await client.tokenFail(REQUEST);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('goes through the proxy that the app gave it, or the environment', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const asked: (string | undefined)[] = [];
    const proxy = await serve((req, res) => {
      asked.push(req.url);
      const { method, headers } = req;
      const onwards = request(String(req.url), { method, headers }, (reply) => {
        res.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(res);
      });
      req.pipe(onwards);
    });
    const { hostname: host, port } = new URL(proxy);
    const saved = { ...process.env };
    cleanUp(() => (process.env = saved));
    delete process.env['NO_PROXY'];
    delete process.env['no_proxy'];
    const instances = [axios.create({ proxy: { host, port: Number(port) } }), axios.create()];
    for (const instance of instances) {
      const client = startClient(upstream.url, { axios: instance });
      await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
      process.env['http_proxy'] = proxy;
    }
    expect(asked).toEqual([upstream.url + PATH, upstream.url + PATH]);
  });
});
