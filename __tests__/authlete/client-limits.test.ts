import type { ServerResponse } from 'node:http';
import axios from 'axios';
import express from 'express';
import supertest from 'supertest';
import { InvalidResourceOwnerCredentialsError, tokenFail } from 'express-authlete-token-fail';
import { catchError, catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { watchChannel } from '../support/observe/channels';
import { TICKET } from '../support/secrets/secrets';
import { FAIL_REPLY, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

/** An upstream that holds every answer back until it is told to give them. */
async function startHolding() {
  const held: ServerResponse[] = [];
  let holding = true;
  const answer = (res: ServerResponse) => res.end(JSON.stringify(FAIL_REPLY));
  const upstream = await startUpstream((res) => {
    if (holding) held.push(res);
    else answer(res);
  });
  const release = () => {
    holding = false;
    for (const res of held.splice(0)) answer(res);
  };
  return { ...upstream, release };
}

describe('a client with limits', () => {
  it('has no more calls in flight than maxConcurrent, and no more queued than maxQueued', async () => {
    const events = watchChannel('express-authlete-token-fail:load');
    const upstream = await startHolding();
    const client = startClient(upstream.url, { maxConcurrent: 2, maxQueued: 1 });
    const calls = Array.from({ length: 3 }, () => client.tokenFail(REQUEST));
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_OVERLOADED',
      message:
        '/auth/token/fail: 2 calls to Authlete are in flight; 1 are queued, and the call was not sent',
    });
    await until(() => upstream.requests.length === 2);
    upstream.release();
    await expect(Promise.all(calls)).resolves.toEqual([FAIL_REPLY, FAIL_REPLY, FAIL_REPLY]);
    expect(upstream.requests).toHaveLength(3);
    expect(Math.max(...events.map(({ active }) => active))).toBe(2);
    expect(Math.max(...events.map(({ queued }) => queued))).toBe(1);
    expect(events.at(-1)).toMatchObject({ active: 0, queued: 0, closed: false });
  });

  it('sends a request as it was checked, though it changes while the call is queued', async () => {
    const upstream = await startHolding();
    const client = startClient(upstream.url, { maxConcurrent: 1 });
    const request: { ticket: string; reason: 'UNKNOWN' } = { ticket: TICKET, reason: 'UNKNOWN' };
    const calls = [client.tokenFail(REQUEST), client.tokenFail(request)];
    request.ticket = '';
    await until(() => upstream.requests.length === 1);
    upstream.release();
    await Promise.all(calls);
    const bodies = upstream.requests.map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies).toEqual([REQUEST, { ticket: TICKET, reason: 'UNKNOWN' }]);
  });

  it('answers the client application 500 where a call finds no place', async () => {
    const upstream = await startHolding();
    const client = startClient(upstream.url, { maxConcurrent: 1, maxQueued: 0 });
    const onOutcome = jest.fn();
    const app = express();
    app.use(() => {
      throw new InvalidResourceOwnerCredentialsError(TICKET);
    });
    app.use(tokenFail({ client, onOutcome }));
    const call = client.tokenFail(REQUEST);
    const answer = await supertest(app).post('/');
    expect([answer.status, answer.body]).toEqual([
      500,
      expect.objectContaining({ error: 'server_error' }),
    ]);
    expect(onOutcome.mock.calls).toMatchObject([
      [{ outcome: 'error', error: { code: 'ERR_ATF_OVERLOADED' } }, {}],
    ]);
    upstream.release();
    await call;
  });

  it('fails a call, unsent, that has waited for half of its time, and gives its place to others', async () => {
    const upstream = await startHolding();
    const client = startClient(upstream.url, { maxConcurrent: 1, maxQueued: 1, timeout: 300 });
    const first = catchFailError(client);
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_OVERLOADED',
      message:
        '/auth/token/fail: 1 calls to Authlete are in flight; the call waited for 150 ms and was not sent',
    });
    expect(await first).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    upstream.release();
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toHaveLength(2);
  });

  it('does not take Authlete for down because more calls come than it can answer', async () => {
    const upstream = await startUpstream((res) => {
      setTimeout(() => res.end(JSON.stringify(FAIL_REPLY)), 50);
    });
    const limits = { maxConcurrent: 2, maxQueued: 1000, timeout: 1000 };
    const client = startClient(upstream.url, limits);
    const calls = Array.from({ length: 100 }, () =>
      client.tokenFail(REQUEST).then(
        () => 'answered',
        (error: unknown) => (error as { code?: unknown }).code,
      ),
    );
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['answered', 'ERR_ATF_OVERLOADED']));
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('frees the place of a call that the app’s axios never ends', async () => {
    const upstream = await startHolding();
    upstream.release();
    const instance = axios.create();
    const request = instance.request.bind(instance);
    instance.request = () => new Promise(() => undefined);
    const limits = { maxConcurrent: 1, maxQueued: 0, timeout: 200, axios: instance };
    const client = startClient(upstream.url, limits);
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    instance.request = request;
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('frees the place of a call whose caller aborts while it waits', async () => {
    const upstream = await startHolding();
    const client = startClient(upstream.url, { maxConcurrent: 1, maxQueued: 1 });
    const first = client.tokenFail(REQUEST);
    const abort = new AbortController();
    const second = catchError(client.tokenFail(REQUEST, { signal: abort.signal }));
    expect(client.status()).toMatchObject({ active: 1, queued: 1 });
    abort.abort();
    expect(await second).toMatchObject({ code: 'ERR_ATF_ABORTED' });
    expect(client.status()).toMatchObject({ active: 1, queued: 0 });
    upstream.release();
    await first;
    expect(upstream.requests).toHaveLength(1);
  });

  it('lets those that wait go on when it is closed, and takes no more', async () => {
    const upstream = await startHolding();
    const client = startClient(upstream.url, { maxConcurrent: 1, maxQueued: 1 });
    const calls = [client.tokenFail(REQUEST), client.tokenFail(REQUEST)];
    await until(() => upstream.requests.length === 1);
    const closed = client.close();
    expect(await catchError(client.token({ parameters: '' }))).toMatchObject({
      code: 'ERR_ATF_CLOSED',
    });
    upstream.release();
    await expect(Promise.all(calls)).resolves.toHaveLength(2);
    await closed;
  });
});
