import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express from 'express';
import {
  AuthleteApiError,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
} from 'express-authlete-token-fail';
import { cleanUp } from '../support/cleanup';
import { senderTo } from '../support/fuzz-http';
import { http, REPLY_OF, SERVICE_ID, startFaultyUpstream } from '../support/faulty-upstream';
import { BEARER_TOKEN, TICKET } from '../support/secrets';
import { serve } from '../support/servers';
import { until } from '../support/until';
import { watchEachTest } from '../support/watch';

const API = '/auth/token/fail';
const { action, responseContent, status } = REPLY_OF[API];

/** An upstream that replies when the test says so, to every call that waits. */
async function startWaitingUpstream() {
  const waiting: Socket[] = [];
  const upstream = await startFaultyUpstream(API, (socket) => waiting.push(socket));
  const reply = (): void => {
    for (const socket of waiting.splice(0)) socket.write(http({ action, responseContent }));
  };
  return { ...upstream, waiting, reply };
}

const clientOf = (baseUrl: string, options = {}) => {
  const client = createAuthleteClient({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    baseUrl,
    ...options,
  });
  cleanUp(() => client.close());
  return client;
};

const REQUEST = { ticket: TICKET, reason: 'UNKNOWN' } as const;

watchEachTest();

describe('a server survives', () => {
  it('a client application that goes away while its fail call is under way', async () => {
    const { url, waiting, reply, calls } = await startWaitingUpstream();
    const onFail = jest.fn();
    const passedOn: unknown[] = [];
    const app = express();
    let gone: Promise<unknown> = Promise.resolve();
    app.use((_req, res, next) => {
      gone = once(res, 'close');
      next(new InvalidResourceOwnerCredentialsError(TICKET));
    });
    app.use(tokenFail({ client: clientOf(url), onFail }));
    app.use((error: unknown, _req: unknown, _res: unknown, _next: unknown) => passedOn.push(error));
    const host = await serve(app as RequestListener);

    const request = httpRequest(host, { method: 'POST', agent: false });
    request.on('error', () => undefined).end();
    await until(() => waiting.length === 1);
    request.destroy();
    await gone;
    reply();
    await until(() => onFail.mock.calls.length === 1);
    expect([calls(API), passedOn]).toEqual([1, []]);
  });

  it('its shutdown with calls under way and calls that wait', async () => {
    const { url, waiting, reply, calls } = await startWaitingUpstream();
    const client = clientOf(url, { maxConcurrent: 2 });
    const app = express();
    let arrived = 0;
    app.use((_req, _res, next) => {
      arrived++;
      next(new InvalidResourceOwnerCredentialsError(TICKET));
    });
    app.use(tokenFail({ client }));
    const server = createServer(app as RequestListener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const send = senderTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const answers = Array.from({ length: 5 }, () => send());
    await until(() => arrived === 5 && waiting.length === 2);
    server.close();
    const closed = client.close();
    const call = client.token({ parameters: 'grant_type=password' });
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CLOSED' });
    const replying = setInterval(reply, 5);
    cleanUp(() => clearInterval(replying));
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, answer.body.toString()]).toEqual([status, responseContent]);
    }
    await closed;
    expect(calls(API)).toBe(5);
  });

  it('10,000 calls at once while upstream stalls, of which each ends and none is sent twice', async () => {
    const { url, waiting, calls } = await startWaitingUpstream();
    const limits = { maxConcurrent: 50, maxQueued: 5000 };
    // Half of it is time enough to make 10,000 calls on a busy machine, too.
    const client = clientOf(url, { ...limits, timeout: 3000 });
    const told: Record<string, number> = {};
    await Promise.all(
      Array.from({ length: 10_000 }, () =>
        client.tokenFail(REQUEST).catch((error: unknown) => {
          const code = error instanceof AuthleteApiError ? error.code : String(error);
          told[code] = (told[code] ?? 0) + 1;
        }),
      ),
    );
    // Most find no place to wait in; those that do are turned away before the first ones time out.
    expect(told).toEqual({
      ERR_ATF_OVERLOADED: 10_000 - limits.maxConcurrent,
      ERR_ATF_TIMEOUT: limits.maxConcurrent,
    });
    expect(calls(API)).toBeLessThanOrEqual(limits.maxConcurrent);
    expect(waiting).toHaveLength(calls(API));
    await expect(client.tokenFail(REQUEST)).rejects.toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
  });
});
