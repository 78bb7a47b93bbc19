import supertest from 'supertest';
import {
  CallbackError,
  createAuthleteClient,
  type OutcomeName,
  type TokenLogger,
  tokenEndpoint,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { createOutcomeLog } from '../../lib/outcome/logger';
import { keptLog, recordingLogger } from '../support/observe/log';
import { BEARER_TOKEN, expectNoSecretIn, PASSWORD } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { closedPort } from '../support/servers/listen';
import { clientAt, emulatorAndClient, tokenServerOf } from '../support/servers/token-server';

const log = createOutcomeLog();

function outcomeOf(outcome: OutcomeName): TokenOutcome {
  return { outcome, grantType: 'password', status: 400, duration: 1.5 };
}

describe('createOutcomeLog', () => {
  const LEVELS: [OutcomeName, string, string][] = [
    ['issued', 'debug', 'token request issued'],
    ['rejected', 'debug', 'token request rejected'],
    ['aborted', 'debug', 'token request aborted by the client'],
    ['failed', 'info', 'token request failed'],
    ['blocked', 'warn', 'token request blocked'],
    ['error', 'error', 'token request could not be processed'],
  ];

  it.each(LEVELS)('logs an outcome "%s" with level %s', (name, level, message) => {
    const { logger, lines } = recordingLogger();
    const outcome = outcomeOf(name);
    log.outcome(logger, outcome);
    expect(lines).toEqual([[level, message, outcome]]);
  });

  it.each(LEVELS)('logs an outcome "%s" with level %s of pino', (name, level, message) => {
    const { logger, lines } = keptLog('debug');
    const outcome = outcomeOf(name);
    // Not throttled by what other tests log.
    createOutcomeLog().outcome(logger, outcome);
    expect(lines).toEqual([
      expect.objectContaining({
        ...{ ...outcome, level: logger.levels.values[level], msg: message },
      }),
    ]);
  });

  it('logs blocked attempts with level info if the logger has no warn', () => {
    const { logger, lines } = recordingLogger();
    const { info, error } = logger;
    log.outcome({ info, error }, outcomeOf('blocked'));
    expect(lines).toEqual([['info', 'token request blocked', outcomeOf('blocked')]]);
  });

  it.each<OutcomeName>(['issued', 'rejected', 'aborted'])(
    'does not log an outcome "%s" if the logger has no debug',
    (name) => {
      const { logger, lines } = recordingLogger();
      const { info, warn, error } = logger;
      log.outcome({ info, warn, error }, outcomeOf(name));
      expect(lines).toEqual([]);
    },
  );

  it('leaves out fields that are undefined', () => {
    const { logger, lines } = recordingLogger();
    log.outcome(logger, { ...outcomeOf('failed'), reason: undefined, clientId: undefined });
    expect(Object.keys(lines[0]?.[2] as object)).toEqual([
      ...['outcome', 'grantType', 'status', 'duration'],
    ]);
  });

  it('calls the methods as methods', () => {
    class Logger {
      readonly lines: unknown[] = [];
      info(...line: unknown[]): void {
        this.lines.push(line);
      }
      error(...line: unknown[]): void {
        this.lines.push(line);
      }
    }
    const logger = new Logger();
    log.outcome(logger, outcomeOf('failed'));
    expect(logger.lines).toHaveLength(1);
  });

  it('logs a problem with level error', () => {
    const { logger, lines } = recordingLogger();
    log.problem(logger, new CallbackError('ERR_ATF_CALLBACK_RESULT', 'mapError', 'is odd'));
    expect(lines).toEqual([
      [
        'error',
        'problem while handling a token request',
        {
          error: {
            type: 'CallbackError',
            code: 'ERR_ATF_CALLBACK_RESULT',
            message: 'mapError is odd',
            callback: 'mapError',
          },
        },
      ],
    ]);
  });
});

describe('the logger of tokenEndpoint', () => {
  it('gets a line for each token request, without its secrets', async () => {
    const { logger, lines } = keptLog('debug');
    const { client } = await emulatorAndClient();
    const app = tokenServerOf({ client, endpoint: { logger } });
    const send = (changes = {}) => supertest(app).post('/token').send(passwordGrant(changes));
    await send().expect(200);
    await send({ password: PASSWORD }).expect(400);
    await supertest(app).post('/token').type('json').send({ password: PASSWORD }).expect(400);
    expect(lines).toMatchObject([
      { level: 20, msg: 'token request issued', status: 200, action: 'OK' },
      {
        ...{ level: 30, msg: 'token request failed', status: 400, action: 'BAD_REQUEST' },
        ...{ reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', resultCode: 'A067301' },
      },
      { level: 20, msg: 'token request rejected', status: 400 },
    ]);
    expectNoSecretIn(lines);
  });

  it('gets the cause of a 500', async () => {
    const { logger, lines } = keptLog();
    const url = await closedPort();
    const app = tokenServerOf({ client: clientAt(url), endpoint: { logger } });
    await supertest(app).post('/token').send(passwordGrant()).expect(500);
    expect(lines).toMatchObject([
      {
        ...{ level: 50, msg: 'token request could not be processed', status: 500 },
        error: {
          type: 'AuthleteApiError',
          code: 'ERR_ATF_UNREACHABLE',
          message: expect.stringMatching(/^\/auth\/token: .+\(ECONNREFUSED\)$/) as unknown,
          api: '/auth/token',
        },
      },
    ]);
  });
});

describe('the option logger', () => {
  const client = createAuthleteClient({ serviceId: '1', accessToken: BEARER_TOKEN });
  const create = [
    (logger: unknown) => tokenFail({ client, logger: logger as TokenLogger }),
    (logger: unknown) =>
      tokenEndpoint({ client, logger: logger as TokenLogger, authenticate: () => null }),
  ];

  it.each([[{}], [null], ['pino'], [{ info: () => undefined }]])(
    'cannot be %j, which throws at start-up',
    (logger) => {
      const refusal = expect.objectContaining({
        code: 'ERR_ATF_OPTIONS',
        message: expect.stringContaining('logger must be') as unknown,
      }) as Error;
      for (const middleware of create) expect(() => middleware(logger)).toThrow(refusal);
    },
  );

  it.each([
    ['console', console],
    ['a logger of pino', keptLog().logger],
    ['a function of the request', () => console],
  ])('can be %s', (_what, logger) => {
    for (const middleware of create) expect(() => middleware(logger)).not.toThrow();
  });
});
