import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  startResettingServer,
  startServerThatAcceptsNothing,
} from '../support/authlete/blocked-servers';
import {
  catchFailError,
  countSockets,
  countTimers,
  REQUEST,
  SERVICE_ID,
  SHORT,
  startClient,
} from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';
import { http } from '../support/faults/faulty-upstream';
import { watchChannel } from '../support/observe/channels';
import { closedPort, serve, serveTcp } from '../support/servers/listen';
import { FAIL_REPLY, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

describe('a connection', () => {
  it('that is refused fails the call as unreachable', async () => {
    const url = await closedPort();
    expect(await catchFailError(startClient(url))).toMatchObject({
      code: 'ERR_ATF_UNREACHABLE',
      api: '/auth/token/fail',
      message: `/auth/token/fail: Authlete cannot be reached at ${new URL(url).host} (ECONNREFUSED)`,
    });
  });

  it('to a host that does not exist fails the call as unreachable', async () => {
    expect(await catchFailError(startClient('https://authlete.invalid'))).toMatchObject({
      code: 'ERR_ATF_UNREACHABLE',
      message: expect.stringMatching(/ at authlete\.invalid \((ENOTFOUND|EAI_AGAIN)\)$/) as unknown,
    });
  });

  it('to a server that does not speak TLS fails the call as unreachable', async () => {
    const url = await serveTcp((socket) => socket.end('no TLS here\r\n'));
    expect(await catchFailError(startClient(url.replace('http:', 'https:')))).toMatchObject({
      code: 'ERR_ATF_UNREACHABLE',
      message: expect.stringMatching(
        /^\/auth\/token\/fail: TLS with Authlete cannot be set up at 127\.0\.0\.1:\d+/,
      ) as unknown,
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
    let connections = 0;
    const url = await serveTcp((socket) => {
      connections++;
      socket.once('data', () => socket.end(sent));
    });
    expect(await catchFailError(startClient(url))).toMatchObject({
      code: 'ERR_ATF_CONNECTION_LOST',
      message: expect.stringMatching(
        /^\/auth\/token\/fail: The connection was lost before the reply( \(ECONNRESET\))?$/,
      ) as unknown,
    });
    expect(connections).toBe(1);
  });

  it.each([
    ['that is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    [
      'with a header block that is too large',
      `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
    ],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  ])('on which comes something %s fails the call', async (_what, sent) => {
    const url = await serveTcp((socket) => socket.once('data', () => socket.end(sent)));
    expect(await catchFailError(startClient(url))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message: '/auth/token/fail: The response is not valid HTTP',
    });
  });
});

describe('a call that times out', () => {
  const IN_TIME = {
    code: 'ERR_ATF_TIMEOUT',
    api: '/auth/token/fail',
    message: `/auth/token/fail: Authlete did not answer within ${SHORT} ms`,
  };

  it('while it is being connected leaves no socket and no timer', async () => {
    const url = await startServerThatAcceptsNothing();
    const client = startClient(url, { timeout: SHORT });
    const [sockets, timers] = [countSockets(), countTimers()];
    expect(await catchFailError(client)).toMatchObject(IN_TIME);
    await until(() => countSockets() <= sockets);
    // Jest has timers of its own, which come and go.
    await until(() => countTimers() <= timers);
  });

  it('in the TLS handshake has its connection closed', async () => {
    let closed: Promise<unknown> | undefined;
    const url = await serveTcp((socket) => {
      closed = once(socket.resume(), 'close');
    });
    const client = startClient(url.replace('http:', 'https:'), { timeout: SHORT });
    const before = countSockets();
    expect(await catchFailError(client)).toMatchObject(IN_TIME);
    await closed;
    await until(() => countSockets() <= before);
  });

  it.each([
    ['before the headers', ''],
    ['inside the headers', 'HTTP/1.1 200 OK\r\nConte'],
    ['inside the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"act'],
  ])('%s has its connection closed, and is not sent again', async (_where, sent) => {
    const sockets: Socket[] = [];
    const url = await serveTcp((socket) => {
      sockets.push(socket);
      socket.once('data', () => socket.write(sent));
    });
    const client = startClient(url, { timeout: SHORT });
    expect(await catchFailError(client)).toMatchObject(IN_TIME);
    await until(() => sockets.every(({ destroyed }) => destroyed));
    expect(sockets).toHaveLength(1);
  });

  it('while its body comes a byte at a time has its connection closed', async () => {
    let closed = false;
    const url = await serve((_req, res) => {
      const timer = setInterval(() => res.write(' '), SHORT / 10);
      res.on('close', () => {
        clearInterval(timer);
        closed = true;
      });
    });
    const client = startClient(url, { timeout: SHORT });
    expect(await catchFailError(client)).toMatchObject(IN_TIME);
    await until(() => closed);
  });
});

describe('a call on a reused connection', () => {
  it('is not sent again when the connection is reset before the reply', async () => {
    let count = 0;
    const upstream = await startUpstream((res) => {
      if (++count === 1) res.end(JSON.stringify(FAIL_REPLY));
      else res.socket?.resetAndDestroy();
    });
    const client = startClient(upstream.url);
    await client.tokenFail(REQUEST);
    await new Promise(setImmediate);
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_CONNECTION_LOST',
      message: '/auth/token/fail: A reused connection was closed unanswered (ECONNRESET)',
    });
    expect(upstream.requests).toHaveLength(2);
  });

  it('is sent again, on a new connection, when it cannot be written', async () => {
    const events = watchChannel('express-authlete-token-fail:call');
    const server = await startResettingServer(http(FAIL_REPLY));
    const client = startClient(server.url);
    await client.tokenFail(REQUEST);
    await new Promise(setImmediate);
    server.reset();
    // Written in this turn of the event loop, so before Node can know.
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(events.map(({ attempts, error }) => [attempts, error])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });
});

/** Makes two calls with no file descriptor left until the second has failed once. */
const NO_DESCRIPTORS_SCRIPT = `
  const { subscribe } = require('node:diagnostics_channel');
  const { closeSync, openSync } = require('node:fs');
  const { createAuthleteClient } = require('./lib/index.ts');
  const client = createAuthleteClient();
  const files = [];
  let failuresLeft = 4;
  // Before each attempt, because anything in the process may close one meanwhile.
  client.axios.interceptors.request.use((config) => {
    try {
      while (failuresLeft > 0) files.push(openSync('/dev/null'));
    } catch {}
    return config;
  });
  client.axios.interceptors.response.use(undefined, (error) => {
    if (--failuresLeft === 0) for (const file of files) closeSync(file);
    return Promise.reject(error);
  });
  const events = [];
  subscribe('express-authlete-token-fail:call', ({ attempts, error, status }) => {
    events.push({ attempts, status, code: error?.code, message: error?.message });
  });
  const call = () => client.tokenFail({ ticket: 'ticket', reason: 'UNKNOWN' }).catch(() => undefined);
  (async () => {
    await call();
    await call();
    await client.close();
    console.log(JSON.stringify({ events, circuit: client.status().circuit['/auth/token/fail'] }));
  })();
`;

describe('a process without a file descriptor left', () => {
  it('cannot reach Authlete, which says nothing of Authlete, and tries again', async () => {
    const upstream = await startUpstream((res) => res.end(JSON.stringify(FAIL_REPLY)));
    const node = [process.execPath, '--import', 'tsx', '-e', NO_DESCRIPTORS_SCRIPT];
    const child = spawn('sh', ['-c', 'ulimit -n 128; exec "$@"', 'sh', ...node], {
      cwd: join(__dirname, '../..'),
      env: {
        ...process.env,
        AUTHLETE_BASE_URL: upstream.url,
        AUTHLETE_SERVICE_ID: SERVICE_ID,
        AUTHLETE_BEARER: 'token',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp(() => child.kill('SIGKILL'));
    expect(JSON.parse(await text(child.stdout))).toEqual({
      events: [
        {
          attempts: 3,
          code: 'ERR_ATF_UNREACHABLE',
          message: `/auth/token/fail: No socket was left, so the call was not sent at ${new URL(upstream.url).host} (EMFILE)`,
        },
        { attempts: 2, status: 200 },
      ],
      circuit: 'closed',
    });
    expect(upstream.requests).toHaveLength(1);
  });
});
