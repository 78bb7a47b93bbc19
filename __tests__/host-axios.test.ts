import { Agent, request } from 'node:http';
import axios from 'axios';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import nock from 'nock';
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { cleanUp } from './support/cleanup';
import { SERVICE_ID } from './support/emulator';
import { TICKET } from './support/secrets';
import { serve } from './support/servers';
import { clientAt } from './support/token-server';
import { FAIL_REPLY, startJsonUpstream } from './support/upstream';

const REQUEST = { ticket: TICKET, reason: 'UNKNOWN' } as const;
const PATH = `/api/${SERVICE_ID}/auth/token/fail`;
const MOCKED = { action: 'BAD_REQUEST', responseContent: '{"mocked":true}' };

// It is active once it is imported.
nock.restore();

/** Calls once with the default transport and once with an axios instance of the host's. */
async function contentsOf(baseUrl: string): Promise<string[]> {
  const clients = [clientAt(baseUrl), clientAt(baseUrl, { axios: axios.create() })];
  const replies = await Promise.all(clients.map((client) => client.tokenFail(REQUEST)));
  return replies.map(({ responseContent }) => responseContent);
}

describe('the transport of a host’s axios instance', () => {
  it('has the agent that the host gave it', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const agent = new Agent({ keepAlive: true });
    cleanUp(() => agent.destroy());
    const connect = jest.spyOn(agent, 'createConnection');
    const client = clientAt(upstream.url, { axios: axios.create({ httpAgent: agent }) });
    await client.tokenFail(REQUEST);
    await client.tokenFail(REQUEST);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('goes through the proxy that the host gave it', async () => {
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
    const instance = axios.create({ proxy: { host, port: Number(port) } });
    await expect(clientAt(upstream.url, { axios: instance }).tokenFail(REQUEST)).resolves.toEqual(
      FAIL_REPLY,
    );
    expect(asked).toEqual([upstream.url + PATH]);
  });
});

describe('a mocking library', () => {
  it('such as nock sees calls of a host’s axios instance, and no others', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    nock.activate();
    cleanUp(() => {
      nock.cleanAll();
      nock.restore();
    });
    nock(upstream.url).post(PATH).reply(200, MOCKED);
    expect(await contentsOf(upstream.url)).toEqual([
      FAIL_REPLY.responseContent,
      MOCKED.responseContent,
    ]);
  });

  it('such as msw sees calls of a host’s axios instance, and no others', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const server = setupServer(http.post(upstream.url + PATH, () => HttpResponse.json(MOCKED)));
    server.listen();
    cleanUp(() => server.close());
    expect(await contentsOf(upstream.url)).toEqual([
      FAIL_REPLY.responseContent,
      MOCKED.responseContent,
    ]);
  });

  it('such as undici’s MockAgent sees no calls', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const before = getGlobalDispatcher();
    const agent = new MockAgent();
    agent.disableNetConnect();
    setGlobalDispatcher(agent);
    cleanUp(() => setGlobalDispatcher(before));
    const content = FAIL_REPLY.responseContent;
    expect(await contentsOf(upstream.url)).toEqual([content, content]);
  });
});
