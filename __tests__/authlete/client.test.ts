import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import axios from 'axios';
import {
  AuthleteApiError,
  type AuthleteClient,
  type AuthleteClientOptions,
  type CallOptions,
  createAuthleteClient,
  type TokenFailRequest,
} from 'express-authlete-token-fail';
import { cleanUp } from './support/cleanup';
import { BEARER_TOKEN, CLIENT_SECRET, expectNoSecretIn, PASSWORD, TICKET } from './support/secrets';
import { http } from './support/faulty-upstream';
import { closedPort, serve, serveTcp } from './support/servers';
import { until } from './support/until';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from './support/upstream';

const SERVICE_ID = '715948317';
const REQUEST: TokenFailRequest = { ticket: TICKET, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };

/** Stands in an error for text that repeats a secret. */
const WITHHELD = '(withheld: it repeats a secret)';

/** Milliseconds: long enough that nothing on loopback runs into it by accident. */
const LONG = 10_000;

/** Milliseconds: for calls that are meant to run into it. */
const SHORT = 150;

function clientOf(baseUrl: string, options: AuthleteClientOptions = {}): AuthleteClient {
  const client = createAuthleteClient({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    baseUrl,
    timeout: LONG,
    ...options,
  });
  cleanUp(() => client.close());
  return client;
}

/** The error of a fail call; whatever it is, no secret shows in it. */
async function failureOf(call: Promise<unknown>): Promise<AuthleteApiError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AuthleteApiError);
  expectNoSecretIn(error);
  return error as AuthleteApiError;
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Makes 12 calls with one signal; prints how many are answered, and the warnings. */
const SHARED_SIGNAL_SCRIPT = `
  const { createAuthleteClient } = require('./lib/index.ts');
  const warnings = [];
  process.on('warning', ({ name }) => warnings.push(name));
  const { signal } = new AbortController();
  const client = createAuthleteClient();
  const call = () => client.tokenFail({ ticket: 'ticket', reason: 'UNKNOWN' }, { signal });
  Promise.all(Array.from({ length: 12 }, call)).then(async ({ length: replies }) => {
    await client.close();
    setImmediate(() => console.log(JSON.stringify({ replies, warnings })));
  });
`;

describe('a call', () => {
  it('posts JSON with the bearer token to the path of the API', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await expect(clientOf(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toEqual([
      {
        method: 'POST',
        path: `/api/${SERVICE_ID}/auth/token/fail`,
        headers: expect.objectContaining({
          authorization: `Bearer ${BEARER_TOKEN}`,
          'content-type': 'application/json',
          accept: 'application/json',
        }) as unknown,
        body: JSON.stringify(REQUEST),
      },
    ]);
  });

  it('reaches each of the three APIs', async () => {
    const content = { responseContent: '{}' };
    const ok = await startJsonUpstream({ action: 'OK', ...content });
    const client = clientOf(`${ok.url}/prefix/`);
    await client.token({ parameters: 'grant_type=password', clientId: 'c' });
    await client.tokenIssue({ ticket: TICKET, subject: 'john' });
    expect(ok.requests.map(({ path, body }) => [path, JSON.parse(body) as unknown])).toEqual([
      [
        `/prefix/api/${SERVICE_ID}/auth/token`,
        { parameters: 'grant_type=password', clientId: 'c' },
      ],
      [`/prefix/api/${SERVICE_ID}/auth/token/issue`, { ticket: TICKET, subject: 'john' }],
    ]);
  });

  it('cannot be sent to another path by the service ID', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await clientOf(upstream.url, { serviceId: '../x/%2e%2e?a#b' }).tokenFail(REQUEST);
    expect(upstream.requests[0]?.path).toBe('/api/..%2Fx%2F%252e%252e%3Fa%23b/auth/token/fail');
  });

  it('reuses the connections of the calls before', async () => {
    const connections = new Set<unknown>();
    const url = await serve((req, res) => {
      connections.add(req.socket);
      req.resume().on('end', () => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const client = clientOf(url);
    for (let call = 0; call < 10; call += 1) await client.tokenFail(REQUEST);
    // A call that comes while the one before is still being put away takes a second one.
    expect(connections.size).toBeLessThanOrEqual(2);
  });

  it('passes on fields that it does not know', async () => {
    const upstream = await startJsonUpstream({ ...FAIL_REPLY, newField: [1] });
    await expect(clientOf(upstream.url).tokenFail(REQUEST)).resolves.toHaveProperty(
      'newField',
      [1],
    );
  });

  it('is refused before anything is sent when the request is invalid', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const request = { ticket: TICKET, reason: TICKET } as unknown as TokenFailRequest;
    const error = await failureOf(clientOf(upstream.url).tokenFail(request));
    expect(error).toMatchObject({
      code: 'ERR_ATF_REQUEST_INVALID',
      message:
        'The request for /auth/token/fail is invalid: reason must be equal to one of the allowed values',
    });
    expect(upstream.requests).toEqual([]);
  });

  it('ends when its signal aborts', async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const call = clientOf(url).tokenFail(REQUEST, { signal: controller.signal });
    controller.abort(new Error(TICKET));
    expect(await failureOf(call)).toMatchObject({ code: 'ERR_ATF_ABORTED' });
  });

  it.each<[string, unknown]>([
    ['an object that is no signal', {}],
    ['a controller', new AbortController()],
    ['an event target', new EventTarget()],
    ['null', null],
  ])('is refused, and leaves no timer, when its signal is %s', async (_what, signal) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = clientOf(upstream.url);
    const before = timers();
    const call = client.tokenFail(REQUEST, { signal } as CallOptions);
    expect(await failureOf(call)).toMatchObject({
      code: 'ERR_ATF_REQUEST_INVALID',
      message: 'The request for /auth/token/fail is invalid: signal must be an AbortSignal',
    });
    expect(timers()).toBe(before);
    expect(upstream.requests).toEqual([]);
  });

  it.each([null, undefined, {}, { signal: undefined }])(
    'may have %p as options',
    async (options) => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const call = clientOf(upstream.url).tokenFail(REQUEST, options as CallOptions);
      await expect(call).resolves.toEqual(FAIL_REPLY);
    },
  );

  it('may share its signal with any number of others without a warning', async () => {
    // In a process of its own, because Jest's tests do not see the warnings of theirs.
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', SHARED_SIGNAL_SCRIPT], {
      cwd: join(__dirname, '..'),
      env: {
        ...process.env,
        AUTHLETE_BASE_URL: upstream.url,
        AUTHLETE_SERVICE_ID: SERVICE_ID,
        AUTHLETE_BEARER: BEARER_TOKEN,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp(() => child.kill('SIGKILL'));
    expect(JSON.parse(await text(child.stdout))).toEqual({ replies: 12, warnings: [] });
  });
});

describe('the access token', () => {
  it('is asked for anew for each call when it is a function', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const accessToken = jest.fn().mockReturnValueOnce('first').mockResolvedValueOnce('second');
    const client = clientOf(upstream.url, { accessToken });
    await client.tokenFail(REQUEST);
    await client.tokenFail(REQUEST);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error(BEARER_TOKEN);
      },
      'The accessToken function failed',
    ],
    ['rejects', () => Promise.reject(new Error(BEARER_TOKEN)), 'The accessToken function failed'],
    [
      'gives nothing',
      () => undefined,
      'The accessToken function gave undefined that no Authorization header may carry',
    ],
    [
      'gives a line break',
      () => `${BEARER_TOKEN}\r\nX: y`,
      'The accessToken function gave a string that no Authorization header may carry',
    ],
  ])('fails the call, and nothing is sent, when the function %s', async (_what, give, message) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const accessToken = give as () => string;
    const error = await failureOf(clientOf(upstream.url, { accessToken }).tokenFail(REQUEST));
    expect(error).toMatchObject({ code: 'ERR_ATF_ACCESS_TOKEN', message });
    expect(upstream.requests).toEqual([]);
  });

  it('fails the call in time when the function never settles', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const accessToken = () => new Promise<string>(() => undefined);
    const client = clientOf(upstream.url, { accessToken, timeout: SHORT });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    expect(upstream.requests).toEqual([]);
  });
});

describe('a reply', () => {
  it.each([
    [400, 'A001201'],
    [401, 'A001202'],
    [403, 'A001215'],
    [500, 'A001101'],
  ])('with HTTP status %i fails the call with its result', async (status, resultCode) => {
    const resultMessage = `[${resultCode}] /auth/token/fail, something.`;
    const upstream = await startUpstream((res) => {
      res.writeHead(status).end(JSON.stringify({ resultCode, resultMessage }));
    });
    expect(await failureOf(clientOf(upstream.url).tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
      message: `Authlete answered /auth/token/fail with HTTP status ${status}`,
      status,
      resultCode,
      resultMessage,
    });
  });

  it.each([201, 204, 302, 304, 404, 429, 502, 503])(
    'with HTTP status %i fails the call, whatever it holds',
    async (status) => {
      const upstream = await startUpstream((res) => {
        res.writeHead(status).end(status === 204 || status === 304 ? '' : '<html>no</html>');
      });
      const error = await failureOf(clientOf(upstream.url).tokenFail(REQUEST));
      expect(error).toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status });
      expect(error).not.toHaveProperty('resultCode');
    },
  );

  it.each([
    ['HTML', '<html></html>', 'it is no JSON in UTF-8'],
    ['nothing', '', 'it is no JSON in UTF-8'],
    ['JSON that is cut off', JSON.stringify(FAIL_REPLY).slice(0, -5), 'it is no JSON in UTF-8'],
    ['bytes that are not UTF-8', Buffer.from('{"a":"\xe4"}', 'latin1'), 'it is no JSON in UTF-8'],
    ['null', 'null', 'must be object'],
    ['an array', '[]', 'must be object'],
    ['a number', '7', 'must be object'],
    ['no action', '{"responseContent":"{}"}', "must have required property 'action'"],
    [
      'its action in a __proto__ key',
      `{"__proto__":${JSON.stringify(FAIL_REPLY)}}`,
      "must have required property 'action'",
    ],
    [
      'an unknown action',
      JSON.stringify({ ...FAIL_REPLY, action: TICKET }),
      'action must be equal to one of the allowed values',
    ],
  ])('that holds %s fails the call', async (_what, body, problem) => {
    const upstream = await startUpstream((res) => res.writeHead(200).end(body));
    expect(await failureOf(clientOf(upstream.url).tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message: `Authlete's reply for /auth/token/fail is invalid: ${problem}`,
      status: 200,
    });
  });

  it('may begin with a byte-order mark', async () => {
    const upstream = await startUpstream((res) => res.end(`\ufeff${JSON.stringify(FAIL_REPLY)}`));
    await expect(clientOf(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('may be compressed', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': 'gzip' });
      res.end(gzipSync(JSON.stringify(FAIL_REPLY)));
    });
    await expect(clientOf(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it.each(['our own', "the host's"])(
    'that is too large once decompressed is not read to its end, with %s axios',
    async (whose) => {
      const zeros = Buffer.alloc(1024 * 1024);
      function* endless() {
        for (;;) yield zeros;
      }
      const upstream = await startUpstream((res) => {
        res.writeHead(200, { 'Content-Encoding': 'gzip' });
        pipeline(endless, createGzip(), res, () => undefined);
      });
      const instance = whose === 'our own' ? undefined : axios.create({ decompress: true });
      const client = clientOf(upstream.url, { axios: instance });
      expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
        code: 'ERR_ATF_RESPONSE_INVALID',
        message: "Authlete's reply exceeds 2097152 bytes",
      });
    },
  );

  it('that says a wrong compression fails the call', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip');
    });
    expect(await failureOf(clientOf(upstream.url).tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message: 'What Authlete sent is no valid HTTP response (Z_DATA_ERROR)',
    });
  });

  it.each([301, 302, 303, 307, 308])('with a redirect (%i) is not followed', async (status) => {
    const elsewhere = await startJsonUpstream(FAIL_REPLY);
    const upstream = await startUpstream((res) => {
      res.writeHead(status, { Location: `${elsewhere.url}/api` }).end();
    });
    const own = await failureOf(clientOf(upstream.url).tokenFail(REQUEST));
    const hosts = clientOf(upstream.url, { axios: axios.create({ maxRedirects: 5 }) });
    expect(own).toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status });
    expect(await failureOf(hosts.tokenFail(REQUEST))).toMatchObject({ status });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    ['the bearer token', BEARER_TOKEN],
    ['the ticket', TICKET],
    ['the ticket, percent-encoded', `%50LANTED${encodeURIComponent(TICKET).slice(7)}`],
  ])('has its text withheld from an error when it repeats %s', async (_what, secret) => {
    const upstream = await startUpstream((res) => {
      res.writeHead(500);
      res.end(JSON.stringify({ resultCode: `A1 ${secret}`, resultMessage: `${secret} failed` }));
    });
    expect(await failureOf(clientOf(upstream.url).tokenFail(REQUEST))).toMatchObject({
      resultCode: WITHHELD,
      resultMessage: WITHHELD,
    });
  });

  it('without a secret has its text on one line in an error', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(500).end(JSON.stringify({ resultMessage: 'failed\r\nnew line' }));
    });
    expect(await failureOf(clientOf(upstream.url).tokenFail(REQUEST))).toMatchObject({
      resultMessage: 'failed  new line',
    });
  });

  it.each([
    ['the password', PASSWORD],
    ['the client secret', CLIENT_SECRET],
    ['its own ticket', TICKET],
    ['the chosen access token', 'PLANTED-access-token'],
    ['the authentication request ID', 'PLANTED-auth-req-id'],
    ['the pre-authorized code', 'PLANTED-pre-authorized-code'],
    ['the device secret', 'PLANTED-device-secret'],
  ])('has its message withheld from an error when it repeats %s', async (_what, secret) => {
    const upstream = await startJsonUpstream({
      action: 'PASSWORD',
      ticket: TICKET,
      password: PASSWORD,
      resultMessage: `invalid: ${secret}`,
    });
    const call = clientOf(upstream.url).token({
      parameters: new URLSearchParams({
        grant_type: 'password',
        password: PASSWORD,
        auth_req_id: 'PLANTED-auth-req-id',
        'pre-authorized_code': 'PLANTED-pre-authorized-code',
        device_secret: 'PLANTED-device-secret',
      }).toString(),
      clientSecret: CLIENT_SECRET,
      accessToken: 'PLANTED-access-token',
    });
    expect(await failureOf(call)).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      resultMessage: WITHHELD,
    });
  });

  it.each([
    ['the ticket', TICKET],
    ['the chosen access token', 'PLANTED-access-token'],
  ])('to an issue call has its message withheld when it repeats %s', async (_what, secret) => {
    const upstream = await startJsonUpstream({ action: 'OK', resultMessage: `no ${secret}` });
    const accessToken = 'PLANTED-access-token';
    const call = clientOf(upstream.url).tokenIssue({ ticket: TICKET, subject: 'j', accessToken });
    expect(await failureOf(call)).toMatchObject({ resultMessage: WITHHELD });
  });

  it('to a request that repeats a secret fails the call as any other does', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(429).end(JSON.stringify({ resultMessage: 'A failed' }));
    });
    const call = clientOf(upstream.url).token({
      parameters: `code=A${'&password=*'.repeat(3)}`,
    });
    expect(await failureOf(call)).toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
      status: 429,
      resultMessage: WITHHELD,
    });
  });
});

describe('a connection', () => {
  it('that is refused fails the call as unreachable', async () => {
    const client = clientOf(await closedPort());
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_UNREACHABLE',
      message: 'Authlete cannot be reached (ECONNREFUSED)',
    });
  });

  it('to a host that does not exist fails the call as unreachable', async () => {
    const client = clientOf('https://authlete.invalid');
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_UNREACHABLE',
      message: expect.stringMatching(/\((ENOTFOUND|EAI_AGAIN)\)$/) as unknown,
    });
  });

  it('to a server that does not speak TLS fails the call as unreachable', async () => {
    const url = await serveTcp((socket) => socket.end('no TLS here\r\n'));
    const client = clientOf(url.replace('http:', 'https:'));
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_UNREACHABLE',
      message: expect.stringMatching(/^TLS with Authlete cannot be set up/) as unknown,
    });
  });

  it.each([
    ['before the headers', ''],
    ['inside the headers', 'HTTP/1.1 200 OK\r\nContent-Ty'],
    ['inside a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"act'],
    [
      'inside a chunked body',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"act\r\n',
    ],
  ])('that is lost %s fails the call as lost', async (_where, sent) => {
    const url = await serveTcp((socket) => socket.once('data', () => socket.end(sent)));
    expect(await failureOf(clientOf(url).tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_CONNECTION_LOST',
      message: 'The call to Authlete broke off before the reply was complete',
    });
  });

  it.each([
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    [
      'with a header block that is too large',
      `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
    ],
  ])('on which comes something %s fails the call', async (_what, sent) => {
    const url = await serveTcp((socket) => socket.once('data', () => socket.end(sent)));
    expect(await failureOf(clientOf(url).tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message: expect.stringMatching(
        /no valid HTTP response \((HPE_INVALID_CONSTANT|UND_ERR_HEADERS_OVERFLOW)\)$/,
      ) as unknown,
    });
  });

  it.each([
    ['before the headers', ''],
    ['inside the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"act'],
  ])('that stalls %s fails the call in time, and is closed', async (_where, sent) => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await serveTcp((socket) => {
      closed = once(socket, 'close');
      socket.once('data', () => socket.write(sent));
    });
    const client = clientOf(url, { timeout: SHORT });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    await closed;
  });

  it('on which a body dribbles fails the call in time', async () => {
    const url = await serve((_req, res) => {
      const dribble = setInterval(() => res.write(' '), SHORT / 10);
      res.on('close', () => {
        clearInterval(dribble);
      });
    });
    const client = clientOf(url, { timeout: SHORT });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_TIMEOUT',
      message: `Authlete did not answer within ${SHORT} ms`,
    });
  });

  it('does not go through a proxy that the environment names', async () => {
    const proxy = await startJsonUpstream(FAIL_REPLY);
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
    const saved = { ...process.env };
    cleanUp(() => (process.env = saved));
    for (const name of names) process.env[name] = proxy.url;
    delete process.env['NO_PROXY'];
    delete process.env['no_proxy'];
    await clientOf(upstream.url).tokenFail(REQUEST);
    expect([upstream.requests.length, proxy.requests.length]).toEqual([1, 0]);
    // The host's own axios instance decides for itself.
    await clientOf(upstream.url, { axios: axios.create() }).tokenFail(REQUEST);
    expect([upstream.requests.length, proxy.requests.length]).toEqual([1, 1]);
  });
});

describe('an idle connection', () => {
  it('is closed before a server closes it that does so after 5 s', async () => {
    const closings: string[] = [];
    const url = await serveTcp((socket) => {
      socket.on('data', () => {
        socket.write(http(FAIL_REPLY));
        socket.setTimeout(5000, () => closings.push('by the server'));
      });
      socket.on('end', () => closings.push('by the client'));
    });
    await clientOf(url).tokenFail(REQUEST);
    await until(() => closings.length > 0, 1200);
    expect(closings).toEqual(['by the client']);
  }, 10_000);
});

describe("the host's global axios defaults", () => {
  it.each<[string, Partial<typeof axios.defaults>]>([
    ['auth', { auth: { username: 'user', password: 'host' } }],
    ['params', { params: { leak: 'yes' } }],
    ['timeout', { timeout: SHORT }],
    ['socketPath', { socketPath: '/no/such/socket' }],
    ['adapter', { adapter: () => Promise.reject(new Error('adapter')) }],
  ])('have no say in a call of our own axios: %s', async (_name, defaults) => {
    const saved = { ...axios.defaults };
    cleanUp(() => {
      for (const name of Object.keys(axios.defaults)) Reflect.deleteProperty(axios.defaults, name);
      Object.assign(axios.defaults, saved);
    });
    Object.assign(axios.defaults, defaults);
    const upstream = await startUpstream((res) => {
      setTimeout(() => res.end(JSON.stringify(FAIL_REPLY)), 2 * SHORT);
    });
    await expect(clientOf(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toEqual([
      expect.objectContaining({
        path: `/api/${SERVICE_ID}/auth/token/fail`,
        headers: expect.objectContaining({ authorization: `Bearer ${BEARER_TOKEN}` }) as unknown,
      }),
    ]);
  });

  it('have no say in the headers of a call of our own axios', async () => {
    const { common, post } = axios.defaults.headers;
    cleanUp(() => {
      delete common['X-Leak'];
      delete post['X-Leak-Too'];
    });
    common['X-Leak'] = 'yes';
    post['X-Leak-Too'] = 'yes';
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await clientOf(upstream.url).tokenFail(REQUEST);
    const names = Object.keys(upstream.requests[0]?.headers ?? {});
    expect(names).toContain('authorization');
    expect(names.filter((name) => name.startsWith('x-leak'))).toEqual([]);
  });
});

describe("the host's axios instance", () => {
  it('is used, with its interceptors', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const instance = axios.create({ baseURL: 'http://127.0.0.1:9/', timeout: LONG });
    instance.interceptors.request.use((config) => {
      config.headers.set('X-Trace', 'abc');
      return config;
    });
    await clientOf(upstream.url, { axios: instance }).tokenFail(REQUEST);
    expect(upstream.requests[0]?.headers['x-trace']).toBe('abc');
  });

  it('does not replace the bearer token by credentials of its own', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const instance = axios.create({ auth: { username: 'user', password: 'host' } });
    await clientOf(upstream.url, { axios: instance }).tokenFail(REQUEST);
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${BEARER_TOKEN}`);
  });

  it('may have a shorter timeout of its own', async () => {
    const url = await serve(() => undefined);
    const client = clientOf(url, { axios: axios.create({ timeout: SHORT }) });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_TIMEOUT',
      message: 'Authlete did not answer in time (ECONNABORTED)',
    });
  });

  it.each<[string, unknown]>([
    ['an error with secrets', new Error(`${BEARER_TOKEN} ${TICKET}`)],
    ['an error with a code that is a secret', { code: BEARER_TOKEN }],
    ['an error with a secret that looks like a code', { code: `EAI_${BEARER_TOKEN}` }],
    ['null', null],
    ['a string', TICKET],
    [
      'an object with throwing getters',
      {
        get code() {
          throw new Error(TICKET);
        },
      },
    ],
  ])('may throw %s without showing any of it', async (_what, thrown) => {
    const adapter = () => {
      throw thrown;
    };
    const instance = axios.create({ adapter });
    const client = clientOf('http://127.0.0.1:9', { axios: instance });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_CONNECTION_LOST',
    });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'The axios instance gave something else than a status and bytes'],
    [
      'parsed JSON',
      { status: 200, data: FAIL_REPLY },
      'The axios instance gave something else than a status and bytes',
    ],
    [
      'more bytes than the cap',
      { status: 200, data: new Uint8Array(3 * 1024 * 1024) },
      "Authlete's reply exceeds 2097152 bytes",
    ],
  ])('fails the call when it gives %s', async (_what, response, message) => {
    const instance = axios.create();
    instance.interceptors.response.use(() => response as never);
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = clientOf(upstream.url, { axios: instance });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message,
    });
  });

  it.each<[string, object]>([
    [
      'status',
      {
        get status() {
          throw new Error(TICKET);
        },
      },
    ],
    [
      'data',
      {
        status: 200,
        get data() {
          throw new Error(TICKET);
        },
      },
    ],
  ])('fails the call when it gives a response whose %s throws', async (_what, response) => {
    const instance = axios.create();
    instance.interceptors.response.use(() => response as never);
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const call = clientOf(upstream.url, { axios: instance }).tokenFail(REQUEST);
    expect(await failureOf(call)).toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('may give an ArrayBuffer, as adapters do that are not made for Node', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(FAIL_REPLY));
    const instance = axios.create({
      adapter: (config) =>
        Promise.resolve({ status: 200, statusText: 'OK', headers: {}, config, data: bytes.buffer }),
    });
    const client = clientOf('http://127.0.0.1:9', { axios: instance });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('need not listen to a signal for the call to end in time', async () => {
    const instance = axios.create({ adapter: () => new Promise(() => undefined) });
    const client = clientOf('http://127.0.0.1:9', { axios: instance, timeout: SHORT });
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
  });
});

describe('close', () => {
  it('lets calls under way end, opens no new ticket and frees the sockets', async () => {
    const server = new EventEmitter();
    const arrived = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const url = await serve((req, res) => server.emit('request', req, res));
    const client = clientOf(url);
    const underWay = client.tokenFail(REQUEST);
    const [req, res] = await arrived;

    const closed = client.close();
    const opening = client.token({ parameters: 'grant_type=password' });
    expect(await failureOf(opening)).toMatchObject({ code: 'ERR_ATF_CLOSED' });
    res.end(JSON.stringify(FAIL_REPLY));
    await expect(underWay).resolves.toEqual(FAIL_REPLY);
    await closed;
    // Long before an idle socket would be closed in any case.
    await until(() => req.socket.closed, 100);
    expect(await failureOf(client.tokenFail(REQUEST))).toMatchObject({ code: 'ERR_ATF_CLOSED' });
  });
});
