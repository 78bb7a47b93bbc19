import { request as httpRequest, type RequestListener } from 'node:http';
import express from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import {
  AuthleteApiError,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { omitUndefined } from '../../lib/outcome/outcome';
import { watchChannel } from '../support/observe/channels';
import { recordingLogger } from '../support/observe/log';
import { expectNoSecretIn, PASSWORD, TICKET } from '../support/secrets/secrets';
import { passwordGrant, PUBLIC_CLIENT } from '../support/servers/emulator';
import { closedPort, serve } from '../support/servers/listen';
import {
  clientAt,
  emulatorAndClient,
  tokenServerOf,
  type TokenServerOptions,
} from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const anyNumber = expect.any(Number) as number;
const anyString = expect.any(String) as string;

/** The hook, the logger and the channel, and a check that all of them got the same. */
function observe() {
  const hooked: TokenOutcome[] = [];
  const { logger, lines } = recordingLogger();
  const published = watchChannel('express-authlete-token-fail:outcome');
  const options = { logger, onOutcome: (outcome: TokenOutcome) => hooked.push(outcome) };
  const outcomes = (): TokenOutcome[] => {
    expect(published).toHaveLength(hooked.length);
    for (const [at, outcome] of published.entries()) expect(outcome).toBe(hooked[at]);
    expect(lines).toHaveLength(hooked.length);
    for (const [at, [, , fields]] of lines.entries()) {
      const { error, ...others } = hooked[at] ?? {};
      expect(fields).toMatchObject(others);
      expect('error' in (fields as object)).toBe(error !== undefined);
    }
    for (const outcome of hooked) {
      expect(Object.values(outcome)).not.toContain(undefined);
      expect(JSON.stringify(outcome)).not.toMatch(/john|open-sesame/);
    }
    expectNoSecretIn(hooked, lines);
    return hooked;
  };
  return { options, outcomes };
}

/** Sends a password grant to a token server, and returns the outcomes. */
async function outcomesOf({ client, endpoint, form = passwordGrant() }: Case) {
  const { options, outcomes } = observe();
  const { emulator, client: ofEmulator } = await emulatorAndClient();
  const app = tokenServerOf({
    client: client ?? ofEmulator,
    endpoint: { ...options, ...endpoint },
  });
  await supertest(app).post('/token').send(form);
  expect(emulator.openTickets()).toBe(0);
  return outcomes();
}

type Case = Pick<TokenServerOptions, 'client' | 'endpoint'> & { form?: string };

describe('the outcome of a token request', () => {
  const grantType = 'password';
  const clientId = Number(PUBLIC_CLIENT);

  it('is issued', async () => {
    expect(await outcomesOf({})).toEqual([
      {
        ...{ outcome: 'issued', grantType, clientId, action: 'OK', status: 200 },
        ...{ resultCode: anyString, resultMessage: anyString, duration: anyNumber },
      },
    ]);
  });

  it('is failed for a wrong password', async () => {
    expect(await outcomesOf({ form: passwordGrant({ password: PASSWORD }) })).toEqual([
      {
        ...{ outcome: 'failed', grantType, clientId, action: 'BAD_REQUEST', status: 400 },
        ...{ reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', resultCode: 'A067301' },
        ...{ resultMessage: anyString, duration: anyNumber },
      },
    ]);
  });

  it('is rejected if Authlete rejects the request', async () => {
    const [outcome, ...others] = await outcomesOf({ form: passwordGrant({ client_id: '1' }) });
    expect(outcome).toMatchObject({ outcome: 'rejected', grantType, action: 'INVALID_CLIENT' });
    expect(outcome).not.toHaveProperty('reason');
    expect(others).toEqual([]);
  });

  it('is rejected if the endpoint rejects the request', async () => {
    const { options, outcomes } = observe();
    const client = clientAt(await closedPort());
    const app = tokenServerOf({ client, endpoint: options });
    await supertest(app).post('/token').send({ password: PASSWORD }).expect(400);
    expect(outcomes()).toEqual([{ outcome: 'rejected', status: 400, duration: anyNumber }]);
  });

  it('is blocked if brute force protection lets no attempt through', async () => {
    const { options, outcomes } = observe();
    const { client } = await emulatorAndClient();
    const usernameAndAddress = new RateLimiterMemory({ points: 1, duration: 60 });
    const bruteForce = { limiters: { usernameAndAddress } };
    const app = tokenServerOf({ client, endpoint: { ...options, bruteForce } });
    for (let count = 0; count < 2; count++) {
      await supertest(app)
        .post('/token')
        .send(passwordGrant({ password: PASSWORD }))
        .expect(400);
    }
    expect(outcomes()).toMatchObject([
      { outcome: 'failed' },
      {
        ...{ outcome: 'blocked', grantType, clientId, status: 400, action: 'BAD_REQUEST' },
        reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
      },
    ]);
  });

  it('is error if Authlete cannot be reached', async () => {
    const client = clientAt(await closedPort());
    const outcomes = await outcomesOf({ client });
    expect(outcomes).toEqual([
      {
        ...{ outcome: 'error', grantType, status: 500, duration: anyNumber },
        error: expect.any(AuthleteApiError) as Error,
      },
    ]);
    expect(outcomes[0]?.error).toMatchObject({ code: 'ERR_ATF_UNREACHABLE', api: '/auth/token' });
  });

  it('is error for an INTERNAL_SERVER_ERROR of Authlete', async () => {
    const upstream = await startJsonUpstream({
      ...{ action: 'INTERNAL_SERVER_ERROR', responseContent: '{"error":"server_error"}' },
      ...{ resultCode: 'A001101', resultMessage: 'broken' },
    });
    expect(await outcomesOf({ client: clientAt(upstream.url) })).toEqual([
      {
        ...{ outcome: 'error', grantType, status: 500, action: 'INTERNAL_SERVER_ERROR' },
        ...{ resultCode: 'A001101', resultMessage: 'broken', duration: anyNumber },
      },
    ]);
  });

  it('is error if authenticate throws', async () => {
    const authenticate = (): never => {
      throw new Error('no database');
    };
    const [outcome, ...others] = await outcomesOf({ endpoint: { authenticate } });
    expect(outcome).toMatchObject({
      ...{ outcome: 'error', reason: 'UNKNOWN', action: 'INTERNAL_SERVER_ERROR', status: 500 },
      error: { code: 'ERR_ATF_CALLBACK_THREW', callback: 'authenticate' },
    });
    expect(others).toEqual([]);
  });

  it('is aborted, without a status, if the client application disconnects', async () => {
    const { options, outcomes } = observe();
    const { emulator, client } = await emulatorAndClient();
    let isAuthenticating = false;
    const authenticate = () => {
      isAuthenticating = true;
      return new Promise<string>(() => undefined);
    };
    const app = tokenServerOf({ client, endpoint: { ...options, authenticate } });
    const url = `${await serve(app as RequestListener)}/token`;
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const request = httpRequest(url, { method: 'POST', headers, agent: false });
    request.on('error', () => undefined).end(passwordGrant());
    await until(() => isAuthenticating);
    request.destroy();
    await until(() => emulator.openTickets() === 0);
    await until(() => outcomes().length > 0);
    expect(outcomes()).toMatchObject([{ outcome: 'aborted', grantType, reason: 'UNKNOWN' }]);
    expect(outcomes()[0]).not.toHaveProperty('status');
    expect(outcomes()[0]).not.toHaveProperty('error');
  });

  it('is the same for tokenFail', async () => {
    const { options, outcomes } = observe();
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const app = express();
    app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
    app.use(tokenFail({ client: clientAt(upstream.url), ...options }));
    await supertest(app).post('/').expect(400);
    expect(outcomes()).toEqual([
      {
        ...{ outcome: 'failed', grantType, action: 'BAD_REQUEST', status: 400 },
        ...{ reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', duration: anyNumber },
        ...{ resultCode: FAIL_REPLY.resultCode, resultMessage: FAIL_REPLY.resultMessage },
      },
    ]);
  });

  it('does not depend on what the hook and the logger do', async () => {
    const published = watchChannel('express-authlete-token-fail:outcome');
    const broken = (): never => {
      throw new Error('hook');
    };
    const { client } = await emulatorAndClient();
    const logger = { debug: broken, info: broken, error: broken };
    const app = tokenServerOf({ client, endpoint: { onOutcome: broken, logger } });
    await supertest(app).post('/token').send(passwordGrant()).expect(200);
    await supertest(app)
      .post('/token')
      .send(passwordGrant({ password: PASSWORD }))
      .expect(400);
    expect(published.map(({ outcome }) => outcome)).toEqual(['issued', 'failed']);
  });

  it('is not waited for: a hook that never settles delays nothing', async () => {
    const onOutcome = () => new Promise(() => undefined);
    const { client } = await emulatorAndClient();
    const app = tokenServerOf({ client, endpoint: { onOutcome } });
    await supertest(app).post('/token').send(passwordGrant()).expect(200);
  });
});

describe('omitUndefined', () => {
  it('leaves out fields that are undefined, and only these', () => {
    const fields = { a: undefined, b: null, c: 0, d: '', e: false };
    expect(Object.keys(omitUndefined(fields))).toEqual(['b', 'c', 'd', 'e']);
  });
});
