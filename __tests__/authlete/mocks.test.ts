import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import axios, { type AxiosInstance } from 'axios';
import AxiosMockAdapter from 'axios-mock-adapter';
import nock from 'nock';
import {
  catchFailError,
  REQUEST,
  SERVICE_ID,
  SHORT,
  startClient,
} from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';
import { run } from '../support/docs/snippets';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { closedPort } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

const PATH = `/api/${SERVICE_ID}/auth/token/fail`;
const MOCKED = { action: 'BAD_REQUEST', responseContent: '{"mocked":true}' };

const INSTANCES: [string, () => AxiosInstance | undefined][] = [
  ['the client’s own', () => undefined],
  ['the app’s', () => axios.create()],
];

// It is active once it is imported.
nock.restore();

/** Has nock answer for the current test; the network is out of reach. */
function activateNock(): void {
  nock.activate();
  nock.disableNetConnect();
  cleanUp(() => {
    nock.cleanAll();
    nock.enableNetConnect();
    nock.restore();
  });
}

describe.each(INSTANCES)('nock, with %s instance,', (_whose, createInstance) => {
  it('answers calls', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    activateNock();
    const scope = nock(upstream.url, { reqheaders: { authorization: `Bearer ${BEARER_TOKEN}` } })
      .post(PATH, { ...REQUEST })
      .reply(200, MOCKED);
    const client = startClient(upstream.url, { axios: createInstance() });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(MOCKED);
    expect(scope.isDone()).toBe(true);
    expect(upstream.requests).toEqual([]);
  });

  it('lets no call through that it does not know', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    activateNock();
    const client = startClient(upstream.url, { axios: createInstance() });
    await catchFailError(client);
    expect(upstream.requests).toEqual([]);
  });

  it('answers with statuses and headers', async () => {
    const url = await closedPort();
    activateNock();
    nock(url).post(PATH).reply(429, '', { 'Retry-After': '77' });
    const client = startClient(url, { axios: createInstance() });
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_THROTTLED',
      retryAfter: 77,
    });
  });

  it('fails calls, which are sent again where that is safe', async () => {
    const url = await closedPort();
    activateNock();
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    nock(url).post(PATH).replyWithError(refused).post(PATH).reply(200, MOCKED);
    const client = startClient(url, { axios: createInstance() });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(MOCKED);
  });

  it('has calls time out', async () => {
    const url = await closedPort();
    activateNock();
    nock(url)
      .post(PATH)
      .delay(2 * SHORT)
      .reply(200, MOCKED);
    const client = startClient(url, { axios: createInstance(), timeout: SHORT });
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    nock.abortPendingRequests();
  });
});

describe.each(INSTANCES)('axios-mock-adapter, with %s instance,', (_whose, createInstance) => {
  it('answers calls, until it is taken away', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { axios: createInstance() });
    const mock = new AxiosMockAdapter(client.axios);
    mock.onPost(upstream.url + PATH, { ...REQUEST }).reply(200, MOCKED);
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(MOCKED);
    expect(mock.history.post).toMatchObject([
      { url: upstream.url + PATH, headers: { Authorization: `Bearer ${BEARER_TOKEN}` } },
    ]);
    expect(upstream.requests).toEqual([]);
    mock.restore();
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('answers with statuses and headers', async () => {
    const client = startClient(await closedPort(), { axios: createInstance() });
    const mock = new AxiosMockAdapter(client.axios);
    mock.onPost().replyOnce(500, { resultCode: 'A001101' });
    mock.onPost().replyOnce(429, '', { 'Retry-After': '77' });
    expect(await catchFailError(client)).toMatchObject({ status: 500, resultCode: 'A001101' });
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_THROTTLED',
      retryAfter: 77,
    });
    // What it answers where it knows no answer.
    expect(await catchFailError(client)).toMatchObject({ status: 404 });
  });

  it('fails calls', async () => {
    const client = startClient(await closedPort(), { axios: createInstance() });
    const mock = new AxiosMockAdapter(client.axios, { onNoMatch: 'throwException' });
    mock.onPost().networkErrorOnce();
    mock.onPost().timeoutOnce();
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('lets calls through', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url, { axios: createInstance() });
    const mock = new AxiosMockAdapter(client.axios, { onNoMatch: 'passthrough' });
    mock.onPost(/issue$/).reply(200, { action: 'OK', responseContent: '{}' });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    const issue = client.tokenIssue({ ticket: TICKET, subject: 'john' });
    await expect(issue).resolves.toHaveProperty('action', 'OK');
    expect(upstream.requests).toMatchObject([{ path: PATH, body: JSON.stringify(REQUEST) }]);
  });
});

describe('msw', () => {
  /** Makes a call of each instance with msw in front. */
  const SCRIPT = `
    import axios from 'axios';
    import { createAuthleteClient } from 'express-authlete-token-fail';
    import { http, HttpResponse } from 'msw';
    import { setupServer } from 'msw/node';

    const baseUrl = process.env.URL_OF_UPSTREAM;
    const mocked = ${JSON.stringify(MOCKED)};
    const server = setupServer(http.post(baseUrl + '${PATH}', () => HttpResponse.json(mocked)));
    server.listen({ onUnhandledRequest: 'error' });
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

  it('answers calls, with the client’s own instance and with the app’s', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    // Jest's loader does not take the ES modules that msw is made of.
    const child = run(SCRIPT, { URL_OF_UPSTREAM: upstream.url });
    // Standard error only says why it failed: on Node 26, msw has Node warn.
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(exitCode === 0 ? '' : stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([MOCKED.responseContent, MOCKED.responseContent]);
    expect(upstream.requests).toEqual([]);
  });
});
