import { once } from 'node:events';
import { type ClientRequest, createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import axios, { type AxiosInstance, type AxiosRequestTransformer } from 'axios';
import type { AuthleteClient } from 'express-authlete-token-fail';
import { catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { watchRequests } from '../support/authlete/requests';
import { cleanUp } from '../support/cleanup';
import { http } from '../support/faults/faulty-upstream';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { serve, serveTcp } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const JSON_REPLY = JSON.stringify(FAIL_REPLY);

/** Makes a fail call; returns the socket that its reply came on, once it is put away. */
async function findIdleSocket(client: AuthleteClient): Promise<Socket> {
  let found: Socket | undefined;
  const id = client.axios.interceptors.response.use((response) => {
    found = (response.request as ClientRequest).socket ?? undefined;
    return response;
  });
  await client.tokenFail(REQUEST);
  client.axios.interceptors.response.eject(id);
  await new Promise(setImmediate);
  if (!found) throw new Error('The request had no socket');
  return found;
}

describe('the connections of a client', () => {
  it('are reused', async () => {
    const sockets = new Set<unknown>();
    const url = await serve((req, res) => {
      sockets.add(req.socket);
      req.resume().on('end', () => res.end(JSON_REPLY));
    });
    const client = startClient(url);
    for (let call = 0; call < 10; call += 1) {
      await client.tokenFail(REQUEST);
      // Only then is the connection there to be reused.
      await new Promise(setImmediate);
    }
    expect(sockets.size).toBe(1);
  });

  it('are as many as there are calls in flight, and kept', async () => {
    const sockets = new Set<unknown>();
    let arrived = 0;
    const url = await serve((req, res) => {
      sockets.add(req.socket);
      arrived++;
      req
        .resume()
        .on('end', () => void until(() => arrived % 5 === 0).then(() => res.end(JSON_REPLY)));
    });
    const client = startClient(url);
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 5 }, () => client.tokenFail(REQUEST)));
      await new Promise(setImmediate);
    }
    expect(sockets.size).toBe(5);
  });

  it('are closed once they are idle for 4 s, though the server would close them later', async () => {
    // Neither a header nor the server itself ends it sooner.
    const url = await serveTcp((socket) => socket.on('data', () => socket.write(http(FAIL_REPLY))));
    const socket = await findIdleSocket(startClient(url));
    expect([socket.timeout, socket.destroyed]).toEqual([4000, false]);
    // What its timer does.
    socket.emit('timeout');
    expect(socket.destroyed).toBe(true);
  });

  it('are closed sooner if the server says that it will', async () => {
    const response = http(FAIL_REPLY, {
      headers: ['Connection: keep-alive', 'Keep-Alive: timeout=2'],
    });
    const url = await serveTcp((socket) => socket.on('data', () => socket.write(response)));
    const socket = await findIdleSocket(startClient(url));
    // Node 24 and newer subtract a second.
    expect([1000, 2000]).toContain(socket.timeout);
  });

  it('are not kept if the server closes them', async () => {
    const response = http(FAIL_REPLY, { headers: ['Connection: close'] });
    const url = await serveTcp((socket) => socket.on('data', () => socket.end(response)));
    const client = startClient(url);
    expect((await findIdleSocket(client)).destroyed).toBe(true);
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('may be silent for longer than that during a call', async () => {
    const requests = watchRequests();
    const held: ServerResponse[] = [];
    const url = await serve((_req, res) => held.push(res));
    const call = startClient(url).tokenFail(REQUEST);
    await until(() => held.length > 0);
    // What its timer does.
    requests[0]?.socket?.emit('timeout');
    held[0]?.end(JSON_REPLY);
    await expect(call).resolves.toEqual(FAIL_REPLY);
    expect(requests).toHaveLength(1);
  });

  it('do not go through a proxy that the environment names', async () => {
    const proxy = await startJsonUpstream(FAIL_REPLY);
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const saved = { ...process.env };
    cleanUp(() => (process.env = saved));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
      process.env[name] = proxy.url;
    }
    delete process.env['NO_PROXY'];
    delete process.env['no_proxy'];
    await startClient(upstream.url).tokenFail(REQUEST);
    expect([upstream.requests.length, proxy.requests.length]).toEqual([1, 0]);
  });

  it('may lead to an IPv6 address', async () => {
    const hosts: unknown[] = [];
    const server = createServer((req, res) => {
      hosts.push(req.headers.host);
      res.end(JSON_REPLY);
    });
    server.listen(0, '::1');
    await once(server, 'listening');
    cleanUp(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const client = startClient(`http://[::1]:${port}`);
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(hosts).toEqual([`[::1]:${port}`]);
  });
});

describe('what is sent', () => {
  /** Makes a call; returns the chunks that arrive at a server of bare connections. */
  async function collectChunks(
    call: (client: AuthleteClient) => Promise<unknown>,
    reply: object = FAIL_REPLY,
  ): Promise<string[]> {
    const chunks: string[] = [];
    const url = await serveTcp((socket) => {
      socket.on('data', (chunk) => {
        chunks.push(chunk.toString());
        socket.write(http(reply));
      });
    });
    await call(startClient(url));
    return chunks;
  }

  it('is one write for headers and body, on a new connection and on a reused one', async () => {
    const chunks = await collectChunks(async (client) => {
      await client.tokenFail(REQUEST);
      await new Promise(setImmediate);
      await client.tokenFail(REQUEST);
    });
    const body = JSON.stringify(REQUEST);
    expect(chunks).toHaveLength(2);
    for (const chunk of chunks) {
      const [head = '', ...bodies] = chunk.split('\r\n\r\n');
      expect(bodies).toEqual([body]);
      const [first, ...headers] = head.split('\r\n');
      expect(first).toBe('POST /api/715948317/auth/token/fail HTTP/1.1');
      expect(headers).toEqual(
        expect.arrayContaining([
          'Accept: application/json',
          'Content-Type: application/json',
          `Authorization: Bearer ${BEARER_TOKEN}`,
          `Content-Length: ${body.length}`,
        ]),
      );
    }
  });

  it('is UTF-8, and its length is in bytes', async () => {
    const request = { ticket: TICKET, subject: 'ä€😀' };
    const reply = { action: 'OK', responseContent: '{}' };
    const [chunk = ''] = await collectChunks((client) => client.tokenIssue(request), reply);
    const [head = '', body = ''] = chunk.split('\r\n\r\n');
    expect(JSON.parse(body)).toEqual(request);
    expect(head).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}`);
  });
});

describe('an interceptor', () => {
  it('may add headers, and a later one take them away', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    const { request } = client.axios.interceptors;
    request.use((config) => {
      config.headers.set({ 'X-Debug': false });
      return config;
    });
    // Of two, axios calls the one first that was added last.
    request.use((config) => {
      config.headers.set({ 'X-Debug': '1', 'X-Trace': 'abc' });
      return config;
    });
    await client.tokenFail(REQUEST);
    const headers = upstream.requests[0]?.headers;
    expect(headers).toHaveProperty('x-trace', 'abc');
    expect(headers).not.toHaveProperty('x-debug');
  });

  it("of the package's instance comes before the headers that a call needs", async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    const seen: string[] = [];
    client.axios.interceptors.request.use((config) => {
      seen.push(inspect(config, { depth: 10, showHidden: true }));
      config.headers.set({ authorization: 'Bearer other', 'content-type': 'text/plain' });
      return config;
    });
    await client.tokenFail(REQUEST);
    expect(upstream.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${BEARER_TOKEN}`,
      'content-type': 'application/json',
    });
    expect(seen).toHaveLength(1);
    expect(seen.join()).not.toContain(BEARER_TOKEN);
  });

  it.each<[string, AxiosInstance | undefined]>([
    ["the package's instance", undefined],
    ["an app's instance", axios.create()],
  ])('of %s may add a transformer', async (_whose, instance) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { axios: instance });
    client.axios.interceptors.request.use((config) => {
      const added: AxiosRequestTransformer = (data, headers) => {
        headers.set('X-Length', String(data).length);
        return data as unknown;
      };
      config.transformRequest = [...(config.transformRequest as AxiosRequestTransformer[]), added];
      return config;
    });
    await client.tokenFail(REQUEST);
    const length = String(JSON.stringify(REQUEST).length);
    const authorization = `Bearer ${BEARER_TOKEN}`;
    expect(upstream.requests[0]?.headers).toMatchObject({ authorization, 'x-length': length });
  });

  it('fails the call with a header that HTTP does not allow', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    client.axios.interceptors.request.use((config) => {
      Object.assign(config.headers, { 'bad name': 'x' });
      return config;
    });
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_CONNECTION_LOST',
    });
    expect(upstream.requests).toEqual([]);
  });
});
