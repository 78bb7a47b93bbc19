import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  AuthleteApiError,
  type AuthleteClientOptions,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { cleanUp } from '../support/cleanup';
import type { Adapter } from '../support/faults/adapters';
import {
  getGoodReply,
  http,
  SERVICE_ID,
  startFaultyUpstream,
} from '../support/faults/faulty-upstream';
import { pickPathsTo, resultOfReply } from '../support/faults/grant';
import { createSender } from '../support/fuzz/http';
import { watchEachTest } from '../support/observe/watch';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { serve } from '../support/servers/listen';
import { until } from '../support/until';

const API = '/auth/token/fail';
const { status, content } = resultOfReply(API);

/** An upstream that replies when the test says so, to every call that waits. */
async function startWaitingUpstream() {
  const waiting: Socket[] = [];
  const upstream = await startFaultyUpstream(API, (socket) => waiting.push(socket));
  const reply = (): void => {
    for (const socket of waiting.splice(0)) socket.write(http(getGoodReply(API)));
  };
  return { ...upstream, waiting, reply };
}

function createClient(adapter: Adapter, baseUrl: string, options: AuthleteClientOptions = {}) {
  const client = createAuthleteClient({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    baseUrl,
    ...adapter.options(),
    ...options,
  });
  cleanUp(() => client.close());
  return client;
}

const REQUEST = { ticket: TICKET, reason: 'UNKNOWN' } as const;

watchEachTest();

describe.each(pickPathsTo(API))('$title: a server survives', ({ adapter, express }) => {
  it('a client application that disconnects while its fail call is in flight', async () => {
    const { url, waiting, reply, calls } = await startWaitingUpstream();
    const outcomes: TokenOutcome[] = [];
    const passedOn: unknown[] = [];
    const app = express();
    let disconnected: Promise<unknown> = Promise.resolve();
    app.use((_req, res, next) => {
      disconnected = once(res, 'close');
      next(new InvalidResourceOwnerCredentialsError(TICKET));
    });
    const client = createClient(adapter, url);
    app.use(tokenFail({ client, onOutcome: (outcome) => outcomes.push(outcome) }));
    app.use((error: unknown, _req: unknown, _res: unknown, _next: unknown) => passedOn.push(error));
    const appUrl = await serve(app as RequestListener);

    const request = httpRequest(appUrl, { method: 'POST', agent: false });
    request.on('error', () => undefined).end();
    await until(() => waiting.length === 1);
    request.destroy();
    await disconnected;
    reply();
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual([expect.objectContaining({ outcome: 'aborted' })]);
    expect([calls(API), passedOn]).toEqual([1, []]);
  });

  it('its shutdown with calls in flight and calls that wait', async () => {
    const { url, waiting, reply, calls } = await startWaitingUpstream();
    const client = createClient(adapter, url, { maxConcurrent: 2 });
    const app = express();
    let arrived = 0;
    app.use((_req, _res, next) => {
      arrived++;
      next(new InvalidResourceOwnerCredentialsError(TICKET));
    });
    app.use(tokenFail({ client }));
    const server = createServer(app as RequestListener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const send = createSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const answers = Array.from({ length: 5 }, () => send());
    await until(() => arrived === 5 && waiting.length === 2);
    expect(client.status()).toMatchObject({ active: 2, queued: 3, closed: false });
    server.close();
    const closed = client.close();
    expect(client.status().closed).toBe(true);
    const call = client.token({ parameters: 'grant_type=password' });
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CLOSED' });
    const replying = setInterval(reply, 5);
    cleanUp(() => clearInterval(replying));
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, answer.body.toString()]).toEqual([status, content]);
    }
    await closed;
    expect(calls(API)).toBe(5);
    expect(client.status()).toMatchObject({ active: 0, queued: 0 });
  });

  it('10,000 calls at once while upstream stalls, of which each ends and none is sent twice', async () => {
    const { url, waiting, calls } = await startWaitingUpstream();
    const limits = { maxConcurrent: 50, maxQueued: 5000 };
    // Half of it is time enough to make 10,000 calls on a busy machine, too.
    const client = createClient(adapter, url, { ...limits, timeout: 3000 });
    const codes: Record<string, number> = {};
    await Promise.all(
      Array.from({ length: 10_000 }, () =>
        client.tokenFail(REQUEST).catch((error: unknown) => {
          const code = error instanceof AuthleteApiError ? error.code : String(error);
          codes[code] = (codes[code] ?? 0) + 1;
        }),
      ),
    );
    // Most find no place to wait in; those that do give up before the first ones time out.
    expect(codes).toEqual({
      ERR_ATF_OVERLOADED: 10_000 - limits.maxConcurrent,
      ERR_ATF_TIMEOUT: limits.maxConcurrent,
    });
    expect(calls(API)).toBeLessThanOrEqual(limits.maxConcurrent);
    expect(waiting).toHaveLength(calls(API));
    expect(client.status()).toMatchObject({ active: 0, queued: 0 });
    await expect(client.tokenFail(REQUEST)).rejects.toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
  });
});

/** More calls than the circuit breaker looks at before it opens. */
const CALLS = 30;

describe.each(pickPathsTo(API))('$title: in an outage, the circuit', ({ adapter }) => {
  it.each<[string, object | string, string]>([
    ['opens where upstream answers 500 with HTML', '<html></html>', 'open'],
    // A client application that can make Authlete fail must not stop everybody else.
    ['stays closed where upstream answers 500 with a result', { resultCode: 'A001101' }, 'closed'],
  ])('%s', async (_what, body, state) => {
    const { url } = await startFaultyUpstream(API, (socket) =>
      socket.write(http(body, { status: '500 Internal Server Error' })),
    );
    const client = createClient(adapter, url);
    for (let sent = 0; sent < CALLS; sent++) {
      await expect(client.tokenFail(REQUEST)).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_ATF_(HTTP_STATUS|CIRCUIT_OPEN)$/) as unknown,
      });
    }
    expect(client.status().circuit).toEqual({
      '/auth/token': 'closed',
      '/auth/token/issue': 'closed',
      [API]: state,
    });
  });
});
