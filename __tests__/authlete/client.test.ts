import { EventEmitter, once } from 'node:events';
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import axios from 'axios';
import type { TokenFailRequest } from 'express-authlete-token-fail';
import {
  catchError,
  catchFailError,
  REQUEST,
  SERVICE_ID,
  startClient,
} from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';
import { watchWarnings } from '../support/observe/warnings';
import { TICKET } from '../support/secrets/secrets';
import { closedPort, serve } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const OK_REPLY = { action: 'OK', responseContent: '{}' };

/** What `status` reports while all is well. */
const ALL_CLOSED = {
  '/auth/token': 'closed',
  '/auth/token/issue': 'closed',
  '/auth/token/fail': 'closed',
};

describe('a client', () => {
  it('still closes, once it is closed, a ticket that it opened, and no other', async () => {
    const upstream = await startJsonUpstream({
      ...FAIL_REPLY,
      ...{ action: 'PASSWORD', username: 'john', password: 'x', ticket: TICKET },
    });
    const client = startClient(upstream.url);
    await client.token({ parameters: 'grant_type=password' });
    await client.close();
    // It was sent: the reply is the one thing that is wrong with it.
    expect(await catchError(client.tokenFail(REQUEST))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
    });
    expect(upstream.requests).toHaveLength(2);
    expect(await catchError(client.tokenFail({ ...REQUEST, ticket: 'another' }))).toMatchObject({
      code: 'ERR_ATF_CLOSED',
    });
  });

  it('calls each of the three APIs, below the path of its base URL', async () => {
    const upstream = await startJsonUpstream(OK_REPLY);
    const client = startClient(`${upstream.url}/prefix/`);
    await client.token({ parameters: 'grant_type=password', clientId: 'c' });
    await client.tokenIssue({ ticket: TICKET, subject: 'john' });
    await catchError(client.tokenFail({ ticket: TICKET, reason: 'UNKNOWN' }));
    const prefix = `/prefix/api/${SERVICE_ID}/auth/token`;
    expect(upstream.requests.map(({ path, body }) => [path, JSON.parse(body) as unknown])).toEqual([
      [prefix, { parameters: 'grant_type=password', clientId: 'c' }],
      [`${prefix}/issue`, { ticket: TICKET, subject: 'john' }],
      [`${prefix}/fail`, { ticket: TICKET, reason: 'UNKNOWN' }],
    ]);
  });

  it('cannot be sent to another path by the service ID', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await startClient(upstream.url, { serviceId: '../x/%2e%2e?a#b' }).tokenFail(REQUEST);
    expect(upstream.requests[0]?.path).toBe('/api/..%2Fx%2F%252e%252e%3Fa%23b/auth/token/fail');
  });

  it('warns in production of a base URL that looks like the emulator, once', async () => {
    const saved = process.env['NODE_ENV'];
    cleanUp(() => {
      if (saved === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = saved;
    });
    const warnings = watchWarnings();
    startClient('http://127.0.0.1:1');
    process.env['NODE_ENV'] = 'production';
    startClient('https://us.authlete.com');
    startClient('http://127.0.0.1:2');
    startClient('http://127.0.0.1:3');
    await until(() => warnings.length > 0);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'ERR_ATF_EMULATOR_URL',
        'baseUrl is http://127.0.0.1:2, which looks like the emulator, and NODE_ENV is production',
      ],
    ]);
  });
});

describe('status', () => {
  it('says what the client is doing', async () => {
    const held: ServerResponse[] = [];
    const upstream = await startUpstream((res) => held.push(res));
    const client = startClient(upstream.url, { maxConcurrent: 2 });
    expect(client.status()).toEqual({ circuit: ALL_CLOSED, active: 0, queued: 0, closed: false });
    const calls = Array.from({ length: 3 }, () => client.tokenFail(REQUEST));
    expect(client.status()).toMatchObject({ active: 2, queued: 1 });
    for (let answered = 0; answered < 3; answered++) {
      await until(() => held.length > 0);
      held.shift()?.end(JSON.stringify(FAIL_REPLY));
    }
    await Promise.all(calls);
    expect(client.status()).toEqual({ circuit: ALL_CLOSED, active: 0, queued: 0, closed: false });
    await client.close();
    expect(client.status()).toEqual({ circuit: ALL_CLOSED, active: 0, queued: 0, closed: true });
  });

  it('says which circuit is open', async () => {
    const client = startClient(await closedPort());
    await Promise.all(Array.from({ length: 20 }, () => catchFailError(client)));
    expect(client.status().circuit).toEqual({ ...ALL_CLOSED, '/auth/token/fail': 'open' });
  });
});

describe('close', () => {
  it('lets the calls in flight end, opens no new ticket and frees the sockets', async () => {
    const server = new EventEmitter();
    const arrived = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const url = await serve((req, res) => server.emit('request', req, res));
    const client = startClient(url);
    const call = client.tokenFail(REQUEST);
    const [req, res] = await arrived;

    const closed = client.close();
    expect(await catchError(client.token({ parameters: 'grant_type=password' }))).toMatchObject({
      code: 'ERR_ATF_CLOSED',
      api: '/auth/token',
      message: '/auth/token: The client is closed',
    });
    res.end(JSON.stringify(FAIL_REPLY));
    await expect(call).resolves.toEqual(FAIL_REPLY);
    await closed;
    // Long before an idle socket would be closed in any case.
    await until(() => req.socket.closed, 100);
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CLOSED' });
  });

  it('may be called any number of times, at once or later', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    const call = client.tokenFail(REQUEST);
    await Promise.all([client.close(), client.close()]);
    await client.close();
    await expect(call).resolves.toEqual(FAIL_REPLY);
  });

  it('leaves the connections of an app’s instance to the app', async () => {
    const sockets = new Set<unknown>();
    const url = await serve((req, res) => {
      sockets.add(req.socket);
      req.resume().on('end', () => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const httpAgent = new Agent({ keepAlive: true });
    cleanUp(() => httpAgent.destroy());
    const instance = axios.create({ httpAgent });
    for (let calls = 0; calls < 2; calls++) {
      const client = startClient(url, { axios: instance });
      await client.tokenFail(REQUEST);
      await client.close();
    }
    expect(sockets.size).toBe(1);
  });

  it('lets the tickets be closed that the calls in flight open', async () => {
    const failRequest: TokenFailRequest = { ticket: TICKET, reason: 'UNKNOWN' };
    const token = { action: 'PASSWORD', username: 'john', password: 'x', ticket: TICKET };
    const upstream = await startUpstream((res) => {
      const isToken = res.req.url?.endsWith('/auth/token');
      res.end(JSON.stringify(isToken ? token : FAIL_REPLY));
    });
    const client = startClient(upstream.url);
    const call = client.token({ parameters: 'grant_type=password' });
    const closed = client.close();
    await call;
    await expect(client.tokenFail(failRequest)).resolves.toEqual(FAIL_REPLY);
    await closed;
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CLOSED' });
  });
});
