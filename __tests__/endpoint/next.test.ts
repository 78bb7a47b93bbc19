import type { Request, Response } from 'express';
import supertest from 'supertest';
import { CallbackError, type EndpointOptions } from 'express-authlete-token-fail';
import { recordingLogger } from '../support/observe/log';
import { passwordGrant } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import {
  clientAt,
  type EmulatedServerOptions,
  tokenServerOf,
  tokenServerOnEmulator,
} from '../support/servers/token-server';
import { startJsonUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const broken = new Error('database');

/** What an `authenticate` does after it has answered by itself. */
const ENDINGS: [string, () => string | null, string][] = [
  ['returns a subject', () => 'john-1', 'ERR_ATF_CALLBACK_RESULT'],
  ['returns null', () => null, 'ERR_ATF_CALLBACK_RESULT'],
  [
    'throws',
    () => {
      throw broken;
    },
    'ERR_ATF_CALLBACK_THREW',
  ],
];

const responseOf = ({ res }: Request): Response => {
  if (!res) throw new Error('There is no response');
  return res;
};

describe.each(EXPRESS_VERSIONS)('next of tokenEndpoint on $version', ({ express }) => {
  /** A token server whose `authenticate` answers by itself. */
  async function start(answer: (res: Response) => void, end: () => string | null) {
    const { logger, lines } = recordingLogger();
    const passedOn: unknown[] = [];
    const options: EmulatedServerOptions = {
      express,
      endpoint: {
        logger,
        authenticate(_username, _password, { req }) {
          answer(responseOf(req));
          return end();
        },
      },
      after(error, _req, res, _next) {
        passedOn.push(error);
        res.end(', and the rest');
      },
    };
    const server = await tokenServerOnEmulator(options);
    return { ...server, passedOn, lines };
  }

  it.each(ENDINGS)(
    'is called with an error if part of an answer was sent and authenticate %s',
    async (_what, end, code) => {
      const server = await start((res) => res.status(503).write('part'), end);
      const answer = await server.send();
      expect([answer.status, answer.text]).toEqual([503, 'part, and the rest']);
      expect(server.passedOn).toEqual([expect.any(CallbackError)]);
      expect(server.passedOn).toMatchObject([{ code }]);
      await until(() => server.emulator.openTickets() === 0);
      expect(server.closings()).toHaveLength(1);
      expect(server.closings()).not.toContain('issued');
      // It is no answer of the package's.
      expect(server.outcomes).toEqual([]);
    },
  );

  it.each(ENDINGS)(
    'is not called if a whole answer was sent and authenticate %s',
    async (_what, end) => {
      const server = await start((res) => res.status(503).end('whole'), end);
      const answer = await server.send();
      expect([answer.status, answer.text]).toEqual([503, 'whole']);
      await until(() => server.emulator.openTickets() === 0);
      await new Promise(setImmediate);
      expect(server.passedOn).toEqual([]);
      expect(server.closings()).not.toContain('issued');
      expect(server.outcomes).toEqual([]);
    },
  );

  it('is not called if a whole answer was sent long before authenticate settles', async () => {
    const server = await tokenServerOnEmulator({
      express,
      endpoint: {
        async authenticate(_username, _password, { req, signal }) {
          responseOf(req).status(503).end('whole');
          await until(() => signal.aborted);
          return 'john-1';
        },
      },
    });
    await server.send().expect(503, 'whole');
    await until(() => server.emulator.openTickets() === 0);
    await new Promise(setImmediate);
    expect(server.closings()).toEqual(['UNKNOWN']);
    expect([server.outcomes, server.passedOn]).toEqual([[], []]);
  });

  it('logs an error that belongs to no answer of the package', async () => {
    const server = await start(
      (res) => res.end('whole'),
      () => {
        throw broken;
      },
    );
    await server.send();
    await until(() => server.lines.length > 0);
    expect(server.lines).toEqual([
      [
        'error',
        expect.any(String),
        {
          error: expect.objectContaining({ code: 'ERR_ATF_CALLBACK_THREW' }) as unknown,
        },
      ],
    ]);
  });

  it('is called for a fail call that fails once part of an answer was sent', async () => {
    const { logger, lines } = recordingLogger();
    const passedOn: unknown[] = [];
    const server = await tokenServerOnEmulator({
      express,
      alter: () => ({ tokenFail: () => Promise.reject(new Error('down')) }),
      endpoint: {
        logger,
        authenticate(_username, _password, { req }) {
          responseOf(req).write('part');
          return null;
        },
      },
      after(error, _req, res, _next) {
        passedOn.push(error);
        res.end();
      },
    });
    expect((await server.send()).text).toBe('part');
    await until(() => lines.length > 0);
    expect(passedOn).toMatchObject([{ code: 'ERR_ATF_CALLBACK_RESULT' }]);
    expect(lines).toMatchObject([['error', expect.any(String), { error: { callback: 'client' } }]]);
  });

  describe('for the other actions', () => {
    /** An endpoint whose handler answers by itself. */
    async function startHandler(
      answer: (res: Response) => void,
      after: (signal: AbortSignal) => unknown = () => undefined,
    ) {
      const upstream = await startJsonUpstream({ action: 'TOKEN_EXCHANGE' });
      const passedOn: unknown[] = [];
      const outcomes: unknown[] = [];
      const handlers: EndpointOptions['handlers'] = {
        async tokenExchange(_response, { req, signal }) {
          answer(responseOf(req));
          await after(signal);
          return { responseContent: '{}' };
        },
      };
      const app = tokenServerOf({
        client: clientAt(upstream.url),
        express,
        endpoint: { handlers, onOutcome: (outcome) => outcomes.push(outcome) },
        after(error, _req, res, _next) {
          passedOn.push(error);
          res.end();
        },
      });
      const request = supertest(app).post('/token').type('form').send(passwordGrant());
      const { status, text } = await request;
      await new Promise(setImmediate);
      return { answer: [status, text], passedOn, outcomes };
    }

    it('is called if part of an answer was sent', async () => {
      const seen = await startHandler((res) => res.status(202).write('part'));
      expect(seen.answer).toEqual([202, 'part']);
      expect(seen.passedOn).toMatchObject([{ code: 'ERR_ATF_CALLBACK_RESULT' }]);
      expect(seen.outcomes).toEqual([]);
    });

    it('is not called if a whole answer was sent', async () => {
      const seen = await startHandler((res) => res.status(202).end('whole'));
      expect(seen).toEqual({ answer: [202, 'whole'], passedOn: [], outcomes: [] });
    });

    it('is not called, and nothing counts as aborted, long after a whole answer', async () => {
      const seen = await startHandler(
        (res) => res.status(202).end('whole'),
        (signal) => until(() => signal.aborted),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(seen).toEqual({ answer: [202, 'whole'], passedOn: [], outcomes: [] });
    });
  });
});
