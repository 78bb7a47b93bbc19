import { channel } from 'node:diagnostics_channel';
import express from 'express';
import supertest from 'supertest';
import {
  AuthleteApiError,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
} from 'express-authlete-token-fail';
import { createBreaker, FAILURES_TO_OPEN, OPEN_TIME } from '../lib/breaker';
import { CHANNELS, watchChannel, watchChannels } from './support/diagnostics';
import { passwordGrant } from './support/emulator';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from './support/secrets';
import { clientAt, emulatorAndClient } from './support/token-server';
import { closedPort } from './support/servers';
import { until } from './support/until';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from './support/upstream';

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

  it('leaves out a result code that is none', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const upstream = await startJsonUpstream({ ...FAIL_REPLY, resultCode: TICKET });
    await clientAt(upstream.url).tokenFail(failing);
    expect(calls).toEqual([expect.objectContaining({ resultCode: undefined })]);
    expectNoSecretIn(calls);
  });
});

describe('the channel express-authlete-token-fail:failure', () => {
  it('has what onFail is told, also where there is no hook', async () => {
    const failures = watchChannel('express-authlete-token-fail:failure');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const onFail = jest.fn();
    for (const hooks of [{ onFail }, {}]) {
      const app = express();
      app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
      app.use(tokenFail({ client: clientAt(upstream.url), ...hooks }));
      await supertest(app).post('/').expect(400);
    }
    const event = {
      ...{ reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', action: 'BAD_REQUEST', status: 400 },
      ...{ resultCode: 'A067301', duration: expect.any(Number) as unknown },
    };
    expect(failures).toEqual([event, event]);
    expect(onFail).toHaveBeenCalledWith(failures[0]);
    expectNoSecretIn(failures);
  });
});

describe('the channel express-authlete-token-fail:circuit', () => {
  it('tells when the circuit opens, probes and closes', async () => {
    const circuits = watchChannel('express-authlete-token-fail:circuit');
    let status = 500;
    const upstream = await startUpstream((res) => {
      res.writeHead(status).end(JSON.stringify(FAIL_REPLY));
    });
    const client = clientAt(upstream.url);
    const states = () => circuits.map(({ state }) => state);
    for (let failures = 0; failures < FAILURES_TO_OPEN; failures++) {
      await expect(client.tokenFail(failing)).rejects.toThrow('HTTP status 500');
    }
    expect(states()).toEqual(['open']);
    const wait = () => new Promise((resolve) => setTimeout(resolve, OPEN_TIME + 10));
    await wait();
    await expect(client.tokenFail(failing)).rejects.toThrow('HTTP status 500');
    expect(states()).toEqual(['open', 'half-open', 'open']);
    status = 200;
    await wait();
    await client.tokenFail(failing);
    expect(states().slice(3)).toEqual(['half-open', 'closed']);
  });
});

describe('the channel express-authlete-token-fail:load', () => {
  it('tells of calls under way and waiting, and that the client is closed', async () => {
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
    const seen = loads.map(({ underWay, queued, closed }) => [underWay, queued, closed]);
    expect(seen).toEqual([
      [1, 0, false],
      [1, 1, false],
      [1, 0, false],
      [0, 0, false],
      [0, 0, true],
    ]);
  });
});

describe('the channels', () => {
  it('call the circuit open when a probe tells nothing', () => {
    let time = 0;
    const states: string[] = [];
    const breaker = createBreaker({ now: () => time, onChange: (state) => states.push(state) });
    for (let failures = 0; failures < FAILURES_TO_OPEN; failures++) {
      breaker.settle(breaker.admit(), 'down');
    }
    time += OPEN_TIME;
    breaker.settle(breaker.admit(), 'unknown');
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('say that a call whose signal had aborted was not sent', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const options = { signal: AbortSignal.abort() };
    await expect(clientAt(upstream.url).tokenFail(failing, options)).rejects.toThrow('aborted');
    expect(calls).toEqual([expect.objectContaining({ attempts: 0 })]);
    expect(upstream.requests).toEqual([]);
  });

  it('are built for nobody: without a listener, nothing is published', async () => {
    const publish = CHANNELS.map((name) => jest.spyOn(channel(name), 'publish'));
    let status = 200;
    const upstream = await startUpstream((res) => {
      res.writeHead(status).end(JSON.stringify(FAIL_REPLY));
    });
    const client = clientAt(upstream.url);
    const app = express();
    app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
    app.use(tokenFail({ client }));
    await supertest(app).post('/').expect(400);
    status = 500;
    for (let failures = 0; failures <= FAILURES_TO_OPEN; failures++) {
      await supertest(app).post('/').expect(500);
    }
    await client.close();
    for (const spy of publish) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it('show no secret of a reply that is nothing but secrets', async () => {
    const events = watchChannels();
    const echo = await startUpstream((res) => {
      res.writeHead(500).end(JSON.stringify({ resultCode: TICKET, resultMessage: BEARER_TOKEN }));
    });
    await expect(clientAt(echo.url).tokenFail(failing)).rejects.toThrow();
    expect(events.flat().length).toBeGreaterThan(0);
    expectNoSecretIn(events);
  });
});
