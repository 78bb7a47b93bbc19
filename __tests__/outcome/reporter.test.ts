import express, { type Request } from 'express';
import {
  AuthleteApiError,
  CallbackError,
  type LoggerOption,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { callHook, createReporter, createWarnOnce } from '../../lib/outcome/reporter';
import { watchChannel } from '../support/observe/channels';
import { recordingLogger } from '../support/observe/log';
import { watchWarnings } from '../support/observe/warnings';

const req = Object.create(express.request) as Request;

const FAILED: TokenOutcome = { outcome: 'failed', status: 400, duration: 1 };

/** An outcome that is an error. */
function errorOf(code: AuthleteApiError['code'] = 'ERR_ATF_TIMEOUT'): TokenOutcome {
  const error = new AuthleteApiError(code, 'Authlete is slow', { api: '/auth/token' });
  return { outcome: 'error', status: 500, error, duration: 1 };
}

const PROBLEM = new CallbackError('ERR_ATF_CALLBACK_THREW', 'mapError', 'threw');

/** Lets the event loop turn, so that what was rejected or emitted is seen. */
const turn = () => new Promise(setImmediate);

describe('createReporter', () => {
  it('passes one object to the hook, the logger and the channel', () => {
    const onOutcome = jest.fn();
    const { logger, lines } = recordingLogger();
    const published = watchChannel('express-authlete-token-fail:outcome');
    createReporter({ onOutcome, logger }).outcome(req, () => FAILED, false);
    expect(onOutcome.mock.calls).toEqual([[FAILED, req]]);
    expect(published).toEqual([FAILED]);
    expect(lines).toEqual([['info', 'token request failed', FAILED]]);
    expect((onOutcome.mock.calls as unknown[][])[0]?.[0]).toBe(FAILED);
    expect(published[0]).toBe(FAILED);
  });

  it('does not build an outcome if nobody listens', () => {
    const build = jest.fn(() => FAILED);
    createReporter({ onOutcome: undefined, logger: undefined }).outcome(req, build, false);
    expect(build).not.toHaveBeenCalled();
  });

  it.each<[string, () => Partial<Parameters<typeof createReporter>[0]>]>([
    ['there is a hook', () => ({ onOutcome: () => undefined })],
    ['there is a logger', () => ({ logger: recordingLogger().logger })],
    [
      'the channel has a listener',
      () => {
        watchChannel('express-authlete-token-fail:outcome');
        return {};
      },
    ],
  ])('builds an outcome once if %s', (_what, listen) => {
    const build = jest.fn(() => FAILED);
    const reporter = createReporter({ onOutcome: undefined, logger: undefined, ...listen() });
    reporter.outcome(req, build, false);
    expect(build).toHaveBeenCalledTimes(1);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('hook');
      },
    ],
    ['rejects', () => Promise.reject(new Error('hook'))],
    ['never settles', () => new Promise(() => undefined)],
  ])('calls the logger and the channel if the hook %s', async (_what, onOutcome) => {
    const { logger, lines } = recordingLogger();
    const published = watchChannel('express-authlete-token-fail:outcome');
    createReporter({ onOutcome, logger }).outcome(req, () => FAILED, false);
    expect(lines).toHaveLength(1);
    expect(published).toHaveLength(1);
    // Jest fails a test that leaves a rejection unhandled.
    await turn();
  });

  it('publishes the outcome if the logger throws or rejects', async () => {
    const published = watchChannel('express-authlete-token-fail:outcome');
    const logger = {
      info: () => {
        throw new Error('disk full');
      },
      error: () => Promise.reject(new Error('disk full')),
    };
    const reporter = createReporter({ onOutcome: undefined, logger });
    reporter.outcome(req, () => FAILED, false);
    reporter.outcome(req, errorOf, true);
    reporter.problem(req, PROBLEM);
    expect(published).toHaveLength(2);
    await turn();
  });
});

describe('a logger that is a function of the request', () => {
  it('is called with the request, and the logger that it returns is used', () => {
    const { logger, lines } = recordingLogger();
    const select = jest.fn(() => logger);
    const reporter = createReporter({ onOutcome: undefined, logger: select });
    reporter.outcome(req, () => FAILED, false);
    reporter.problem(req, PROBLEM);
    expect(select.mock.calls).toEqual([[req], [req]]);
    expect(lines.map(([level]) => level)).toEqual(['info', 'error']);
  });

  const WITHOUT_LOGGER: [string, LoggerOption][] = [
    [
      'throws',
      () => {
        throw new Error('no logger');
      },
    ],
    ['returns undefined', () => undefined as never],
    ['returns null', () => null as never],
    ['returns an object without methods', () => ({}) as never],
    ['returns a promise', (() => Promise.resolve(console)) as never],
  ];

  it.each(WITHOUT_LOGGER)('changes nothing else if it %s', (_what, logger) => {
    const published = watchChannel('express-authlete-token-fail:outcome');
    const onOutcome = jest.fn();
    const reporter = createReporter({ onOutcome, logger });
    reporter.outcome(req, () => FAILED, false);
    reporter.outcome(req, errorOf, true);
    expect(onOutcome).toHaveBeenCalledTimes(2);
    expect(published).toHaveLength(2);
  });

  it.each(WITHOUT_LOGGER)(
    'counts as no logger if it %s: errors are warned of',
    async (_what, logger) => {
      const warnings = watchWarnings();
      const reporter = createReporter({ onOutcome: undefined, logger });
      reporter.outcome(req, () => FAILED, false);
      reporter.outcome(req, errorOf, true);
      reporter.problem(req, PROBLEM);
      await turn();
      expect(warnings.map(({ code }) => code)).toEqual([
        'ERR_ATF_TIMEOUT',
        'ERR_ATF_CALLBACK_THREW',
      ]);
    },
  );

  it('is a logger itself if it has the methods of one', () => {
    const { logger, lines } = recordingLogger();
    const callable = Object.assign(jest.fn(), logger);
    const reporter = createReporter({ onOutcome: undefined, logger: callable });
    reporter.outcome(req, () => FAILED, false);
    reporter.problem(req, PROBLEM);
    expect(callable).not.toHaveBeenCalled();
    expect(lines.map(([level]) => level)).toEqual(['info', 'error']);
  });

  it('may return a logger that is a function', () => {
    const { logger, lines } = recordingLogger();
    const callable = Object.assign(jest.fn(), logger);
    const reporter = createReporter({ onOutcome: undefined, logger: () => callable });
    reporter.outcome(req, () => FAILED, false);
    expect(callable).not.toHaveBeenCalled();
    expect(lines).toHaveLength(1);
  });
});

describe('without hook and logger', () => {
  const silent = { onOutcome: undefined, logger: undefined };

  it('the first error of each code is a process warning', async () => {
    const warnings = watchWarnings();
    const reporter = createReporter(silent);
    const codes = ['ERR_ATF_TIMEOUT', 'ERR_ATF_CIRCUIT_OPEN', 'ERR_ATF_TIMEOUT'] as const;
    for (const code of codes) reporter.outcome(req, () => errorOf(code), true);
    await turn();
    const message = 'A token request could not be processed. Authlete is slow';
    expect(warnings.map(({ name, code, message }) => ({ name, code, message }))).toEqual([
      { name: 'AuthleteTokenFailWarning', code: 'ERR_ATF_TIMEOUT', message },
      { name: 'AuthleteTokenFailWarning', code: 'ERR_ATF_CIRCUIT_OPEN', message },
    ]);
  });

  it('each reporter warns by itself', async () => {
    const warnings = watchWarnings();
    for (let count = 0; count < 2; count++) {
      const reporter = createReporter(silent);
      for (let errors = 0; errors < 2; errors++) reporter.outcome(req, errorOf, true);
    }
    await turn();
    expect(warnings).toHaveLength(2);
  });

  it('an INTERNAL_SERVER_ERROR of Authlete has a code of its own', async () => {
    const warnings = watchWarnings();
    const outcome: TokenOutcome = {
      ...{ outcome: 'error', status: 500, duration: 1, action: 'INTERNAL_SERVER_ERROR' },
      ...{ resultCode: 'A001101', resultMessage: 'The service is broken.' },
    };
    const reporter = createReporter(silent);
    for (let count = 0; count < 2; count++) reporter.outcome(req, () => outcome, true);
    await turn();
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'ERR_ATF_INTERNAL_SERVER_ERROR',
        message:
          'A token request could not be processed. ' +
          'Authlete said: INTERNAL_SERVER_ERROR, A001101, The service is broken.',
      }),
    ]);
  });

  it('errors that belong to no answer are process warnings, once for each code', async () => {
    const warnings = watchWarnings();
    const reporter = createReporter(silent);
    for (let count = 0; count < 2; count++) reporter.problem(req, PROBLEM);
    await turn();
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'ERR_ATF_CALLBACK_THREW', message: 'mapError threw' }),
    ]);
  });

  it('other outcomes are not warned of', async () => {
    const warnings = watchWarnings();
    watchChannel('express-authlete-token-fail:outcome');
    createReporter(silent).outcome(req, () => FAILED, false);
    await turn();
    expect(warnings).toEqual([]);
  });

  it('errors are warned of even if the channel has a listener', async () => {
    const warnings = watchWarnings();
    const published = watchChannel('express-authlete-token-fail:outcome');
    createReporter(silent).outcome(req, errorOf, true);
    await turn();
    expect(published).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });
});

describe('with a hook or a logger', () => {
  it.each([
    ['hook', { onOutcome: () => undefined, logger: undefined }],
    ['logger', { onOutcome: undefined, logger: recordingLogger().logger }],
  ])('an outcome is not warned of if there is a %s', async (_what, options) => {
    const warnings = watchWarnings();
    createReporter(options).outcome(req, errorOf, true);
    await turn();
    expect(warnings).toEqual([]);
  });

  it('a hook alone does not get problems, so they are process warnings', async () => {
    const warnings = watchWarnings();
    const onOutcome = jest.fn();
    createReporter({ onOutcome, logger: undefined }).problem(req, PROBLEM);
    await turn();
    expect(onOutcome).not.toHaveBeenCalled();
    expect(warnings).toHaveLength(1);
  });
});

describe('createWarnOnce', () => {
  it('warns once for each code', async () => {
    const warnings = watchWarnings();
    const warn = createWarnOnce();
    for (const code of ['ERR_ATF_A', 'ERR_ATF_B', 'ERR_ATF_A']) warn(code, 'Beware');
    await turn();
    expect(warnings.map(({ code }) => code)).toEqual(['ERR_ATF_A', 'ERR_ATF_B']);
  });
});

describe('callHook', () => {
  it('calls the hook with its arguments', () => {
    const hook = jest.fn();
    callHook(hook, 1, 'two');
    expect(hook).toHaveBeenCalledWith(1, 'two');
  });

  it.each<[string, (() => unknown) | undefined]>([
    ['is missing', undefined],
    [
      'throws',
      () => {
        throw new Error('hook');
      },
    ],
    ['rejects', () => Promise.reject(new Error('hook'))],
    ['never settles', () => new Promise(() => undefined)],
    [
      'returns a thenable that throws',
      () => ({
        then: () => {
          throw new Error('hook');
        },
      }),
    ],
  ])('does nothing more if the hook %s', async (_what, hook) => {
    expect(() => callHook(hook)).not.toThrow();
    await turn();
  });
});
