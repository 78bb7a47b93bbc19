import {
  catchFailError,
  REQUEST,
  SERVICE_ID,
  startClient,
  catchError,
} from '../support/authlete/client';
import { thrownBy } from '../support/errors/thrown';
import { watchChannel } from '../support/observe/channels';
import { BEARER_TOKEN, expectNoSecretIn } from '../support/secrets/secrets';
import { closedPort, serve } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

describe('forService', () => {
  it('returns a client of another service, with the same credentials and connections', async () => {
    const sockets = new Set<unknown>();
    const paths: unknown[] = [];
    const url = await serve((req, res) => {
      sockets.add(req.socket);
      paths.push([req.url, req.headers.authorization]);
      req.resume().on('end', () => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const client = startClient(url);
    const other = client.forService('2/3');
    await client.tokenFail(REQUEST);
    // Only once the first call is put away is its connection there to be reused.
    await new Promise(setImmediate);
    await other.tokenFail(REQUEST);
    await new Promise(setImmediate);
    await other.forService('4').tokenFail(REQUEST);
    expect(paths).toEqual([
      [`/api/${SERVICE_ID}/auth/token/fail`, `Bearer ${BEARER_TOKEN}`],
      ['/api/2%2F3/auth/token/fail', `Bearer ${BEARER_TOKEN}`],
      ['/api/4/auth/token/fail', `Bearer ${BEARER_TOKEN}`],
    ]);
    expect(sockets.size).toBe(1);
    expect(other.axios).toBe(client.axios);
  });

  it('returns a client with the same limits', async () => {
    const url = await serve(() => undefined);
    const client = startClient(url, { maxConcurrent: 1, maxQueued: 0 });
    const abort = new AbortController();
    const call = catchError(client.tokenFail(REQUEST, { signal: abort.signal }));
    const other = client.forService('2');
    expect(await catchFailError(other)).toMatchObject({ code: 'ERR_ATF_OVERLOADED' });
    expect(other.status()).toMatchObject({ active: 1, queued: 0 });
    abort.abort();
    await call;
  });

  it('returns a client with the same circuit breakers', async () => {
    const client = startClient(await closedPort());
    const other = client.forService('2');
    await Promise.all(Array.from({ length: 20 }, () => catchFailError(client)));
    expect(await catchFailError(other)).toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
  });

  it('returns a client whose events have the same client', async () => {
    const events = watchChannel('express-authlete-token-fail:call');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    await client.tokenFail(REQUEST);
    await client.forService('2').tokenFail(REQUEST);
    expect(events[0]?.client).toEqual({ baseUrl: upstream.url, basePath: '/api/{serviceId}' });
    expect(events[1]?.client).toBe(events[0]?.client);
  });

  it.each(['close the other', 'close the first'])(
    'returns a client that ends with it: %s',
    async (which) => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const client = startClient(upstream.url);
      const other = client.forService('2');
      await (which === 'close the other' ? other : client).close();
      for (const closed of [client, other, client.forService('3')]) {
        expect(await catchFailError(closed)).toMatchObject({ code: 'ERR_ATF_CLOSED' });
        expect(closed.status().closed).toBe(true);
      }
      expect(upstream.requests).toEqual([]);
    },
  );

  it.each([undefined, null, 7, '', '..', `${BEARER_TOKEN}\n`])('rejects the ID %p', (serviceId) => {
    const client = startClient('https://us.authlete.com');
    const error = thrownBy(() => client.forService(serviceId as string));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect(error).toHaveProperty('message', expect.stringMatching(/^serviceId must be/));
    expectNoSecretIn(error);
  });
});
