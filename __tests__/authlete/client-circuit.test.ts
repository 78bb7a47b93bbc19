import { setTimeout as sleep } from 'node:timers/promises';
import { MINIMUM_CALLS, RESET_TIMEOUT } from '../../lib/authlete/circuit-breaker';
import type { AuthleteClient } from 'express-authlete-token-fail';
import { catchError, catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { watchChannel } from '../support/observe/channels';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { FAIL_REPLY, startUpstream } from '../support/servers/upstream';

/** An upstream that fails with a status, and a body, until it is repaired. */
async function startFailing(status: number, body = '') {
  let failing = true;
  const upstream = await startUpstream((res) => {
    if (failing) res.writeHead(status).end(body);
    else res.end(JSON.stringify(FAIL_REPLY));
  });
  return { ...upstream, repair: () => (failing = false) };
}

async function failOften(client: AuthleteClient, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await catchFailError(client);
}

describe('the circuit breaker of a client', () => {
  it('opens when Authlete fails again and again, and closes when it works again', async () => {
    const events = watchChannel('express-authlete-token-fail:circuit');
    const upstream = await startFailing(500);
    const client = startClient(upstream.url);
    await failOften(client, MINIMUM_CALLS);
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_CIRCUIT_OPEN',
      api: '/auth/token/fail',
    });
    expect(upstream.requests).toHaveLength(MINIMUM_CALLS);
    upstream.repair();
    await sleep(RESET_TIMEOUT + 50);
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(events.map(({ api, state }) => [api, state])).toEqual([
      ['/auth/token/fail', 'open'],
      ['/auth/token/fail', 'half-open'],
      ['/auth/token/fail', 'closed'],
    ]);
    expect(events[0]?.client.baseUrl).toBe(upstream.url);
  });

  it('is one for each API', async () => {
    const upstream = await startUpstream((res) => {
      if (res.req.url?.endsWith('/fail')) res.writeHead(500).end();
      else res.end(JSON.stringify({ action: 'OK', responseContent: '{}' }));
    });
    const client = startClient(upstream.url);
    await failOften(client, MINIMUM_CALLS);
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
    await expect(client.token({ parameters: '' })).resolves.toHaveProperty('action', 'OK');
    const issue = client.tokenIssue({ ticket: TICKET, subject: 'john' });
    await expect(issue).resolves.toHaveProperty('action', 'OK');
    expect(client.status().circuit).toEqual({
      '/auth/token': 'closed',
      '/auth/token/issue': 'closed',
      '/auth/token/fail': 'open',
    });
  });

  it('stays closed while one call in five works', async () => {
    let calls = 0;
    const upstream = await startUpstream((res) => {
      if (++calls % 5 === 0) res.end(JSON.stringify(FAIL_REPLY));
      else res.writeHead(500).end();
    });
    const client = startClient(upstream.url);
    for (let count = 0; count < 3 * MINIMUM_CALLS; count++) {
      await client.tokenFail(REQUEST).catch(() => undefined);
    }
    expect(upstream.requests).toHaveLength(3 * MINIMUM_CALLS);
  });

  it.each<[string, number, string]>([
    ['400', 400, ''],
    ['401', 401, ''],
    ['403', 403, ''],
    ['404', 404, ''],
    ['302', 302, ''],
    // A client application that can make Authlete fail must not be able to stop everybody else.
    ['500 with a result', 500, JSON.stringify({ resultCode: 'A001101' })],
    ['200 with a result, but no action', 200, JSON.stringify({ resultCode: 'A001101' })],
  ])('stays closed when Authlete answers %s', async (_what, status, body) => {
    const upstream = await startFailing(status, body);
    const client = startClient(upstream.url);
    await failOften(client, 2 * MINIMUM_CALLS);
    expect(upstream.requests).toHaveLength(2 * MINIMUM_CALLS);
  });

  it('stays closed while Authlete throttles calls', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(429, { 'Retry-After': '60' }).end();
    });
    const client = startClient(upstream.url);
    await failOften(client, 2 * MINIMUM_CALLS);
    expect(upstream.requests).toHaveLength(2 * MINIMUM_CALLS);
  });

  it('stays closed for what Authlete is not to blame for', async () => {
    let answers = false;
    const upstream = await startUpstream((res) => {
      if (answers) res.end(JSON.stringify(FAIL_REPLY));
    });
    let isBroken = true;
    const accessToken = () => {
      if (isBroken) throw new Error('the secret store is down');
      return BEARER_TOKEN;
    };
    const client = startClient(upstream.url, { accessToken });
    await failOften(client, MINIMUM_CALLS);
    isBroken = false;
    for (let count = 0; count < MINIMUM_CALLS; count++) {
      const call = client.tokenFail(REQUEST, { signal: AbortSignal.timeout(1) });
      expect(await catchError(call)).toMatchObject({ code: 'ERR_ATF_ABORTED' });
    }
    answers = true;
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });
});
