import axios, { type AxiosInstance } from 'axios';
import { catchError, LONG, SERVICE_ID, startClient, WITHHELD } from '../support/authlete/client';
import { watchChannel } from '../support/observe/channels';
import { expectNoSecretIn, PASSWORD, TICKET } from '../support/secrets/secrets';
import { until } from '../support/until';
import { FAIL_REPLY, startUpstream, type Upstream } from '../support/servers/upstream';

const TOKEN_PATH = `/api/${SERVICE_ID}/auth/token`;
const FAIL_PATH = `${TOKEN_PATH}/fail`;
const TOKEN_REQUEST = { parameters: 'grant_type=password' };

/** An upstream that replies this, with this status, to `/auth/token`, and as usual to the others. */
function startTokenUpstream(reply: object, status = 200, failReply: object = FAIL_REPLY) {
  return startUpstream((res) => {
    const isToken = res.req.url === TOKEN_PATH;
    res.writeHead(isToken ? status : 200).end(JSON.stringify(isToken ? reply : failReply));
  });
}

/** The requests of the fail calls that arrived, once there is one. */
async function waitForFailCall({ requests }: Upstream): Promise<unknown[]> {
  const fails = () => requests.filter(({ path }) => path === FAIL_PATH);
  await until(() => fails().length > 0);
  return fails().map(({ body }) => JSON.parse(body) as unknown);
}

const CLOSED = [{ ticket: TICKET, reason: 'UNKNOWN' }];

function createDeafInstance(): AxiosInstance {
  const instance = axios.create();
  instance.interceptors.request.use((config) => {
    Reflect.deleteProperty(config, 'signal');
    return config;
  });
  return instance;
}

describe('a ticket of a reply that the caller does not get', () => {
  it.each<[string, object, number]>([
    ['whose action is unknown', { action: 'LOCATION', ticket: TICKET }, 200],
    ['whose action is missing', { ticket: TICKET }, 200],
    ['that lacks a username', { action: 'PASSWORD', password: PASSWORD, ticket: TICKET }, 200],
    ['with another HTTP status', { action: 'OK', responseContent: '{}', ticket: TICKET }, 500],
  ])('is closed: a reply %s', async (_what, reply, status) => {
    const upstream = await startTokenUpstream(reply, status);
    await catchError(startClient(upstream.url).token(TOKEN_REQUEST));
    expect(await waitForFailCall(upstream)).toEqual(CLOSED);
  });

  describe.each<[string, () => AxiosInstance | undefined]>([
    ['the client’s own instance', () => undefined],
    ['an app’s instance', () => axios.create()],
    ['an app’s instance that does not listen to signals', createDeafInstance],
  ])('through %s', (_whose, createInstance) => {
    const reply = { action: 'PASSWORD', username: 'john', password: PASSWORD, ticket: TICKET };

    /** A client whose instance returns the reply of `/auth/token` only when it is told to. */
    async function startSlowClient(timeout: number) {
      const upstream = await startTokenUpstream(reply);
      const client = startClient(upstream.url, { axios: createInstance(), timeout });
      let go = (): void => undefined;
      const told = new Promise<void>((resolve) => (go = resolve));
      const arrived = new Promise<void>((resolve) => {
        client.axios.interceptors.response.use(async (response) => {
          resolve();
          if (response.config.url?.endsWith('/auth/token')) await told;
          return response;
        });
      });
      return { client, upstream, arrived, go };
    }

    it('is closed when the reply comes after the deadline', async () => {
      // Long enough for the reply to arrive.
      const { client, upstream, go } = await startSlowClient(1000);
      const error = await catchError(client.token(TOKEN_REQUEST));
      expect(error).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
      go();
      expect(await waitForFailCall(upstream)).toEqual(CLOSED);
    });

    it('is closed when the reply comes after the caller has aborted', async () => {
      const { client, upstream, arrived, go } = await startSlowClient(LONG);
      const abort = new AbortController();
      const call = catchError(client.token(TOKEN_REQUEST, { signal: abort.signal }));
      await arrived;
      abort.abort();
      expect(await call).toMatchObject({ code: 'ERR_ATF_ABORTED' });
      go();
      expect(await waitForFailCall(upstream)).toEqual(CLOSED);
    });
  });

  it('is closed before the client is, and before its last call has ended for good', async () => {
    const upstream = await startTokenUpstream({ action: 'LOCATION', ticket: TICKET });
    const client = startClient(upstream.url);
    const call = catchError(client.token(TOKEN_REQUEST));
    await client.close();
    await call;
    expect(upstream.requests.map(({ path }) => path)).toEqual([TOKEN_PATH, FAIL_PATH]);
  });

  it('is closed at the service that opened it', async () => {
    const reply = JSON.stringify({ action: 'PASSWORD', ticket: TICKET });
    const upstream = await startUpstream((res) => res.end(reply));
    await catchError(startClient(upstream.url).forService('2').token(TOKEN_REQUEST));
    await until(() => upstream.requests.length === 2);
    expect(upstream.requests[1]?.path).toBe('/api/2/auth/token/fail');
  });

  it('changes nothing for the caller when it cannot be closed', async () => {
    const upstream = await startUpstream((res) => {
      if (res.req.url === TOKEN_PATH)
        res.end(JSON.stringify({ action: 'PASSWORD', ticket: TICKET }));
      else res.destroy();
    });
    expect(await catchError(startClient(upstream.url).token(TOKEN_REQUEST))).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      api: '/auth/token',
    });
    expect(await waitForFailCall(upstream)).toEqual(CLOSED);
  });

  it('is closed by a call that shows none of the secrets of the grant', async () => {
    const events = watchChannel('express-authlete-token-fail:call');
    const failReply = { resultCode: 'A1', resultMessage: `wrong: ${PASSWORD}` };
    const upstream = await startTokenUpstream({ ticket: TICKET }, 200, failReply);
    const parameters = `grant_type=password&password=${PASSWORD}`;
    await catchError(startClient(upstream.url).token({ parameters }));
    await until(() => events.length === 2);
    expect(events.map(({ api, error }) => [api, error?.resultMessage])).toEqual([
      ['/auth/token', undefined],
      ['/auth/token/fail', WITHHELD],
    ]);
    expectNoSecretIn(events);
  });
});

describe('a ticket of a reply of another API', () => {
  it('is not closed: nothing but /auth/token opens one', async () => {
    const upstream = await startUpstream((res) => res.end(JSON.stringify({ ticket: TICKET })));
    const client = startClient(upstream.url);
    await catchError(client.tokenIssue({ ticket: TICKET, subject: 'john' }));
    await client.close();
    expect(upstream.requests).toHaveLength(1);
  });
});
