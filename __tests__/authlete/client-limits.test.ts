import type { ServerResponse } from 'node:http';
import axios from 'axios';
import express from 'express';
import supertest from 'supertest';
import {
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
  type AuthleteClientOptions,
} from 'express-authlete-token-fail';
import { FAILURES_TO_OPEN, OPEN_TIME } from '../lib/breaker';
import { cleanUp } from './support/cleanup';
import { emulatorOf, passwordGrant } from './support/emulator';
import { BEARER_TOKEN, TICKET } from './support/secrets';
import { until } from './support/until';
import { FAIL_REPLY, startUpstream } from './support/upstream';

function clientOf(baseUrl: string, options: AuthleteClientOptions) {
  const client = createAuthleteClient({
    serviceId: '715948317',
    accessToken: BEARER_TOKEN,
    baseUrl,
    timeout: 10_000,
    ...options,
  });
  cleanUp(() => client.close());
  return client;
}

type Client = ReturnType<typeof clientOf>;

const fail = (client: Client) => client.tokenFail({ ticket: TICKET, reason: 'UNKNOWN' });

const open = (client: Client) => client.token({ parameters: passwordGrant() });

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

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
  it('has no more calls under way than maxConcurrent, and no more waiting than maxQueued', async () => {
    const upstream = await startHolding();
    const client = clientOf(upstream.url, { maxConcurrent: 2, maxQueued: 1 });
    const calls = [fail(client), fail(client), fail(client)];
    await expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_OVERLOADED' });
    await until(() => upstream.requests.length === 2);
    upstream.release();
    await expect(Promise.all(calls)).resolves.toEqual([FAIL_REPLY, FAIL_REPLY, FAIL_REPLY]);
    expect(upstream.requests).toHaveLength(3);
  });

  it('answers the client application 500 where a call finds no place', async () => {
    const upstream = await startHolding();
    const client = clientOf(upstream.url, { maxConcurrent: 1, maxQueued: 0 });
    const onError = jest.fn();
    const app = express();
    app.use(() => {
      throw new InvalidResourceOwnerCredentialsError(TICKET);
    });
    app.use(tokenFail({ client, onError }));
    const call = fail(client);
    const answer = await supertest(app).post('/');
    expect([answer.status, answer.body]).toEqual([
      500,
      expect.objectContaining({ error: 'server_error' }),
    ]);
    expect(onError.mock.calls).toMatchObject([[{ code: 'ERR_ATF_OVERLOADED' }, {}]]);
    upstream.release();
    await call;
  });

  it('gives a call up, unsent, that has waited for half of its time, and its place to others', async () => {
    const upstream = await startHolding();
    const client = clientOf(upstream.url, { maxConcurrent: 1, maxQueued: 1, timeout: 300 });
    const first = expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    await expect(fail(client)).rejects.toMatchObject({
      code: 'ERR_ATF_OVERLOADED',
      message: '1 calls to Authlete are under way; the call waited for 150 ms and was not sent',
    });
    await first;
    upstream.release();
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toHaveLength(2);
  });

  it('does not take upstream for down because more calls come than it can answer', async () => {
    const upstream = await startUpstream((res) => {
      setTimeout(() => res.end(JSON.stringify(FAIL_REPLY)), 50);
    });
    const limits = { maxConcurrent: 2, maxQueued: 1000, timeout: 1000 };
    const client = clientOf(upstream.url, limits);
    const calls = Array.from({ length: 100 }, () => fail(client).then(() => 'answered', codeOf));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['answered', 'ERR_ATF_OVERLOADED']));
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
  });

  it('frees the place of a call that the host’s axios never ends', async () => {
    const upstream = await startHolding();
    upstream.release();
    const instance = axios.create({ proxy: false });
    const request = instance.request.bind(instance);
    instance.request = () => new Promise(() => undefined);
    const limits = { maxConcurrent: 1, maxQueued: 0, timeout: 200, axios: instance };
    const client = clientOf(upstream.url, limits);
    await expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    instance.request = request;
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
  });

  it('lets those that wait go on when it is closed, and takes no more', async () => {
    const upstream = await startHolding();
    const client = clientOf(upstream.url, { maxConcurrent: 1, maxQueued: 1 });
    const calls = [fail(client), fail(client)];
    await until(() => upstream.requests.length === 1);
    const closed = client.close();
    await expect(open(client)).rejects.toMatchObject({ code: 'ERR_ATF_CLOSED' });
    upstream.release();
    await expect(Promise.all(calls)).resolves.toHaveLength(2);
    await closed;
  });

  it('lets a ticket be closed that a call under way opens, when it is closed', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(close);
    const client = clientOf(url, { serviceId: emulator.serviceId });
    const call = open(client);
    const closed = client.close();
    const { ticket } = (await call) as { ticket: string };
    await client.tokenFail({ ticket, reason: 'UNKNOWN' });
    await closed;
    expect(emulator.openTickets()).toBe(0);
    await expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_CLOSED' });
  });
});

describe('the circuit breaker of a client', () => {
  /** An upstream that fails with a status until it is mended. */
  async function startFailing(status: number) {
    let failing = true;
    const upstream = await startUpstream((res) => {
      if (failing) res.writeHead(status).end();
      else res.end(JSON.stringify(FAIL_REPLY));
    });
    return { ...upstream, mend: () => (failing = false) };
  }

  const failOften = async (client: Client, times: number) => {
    for (let count = 0; count < times; count++) await fail(client).catch(() => undefined);
  };

  it('opens when upstream fails again and again, and closes when it works again', async () => {
    const upstream = await startFailing(500);
    const client = clientOf(upstream.url, {});
    await failOften(client, FAILURES_TO_OPEN);
    await expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
    expect(upstream.requests).toHaveLength(FAILURES_TO_OPEN);
    upstream.mend();
    await new Promise((resolve) => setTimeout(resolve, OPEN_TIME + 50));
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
  });

  it.each([400, 401, 403, 404, 302])('stays closed when upstream answers %i', async (status) => {
    const upstream = await startFailing(status);
    const client = clientOf(upstream.url, {});
    await failOften(client, 2 * FAILURES_TO_OPEN);
    expect(upstream.requests).toHaveLength(2 * FAILURES_TO_OPEN);
  });

  it('stays closed for what upstream is not to blame for', async () => {
    const upstream = await startHolding();
    let sick = true;
    const accessToken = () => {
      if (sick) throw new Error('the secret store is down');
      return BEARER_TOKEN;
    };
    const client = clientOf(upstream.url, { accessToken });
    await failOften(client, FAILURES_TO_OPEN);
    sick = false;
    for (let count = 0; count < FAILURES_TO_OPEN; count++) {
      const call = client.tokenFail(
        { ticket: TICKET, reason: 'UNKNOWN' },
        { signal: AbortSignal.timeout(1) },
      );
      await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_ABORTED' });
    }
    upstream.release();
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
  });
});
