import express, { type ErrorRequestHandler } from 'express';
import supertest from 'supertest';
import {
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenEndpoint,
  tokenFail,
  type TokenFailLogger,
} from 'express-authlete-token-fail';
import { AuthleteApiError, HostFunctionError } from '../lib/errors';
import { createLog, QUIET_TIME } from '../lib/log';
import { passwordGrant } from './support/emulator';
import { keptLog } from './support/log';
import { BEARER_TOKEN, expectNoSecretIn, PASSWORD, TICKET } from './support/secrets';
import { closedPort } from './support/servers';
import { clientAt, emulatorAndClient, tokenServerOf } from './support/token-server';
import { FAIL_REPLY, startJsonUpstream } from './support/upstream';

/** A logger that is called as console is, and what it was called with. */
function keptLogger() {
  const lines: [level: string, ...values: unknown[]][] = [];
  const logger: TokenFailLogger = {
    info: (...values) => lines.push(['info', ...values]),
    error: (...values) => lines.push(['error', ...values]),
  };
  return { logger, lines };
}

function appOf(baseUrl: string, logger: TokenFailLogger) {
  const app = express();
  app.use((_req, _res, next) => next(new InvalidResourceOwnerCredentialsError(TICKET)));
  app.use(tokenFail({ client: clientAt(baseUrl), logger }));
  return app;
}

describe('a logger', () => {
  it('of the shape of console gets a message and an object', async () => {
    const { logger, lines } = keptLogger();
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await supertest(appOf(upstream.url, logger)).post('/').expect(400);
    expect(lines).toEqual([
      [
        'info',
        'token request failed',
        {
          reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
          action: 'BAD_REQUEST',
          status: 400,
          resultCode: 'A067301',
          duration: expect.any(Number) as unknown,
        },
      ],
    ]);
  });

  it('of pino gets an object and a message', async () => {
    const { logger, lines } = keptLog();
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await supertest(appOf(upstream.url, logger)).post('/').expect(400);
    await supertest(appOf(await closedPort(), logger))
      .post('/')
      .expect(500);
    expect(lines).toEqual([
      expect.objectContaining({
        ...{ level: 30, msg: 'token request failed', resultCode: 'A067301' },
      }),
      expect.objectContaining({
        level: 50,
        msg: 'token request could not be processed',
        error: {
          type: 'AuthleteApiError',
          code: 'ERR_ATF_UNREACHABLE',
          message: 'Authlete cannot be reached (ECONNREFUSED)',
        },
      }),
    ]);
    expectNoSecretIn(lines);
  });

  it('that both tokenEndpoint and tokenFail have gets each line once', async () => {
    const { logger, lines } = keptLogger();
    const { client } = await emulatorAndClient();
    const app = tokenServerOf({
      client,
      endpoint: { logger, authenticate: () => null },
      fail: { logger },
    });
    await supertest(app).post('/token').send(passwordGrant()).expect(400);
    expect(lines).toHaveLength(1);
  });

  it('is told where a function of the host failed, but not what it said', async () => {
    const { logger, lines } = keptLogger();
    const { client } = await emulatorAndClient();
    const checkPassword = (username: string, password: string): never => {
      throw Object.assign(new RangeError(`${username} is not ${password}`), {
        code: 'E_STORE',
        password,
      });
    };
    const app = tokenServerOf({ client, endpoint: { logger, authenticate: checkPassword } });
    await supertest(app)
      .post('/token')
      .send(passwordGrant({ password: PASSWORD }))
      .expect(500);
    expect(lines).toEqual([
      ['info', 'token request failed', expect.objectContaining({ reason: 'UNKNOWN', status: 500 })],
      [
        'error',
        'token request could not be processed',
        {
          error: {
            type: 'RangeError',
            code: 'E_STORE',
            stack: expect.stringMatching(/^at .*checkPassword.* \(.+:\d+:\d+\)\n/) as unknown,
          },
        },
      ],
    ]);
    expectNoSecretIn(lines);
  });

  it('is told that mapError failed, as onError is', async () => {
    const { logger, lines } = keptLogger();
    const app = express();
    app.use((_req, _res, next) => next(new Error('the host’s')));
    const mapError = () => {
      throw new TypeError(PASSWORD);
    };
    const client = clientAt(await closedPort());
    app.use(tokenFail({ client, mapError, logger }));
    app.use(((_error, _req, res, _next) => res.status(418).end()) as ErrorRequestHandler);
    await supertest(app).post('/').expect(418);
    expect(lines).toEqual([
      [
        'error',
        'token request could not be processed',
        { error: expect.objectContaining({ type: 'TypeError' }) as unknown },
      ],
    ]);
    expectNoSecretIn(lines);
  });

  it('that throws changes nothing for the client application', async () => {
    const logger = {
      info: () => {
        throw new Error('disk full');
      },
      error: () => Promise.reject(new Error('disk full')),
    };
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await supertest(appOf(upstream.url, logger)).post('/').expect(400);
    await supertest(appOf(await closedPort(), logger))
      .post('/')
      .expect(500);
  });

  it.each([[{}], [null], ['pino'], [{ info: () => undefined }]])(
    'must be one: %j is refused at start-up',
    (logger) => {
      const client = createAuthleteClient({ serviceId: '1', accessToken: BEARER_TOKEN });
      const options = { client, logger: logger as unknown as TokenFailLogger };
      const refusal = expect.objectContaining({
        code: 'ERR_ATF_OPTIONS',
        message: expect.stringContaining('logger must be') as unknown,
      }) as Error;
      expect(() => tokenFail(options)).toThrow(refusal);
      expect(() => tokenEndpoint({ ...options, authenticate: () => null })).toThrow(refusal);
    },
  );

  it('can be console', () => {
    const client = createAuthleteClient({ serviceId: '1', accessToken: BEARER_TOKEN });
    expect(() => tokenFail({ client, logger: console })).not.toThrow();
  });
});

describe('createLog', () => {
  it('logs errors of one kind once in a while, and says how many there were between', () => {
    const { logger, lines } = keptLogger();
    let time = 0;
    const { onError } = createLog(logger, () => time);
    const timeout = () => onError(new AuthleteApiError('ERR_ATF_TIMEOUT', 'late'));
    for (let count = 0; count < 5; count++) timeout();
    onError(new AuthleteApiError('ERR_ATF_CLOSED', 'closed'));
    time += QUIET_TIME;
    timeout();
    time += QUIET_TIME;
    timeout();
    expect(lines.map(([, , fields]) => fields)).toEqual([
      { error: expect.objectContaining({ code: 'ERR_ATF_TIMEOUT' }) as unknown },
      { error: expect.objectContaining({ code: 'ERR_ATF_CLOSED' }) as unknown },
      { error: expect.objectContaining({ code: 'ERR_ATF_TIMEOUT' }) as unknown, suppressed: 4 },
      { error: expect.objectContaining({ code: 'ERR_ATF_TIMEOUT' }) as unknown },
    ]);
  });

  it('keeps count of no more kinds than a host can make up in earnest', () => {
    const { logger, lines } = keptLogger();
    const { onError } = createLog(logger, () => 0);
    for (let kind = 0; kind < 1000; kind++) {
      onError(Object.assign(new Error('x'), { code: `E_${kind}` }));
    }
    onError(Object.assign(new Error('x'), { code: 'E_999' }));
    expect(lines).toHaveLength(1000);
    // It has been forgotten, and nothing is known of when it was logged.
    onError(Object.assign(new Error('x'), { code: 'E_0' }));
    expect(lines).toHaveLength(1001);
  });

  it('has the status and the result of an API error, and the cause of a failed host function', () => {
    const { logger, lines } = keptLogger();
    const { onError } = createLog(logger);
    const details = { status: 401, resultCode: 'A001202', resultMessage: 'no' };
    onError(new AuthleteApiError('ERR_ATF_HTTP_STATUS', 'refused', details));
    const cause = new TypeError(PASSWORD);
    onError(new HostFunctionError('ERR_ATF_HOST_THREW', 'properties failed', { cause }));
    expect(lines.map(([, , fields]) => fields)).toEqual([
      {
        error: {
          type: 'AuthleteApiError',
          code: 'ERR_ATF_HTTP_STATUS',
          message: 'refused',
          ...details,
        },
      },
      {
        error: {
          ...{
            type: 'HostFunctionError',
            code: 'ERR_ATF_HOST_THREW',
            message: 'properties failed',
          },
          cause: { type: 'TypeError', stack: expect.stringMatching(/^at /) as unknown },
        },
      },
    ]);
    expectNoSecretIn(lines);
  });

  it.each([
    ['a string', PASSWORD],
    ['undefined', undefined],
    [
      'an object with getters that throw',
      Object.defineProperty(new Error(PASSWORD), 'name', {
        get: () => {
          throw new Error(PASSWORD);
        },
      }),
    ],
    [
      'a name and a code that are no such thing',
      Object.assign(new Error(PASSWORD), { name: 'PLANTEDhunter', code: PASSWORD }),
    ],
    ['a message that looks like a call', new Error(`x\n    at ${PASSWORD}:1:1`)],
  ])('shows nothing of %s', (_what, thrown) => {
    const { logger, lines } = keptLogger();
    createLog(logger).onError(thrown);
    expect(lines).toHaveLength(1);
    expectNoSecretIn(lines);
  });
});
