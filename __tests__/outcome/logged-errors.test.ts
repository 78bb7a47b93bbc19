import supertest from 'supertest';
import {
  AuthleteApiError,
  CallbackError,
  type CallbackErrorCode,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { createOutcomeLog, QUIET_TIME } from '../../lib/outcome/logger';
import { recordingLogger } from '../support/observe/log';
import { expectNoSecretIn, PASSWORD } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { emulatorAndClient, tokenServerOf } from '../support/servers/token-server';

/** A log with a clock of its own. */
function createLog() {
  const { logger, lines } = recordingLogger();
  const clock = { time: 0 };
  const log = createOutcomeLog(() => clock.time);
  return {
    clock,
    lines,
    fields: () => lines.map(([, , fields]) => fields as Record<string, unknown>),
    problem: (error: unknown) => log.problem(logger, error),
    outcome: (outcome: Partial<TokenOutcome>) =>
      log.outcome(logger, { outcome: 'error', status: 500, duration: 1, ...outcome }),
  };
}

describe('a logged error', () => {
  it('has what an API error says of the call', () => {
    const { fields, problem } = createLog();
    const details = {
      ...({ api: '/auth/token', status: 401, resultCode: 'A001202', resultMessage: 'no' } as const),
    };
    problem(new AuthleteApiError('ERR_ATF_HTTP_STATUS', 'rejected', details));
    expect(fields()).toEqual([
      {
        error: {
          type: 'AuthleteApiError',
          code: 'ERR_ATF_HTTP_STATUS',
          message: 'rejected',
          ...details,
        },
      },
    ]);
  });

  it('has the type and the code of its cause and where that was thrown, but not its message', () => {
    const { fields, problem } = createLog();
    const cause = Object.assign(new TypeError(PASSWORD), { code: 'E_STORE', password: PASSWORD });
    problem(new CallbackError('ERR_ATF_CALLBACK_THREW', 'authenticate', 'threw', { cause }));
    expect(fields()).toEqual([
      {
        error: {
          type: 'CallbackError',
          code: 'ERR_ATF_CALLBACK_THREW',
          message: 'authenticate threw',
          callback: 'authenticate',
          cause: {
            type: 'TypeError',
            code: 'E_STORE',
            stack: expect.stringMatching(/^at .+:\d+:\d+\)?\nat /) as unknown,
          },
        },
      },
    ]);
    expectNoSecretIn(fields());
  });

  it.each([
    ['a string', PASSWORD],
    ['null', null],
    ['an object that is not an error', { message: PASSWORD, stack: PASSWORD }],
    [
      'an error with a getter that throws',
      Object.defineProperty(new Error(PASSWORD), 'name', {
        get: () => {
          throw new Error(PASSWORD);
        },
      }),
    ],
    [
      'an error whose name and code do not look like such',
      Object.assign(new Error(PASSWORD), { name: 'PLANTEDhunter', code: PASSWORD }),
    ],
    ['an error whose message looks like a call', new Error(`x\n    at ${PASSWORD}:1:1`)],
    ['an error with a stack of its own', Object.assign(new Error('x'), { stack: PASSWORD })],
  ])('shows nothing of a cause that is %s', (_what, cause) => {
    const { lines, problem } = createLog();
    problem(new CallbackError('ERR_ATF_CALLBACK_THREW', 'mapError', 'threw', { cause }));
    expect(lines).toHaveLength(1);
    expectNoSecretIn(lines);
  });

  it('says where authenticate failed', async () => {
    const { logger, lines } = recordingLogger();
    const { client } = await emulatorAndClient();
    const checkPassword = (username: string): never => {
      throw new RangeError(`no table for ${username}`);
    };
    const app = tokenServerOf({ client, endpoint: { logger, authenticate: checkPassword } });
    await supertest(app).post('/token').send(passwordGrant()).expect(500);
    expect(lines).toEqual([
      [
        'error',
        'token request could not be processed',
        expect.objectContaining({
          reason: 'UNKNOWN',
          status: 500,
          error: expect.objectContaining({
            code: 'ERR_ATF_CALLBACK_THREW',
            cause: {
              type: 'RangeError',
              stack: expect.stringMatching(/^at .*checkPassword.* \(.+:\d+:\d+\)\n/) as unknown,
            },
          }) as unknown,
        }),
      ],
    ]);
  });

  it('has no cause if that repeats the password', async () => {
    const { logger, lines } = recordingLogger();
    const { client } = await emulatorAndClient();
    const checkPassword = (username: string, password: string): never => {
      throw Object.assign(new RangeError(`${username} is not ${password}`), { password });
    };
    const app = tokenServerOf({ client, endpoint: { logger, authenticate: checkPassword } });
    const form = passwordGrant({ password: PASSWORD });
    await supertest(app).post('/token').send(form).expect(500);
    const error = {
      ...{ type: 'CallbackError', code: 'ERR_ATF_CALLBACK_THREW', message: 'authenticate threw' },
      callback: 'authenticate',
    };
    expect(lines).toEqual([['error', expect.any(String), expect.objectContaining({ error })]]);
    expectNoSecretIn(lines);
  });
});

describe('the throttling of logged errors', () => {
  it('logs one error of each kind a second, and how many it left out', () => {
    const { clock, fields, problem } = createLog();
    const timeout = () => problem(new AuthleteApiError('ERR_ATF_TIMEOUT', 'late'));
    for (let count = 0; count < 5; count++) timeout();
    clock.time += QUIET_TIME - 1;
    timeout();
    clock.time += 1;
    timeout();
    clock.time += QUIET_TIME;
    timeout();
    const error = expect.objectContaining({ code: 'ERR_ATF_TIMEOUT' }) as unknown;
    expect(fields()).toEqual([{ error }, { error, suppressed: 5 }, { error }]);
  });

  const create = (code: AuthleteApiError['code'], details = {}) =>
    new AuthleteApiError(code, 'x', { api: '/auth/token', ...details });
  const createCallback = (callback: string, code: CallbackErrorCode = 'ERR_ATF_CALLBACK_THREW') =>
    new CallbackError(code, callback, 'x');

  it.each<[string, Error, Error]>([
    ['code', create('ERR_ATF_TIMEOUT'), create('ERR_ATF_OVERLOADED')],
    ['API', create('ERR_ATF_TIMEOUT'), create('ERR_ATF_TIMEOUT', { api: '/auth/token/fail' })],
    [
      'status',
      create('ERR_ATF_HTTP_STATUS', { status: 401 }),
      create('ERR_ATF_HTTP_STATUS', { status: 500 }),
    ],
    [
      'result code',
      create('ERR_ATF_HTTP_STATUS', { resultCode: 'A001202' }),
      create('ERR_ATF_HTTP_STATUS', { resultCode: 'A001203' }),
    ],
    ['callback', createCallback('authenticate'), createCallback('client')],
    [
      'code of a callback',
      createCallback('authenticate'),
      createCallback('authenticate', 'ERR_ATF_CALLBACK_TIMEOUT'),
    ],
  ])('keeps errors with another %s apart', (_what, one, another) => {
    const { lines, problem } = createLog();
    for (const error of [one, another, one, another]) problem(error);
    expect(lines).toHaveLength(2);
  });

  it('does not keep errors with another message apart', () => {
    const { lines, problem } = createLog();
    problem(new AuthleteApiError('ERR_ATF_UNREACHABLE', 'one'));
    problem(new AuthleteApiError('ERR_ATF_UNREACHABLE', 'another'));
    expect(lines).toHaveLength(1);
  });

  it('keeps outcomes without an error apart by their result codes', () => {
    const { fields, outcome } = createLog();
    for (const resultCode of ['A001101', 'A001102', 'A001101']) outcome({ resultCode });
    expect(fields()).toMatchObject([{ resultCode: 'A001101' }, { resultCode: 'A001102' }]);
  });

  it('logs each outcome that is not an error', () => {
    const { lines, outcome } = createLog();
    for (let count = 0; count < 3; count++) outcome({ outcome: 'failed', status: 400 });
    for (let count = 0; count < 3; count++) outcome({ outcome: 'blocked', status: 400 });
    expect(lines).toHaveLength(6);
  });

  it('remembers a limited number of kinds', () => {
    const { lines, problem } = createLog();
    const fail = (kind: number) =>
      problem(Object.assign(createCallback('authenticate'), { code: `E_${kind}` }));
    for (let kind = 0; kind < 1000; kind++) fail(kind);
    fail(999);
    expect(lines).toHaveLength(1000);
    // Forgotten, and with it when it was last logged.
    fail(0);
    expect(lines).toHaveLength(1001);
  });
});
