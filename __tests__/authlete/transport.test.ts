import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import axios from 'axios';
import nock from 'nock';
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { cleanUp } from './support/cleanup';
import { SERVICE_ID } from './support/emulator';
import { TICKET } from './support/secrets';
import { serve } from './support/servers';
import { run } from './support/snippets';
import { clientAt } from './support/token-server';
import { FAIL_REPLY, startJsonUpstream } from './support/upstream';

const REQUEST = { ticket: TICKET, reason: 'UNKNOWN' } as const;
const PATH = `/api/${SERVICE_ID}/auth/token/fail`;
const MOCKED = { action: 'BAD_REQUEST', responseContent: '{"mocked":true}' };

// It is active once it is imported.
nock.restore();

/** Does what {@link contentsOf} does, with msw in front. */
const MSW_SCRIPT = `
  import axios from 'axios';
  import { createAuthleteClient } from 'express-authlete-token-fail';
  import { http, HttpResponse } from 'msw';
  import { setupServer } from 'msw/node';

  const baseUrl = process.env.URL_OF_UPSTREAM;
  const mocked = ${JSON.stringify(MOCKED)};
  const server = setupServer(http.post(baseUrl + '${PATH}', () => HttpResponse.json(mocked)));
  server.listen();
  for (const options of [{}, { axios: axios.create() }]) {
    const client = createAuthleteClient({
      ...{ serviceId: '${SERVICE_ID}', accessToken: 'token', baseUrl },
      ...options,
    });
    const reply = await client.tokenFail(${JSON.stringify(REQUEST)});
    console.log(reply.responseContent);
    await client.close();
  }
  server.close();
`;

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
    // Jest's loader does not take the ES modules that msw is made of.
    const child = run(MSW_SCRIPT, { URL_OF_UPSTREAM: upstream.url });
    // Of standard error only as much as says why it failed: on Node 26, msw has Node warn.
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(exitCode === 0 ? '' : stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([FAIL_REPLY.responseContent, MOCKED.responseContent]);
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
