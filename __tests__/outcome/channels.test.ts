import { channel } from 'node:diagnostics_channel';
import express from 'express';
import supertest from 'supertest';
import {
  AuthleteApiError,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import {
  createCircuitBreaker,
  MINIMUM_CALLS,
  WINDOW_CALLS,
  RESET_TIMEOUT,
} from '../../lib/authlete/circuit-breaker';
import { cleanUp } from '../support/cleanup';
import { CHANNELS, watchChannel, watchChannels } from '../support/observe/channels';
import { passwordGrant } from '../support/servers/emulator';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { clientAt, emulatorAndClient } from '../support/servers/token-server';
import { closedPort } from '../support/servers/listen';
import { until } from '../support/until';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

const failing = { ticket: TICKET, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } as const;

describe('the channel express-authlete-token-fail:call', () => {
  it('has an event for each call that succeeds', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const { emulator, client } = await emulatorAndClient();
    const before = Date.now();
    const reply = await client.token({ parameters: passwordGrant() });
    if (reply.action !== 'PASSWORD') throw new Error(reply.action);
    await client.tokenIssue({ ticket: reply.ticket, subject: 'john-1' });
    expect(calls).toEqual([
      expect.objectContaining({ api: '/auth/token', action: 'PASSWORD', status: 200, attempts: 1 }),
      expect.objectContaining({ api: '/auth/token/issue', action: 'OK', status: 200, attempts: 1 }),
    ]);
    for (const { startTime, duration, error, client: identity } of calls) {
      expect(startTime).toBeGreaterThanOrEqual(before - 1000);
      expect(startTime + duration).toBeLessThanOrEqual(Date.now() + 1000);
      expect(error).toBeUndefined();
      expect(identity.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(identity).toBe(calls[0]?.client);
    }
    expect(emulator.openTickets()).toBe(0);
    expectNoSecretIn(calls);
    expect(JSON.stringify(calls)).not.toContain(reply.ticket);
  });

  it('has the result code and the HTTP status of a call that Authlete refuses', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const upstream = await startUpstream((res) => {
      const result = { resultCode: 'A001202', resultMessage: `no: ${BEARER_TOKEN}` };
      res.writeHead(401).end(JSON.stringify(result));
    });
    const client = clientAt(upstream.url);
    await expect(client.tokenFail(failing)).rejects.toThrow(AuthleteApiError);
    expect(calls).toEqual([
      expect.objectContaining({
        ...{ api: '/auth/token/fail', attempts: 1, status: 401, resultCode: 'A001202' },
        ...{ action: undefined, error: expect.any(AuthleteApiError) as unknown },
      }),
    ]);
    expectNoSecretIn(calls);
  });

  it('counts how often a call was sent', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const client = clientAt(await closedPort());
    await expect(client.tokenFail(failing)).rejects.toThrow('cannot be reached');
    expect(calls).toEqual([
      expect.objectContaining({ attempts: 3, status: undefined, resultCode: undefined }),
    ]);
  });

  it('has an event for a call that is not sent at all', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const client = clientAt(await closedPort());
    await client.close();
    await expect(client.tokenFail(failing)).rejects.toThrow('closed');
    expect(calls).toEqual([
      expect.objectContaining({
        attempts: 0,
        error: expect.objectContaining({ code: 'ERR_ATF_CLOSED' }) as unknown,
      }),
    ]);
  });

  it('leaves out a result code that does not look like one', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const upstream = await startJsonUpstream({ ...FAIL_REPLY, resultCode: TICKET });
    await clientAt(upstream.url).tokenFail(failing);
    expect(calls).toEqual([expect.objectContaining({ resultCode: undefined })]);
    expectNoSecretIn(calls);
  });
});

describe('the channel express-authlete-token-fail:outcome', () => {
  it('has what onOutcome gets, also if there is no hook', async () => {
    const outcomes = watchChannel('express-authlete-token-fail:outcome');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const onOutcome = jest.fn<undefined, [TokenOutcome]>();
    for (const hooks of [{ onOutcome }, {}]) {
      const app = express();
      app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
      app.use(tokenFail({ client: clientAt(upstream.url), ...hooks }));
      await supertest(app).post('/').expect(400);
    }
    const outcome = {
      ...{ outcome: 'failed', grantType: 'password', action: 'BAD_REQUEST', status: 400 },
      ...{ reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', duration: expect.any(Number) as unknown },
      ...{ resultCode: 'A067301', resultMessage: FAIL_REPLY.resultMessage },
    };
    expect(outcomes).toEqual([outcome, outcome]);
    expect(onOutcome.mock.calls[0]?.[0]).toBe(outcomes[0]);
    expectNoSecretIn(outcomes);
  });
});

describe('the channel express-authlete-token-fail:circuit', () => {
  it('has an event when a circuit opens, lets a call through and closes', async () => {
    const circuits = watchChannel('express-authlete-token-fail:circuit');
    const calls = watchChannel('express-authlete-token-fail:call');
    let isDown = true;
    const upstream = await startUpstream((res) => {
      res.writeHead(isDown ? 500 : 200).end(isDown ? '' : JSON.stringify(FAIL_REPLY));
    });
    const client = clientAt(upstream.url);
    const states = () => circuits.map(({ state }) => state);
    for (let failures = 0; failures < MINIMUM_CALLS; failures++) {
      await expect(client.tokenFail(failing)).rejects.toThrow('HTTP status 500');
    }
    expect(circuits).toEqual([
      { client: calls[0]?.client, api: '/auth/token/fail', state: 'open' },
    ]);
    expect(circuits[0]?.client).toBe(calls[0]?.client);
    const wait = () => new Promise((resolve) => setTimeout(resolve, RESET_TIMEOUT + 10));
    await wait();
    await expect(client.tokenFail(failing)).rejects.toThrow('HTTP status 500');
    expect(states()).toEqual(['open', 'half-open', 'open']);
    isDown = false;
    await wait();
    await client.tokenFail(failing);
    expect(states().slice(3)).toEqual(['half-open', 'closed']);
    expect(circuits.map(({ api }) => api)).toEqual(Array(5).fill('/auth/token/fail'));
  });

  it('has no event of a call that says nothing of Authlete', () => {
    let time = 0;
    const states: string[] = [];
    const breaker = createCircuitBreaker({
      api: '/auth/token',
      now: () => time,
      onChange: (state) => states.push(state),
    });
    for (let failures = 0; failures < MINIMUM_CALLS; failures++) breaker.record('down');
    time += RESET_TIMEOUT;
    breaker.acquire();
    breaker.record('unknown');
    expect(states).toEqual(['open', 'half-open']);
  });
});

describe('the channel express-authlete-token-fail:load', () => {
  it('has an event when a call starts or ends, and when the client is closed', async () => {
    const loads = watchChannel('express-authlete-token-fail:load');
    const held: (() => void)[] = [];
    const upstream = await startUpstream((res) => {
      held.push(() => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const client = clientAt(upstream.url, { maxConcurrent: 1 });
    const calls = [client.tokenFail(failing), client.tokenFail(failing)];
    await until(() => held.length === 1);
    held.pop()?.();
    await until(() => held.length === 1);
    held.pop()?.();
    await Promise.all(calls);
    await client.close();
    const seen = loads.map(({ active, queued, closed }) => [active, queued, closed]);
    expect(seen).toEqual([
      [1, 0, false],
      [1, 1, false],
      [1, 0, false],
      [0, 0, false],
      [0, 0, true],
    ]);
  });

  it('has the calls of all services of a client', async () => {
    const loads = watchChannel('express-authlete-token-fail:load');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = clientAt(upstream.url);
    await Promise.all([client.tokenFail(failing), client.forService('2').tokenFail(failing)]);
    expect(loads.map(({ active }) => active)).toEqual([1, 2, 1, 0]);
    expect(new Set(loads.map((event) => event.client)).size).toBe(1);
  });
});

describe('the channels', () => {
  it('identify a client by its base URL and path, without the ID of the service', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await clientAt(`${upstream.url}/eu/`).tokenFail(failing);
    const auth = { accessToken: BEARER_TOKEN, serviceId: undefined, apiVersion: 2 } as const;
    await clientAt(upstream.url, auth).tokenFail(failing);
    expect(calls.map(({ client }) => client)).toEqual([
      { baseUrl: `${upstream.url}/eu`, basePath: '/eu/api/{serviceId}' },
      { baseUrl: upstream.url, basePath: '/api' },
    ]);
  });

  it('have a call that was not sent because its signal had aborted', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const options = { signal: AbortSignal.abort() };
    await expect(clientAt(upstream.url).tokenFail(failing, options)).rejects.toThrow('aborted');
    expect(calls).toEqual([expect.objectContaining({ attempts: 0 })]);
    expect(upstream.requests).toEqual([]);
  });

  it('cost nothing without a listener: nothing is published', async () => {
    const publish = CHANNELS.map((name) => jest.spyOn(channel(name), 'publish'));
    cleanUp(() => publish.forEach((spy) => spy.mockRestore()));
    let isDown = false;
    const upstream = await startUpstream((res) => {
      res.writeHead(isDown ? 500 : 200).end(isDown ? '' : JSON.stringify(FAIL_REPLY));
    });
    const client = clientAt(upstream.url);
    const app = express();
    app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
    app.use(tokenFail({ client }));
    await supertest(app).post('/').expect(400);
    isDown = true;
    for (let calls = 1; calls <= WINDOW_CALLS; calls++) {
      await expect(client.tokenFail(failing)).rejects.toThrow('HTTP status 500');
    }
    expect(client.status().circuit['/auth/token/fail']).toBe('open');
    await client.close();
    for (const spy of publish) expect(spy).not.toHaveBeenCalled();
  });

  it('show no secret of a reply that consists of secrets', async () => {
    const events = watchChannels();
    const echo = await startUpstream((res) => {
      res.writeHead(500).end(JSON.stringify({ resultCode: TICKET, resultMessage: BEARER_TOKEN }));
    });
    await expect(clientAt(echo.url).tokenFail(failing)).rejects.toThrow();
    expect(events.flat().length).toBeGreaterThan(0);
    expectNoSecretIn(events);
  });
});
