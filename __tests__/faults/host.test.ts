import { once } from 'node:events';
import { request as httpRequest, type RequestListener } from 'node:http';
import type { NextFunction, Response } from 'express';
import { InvalidResourceOwnerCredentialsError, tokenFail } from 'express-authlete-token-fail';
import { anotherCopy } from '../support/another-copy';
import { type Answer, sendRaw, TOKEN_HEADERS } from '../support/endpoint';
import { type FaultyHost, startFaultyHost, TOKEN_REQUEST } from '../support/faulty-host';
import { EXPRESS_VERSIONS } from '../support/hosts';
import { serve } from '../support/servers';
import { STRANGERS } from '../support/strangers';
import { clientAt } from '../support/token-server';
import { rejectWithNothing } from '../support/thrown';
import { until } from '../support/until';
import { startJsonUpstream } from '../support/upstream';
import { watchEachTest } from '../support/watch';

const wrongPassword = (ticket: string): Error => new InvalidResourceOwnerCredentialsError(ticket);

/** What the client application is told of a wrong password, and of an unknown reason. */
const WRONG_PASSWORD = [400, 'invalid_request'];
const SERVER_ERROR = [500, 'server_error'];

/** What the host's own error handler answers. */
const HOST = 418;

async function send({ url }: FaultyHost): Promise<Answer> {
  return sendRaw(url, { body: TOKEN_REQUEST });
}

/** Status and error of an answer, which has the headers of a token endpoint. */
function errorOf({ status, headers, text }: Answer): unknown[] {
  expect(headers).toMatchObject(TOKEN_HEADERS);
  return [status, (JSON.parse(text) as { error: unknown }).error];
}

/** Sends a token request and goes away once the host is at work on it. */
async function sendAndLeave(host: FaultyHost): Promise<void> {
  const request = httpRequest(host.url, {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  request.on('error', () => undefined);
  request.end(TOKEN_REQUEST);
  await host.reached;
  request.destroy();
}

watchEachTest();

describe.each(EXPRESS_VERSIONS)(
  'on $version, every ticket is closed once although',
  ({ express }) => {
    it('the client application goes away before the fail call', async () => {
      const host = await startFaultyHost({
        express,
        route: async (ticket, _req, res, next) => {
          await once(res, 'close');
          next(wrongPassword(ticket));
        },
      });
      await sendAndLeave(host);
      await until(() => host.emulator.openTickets() === 0);
      expect([host.told, host.passedOn]).toEqual([[], []]);
    });

    it('the client application goes away while authenticate runs', async () => {
      const host = await startFaultyHost({
        express,
        authenticate: async (_username, _password, { signal }) => {
          await once(signal, 'abort');
          return 'john-1';
        },
      });
      await sendAndLeave(host);
      await until(() => host.emulator.openTickets() === 0);
      expect([host.told, host.passedOn]).toEqual([[], []]);
    });

    it.each<[string, (res: Response) => unknown]>([
      ['begun', (res) => res.status(200).write('begun')],
      ['ended', (res) => res.status(200).end('ended')],
    ])('the answer has %s', async (text, answer) => {
      const host = await startFaultyHost({
        express,
        route: (ticket, _req, res, next) => {
          answer(res);
          next(wrongPassword(ticket));
          res.end();
        },
      });
      await expect(send(host)).resolves.toMatchObject({ status: 200, text });
      expect(host.passedOn).toEqual([expect.any(InvalidResourceOwnerCredentialsError)]);
    });

    it.each<[string, (ticket: string, next: NextFunction) => void]>([
      [
        'the same error is passed twice',
        (ticket, next) => {
          const error = wrongPassword(ticket);
          next(error);
          next(error);
        },
      ],
      [
        'two errors are passed at once',
        (ticket, next) => {
          next(wrongPassword(ticket));
          next(wrongPassword(ticket));
        },
      ],
      [
        'the same error is passed again when it is answered',
        (ticket, next) => {
          const error = wrongPassword(ticket);
          next(error);
          setTimeout(() => next(error), 20);
        },
      ],
      ['the error is frozen', (ticket, next) => next(Object.freeze(wrongPassword(ticket)))],
      [
        'the error is of another copy of the package',
        (ticket, next) => next(new (anotherCopy().InvalidResourceOwnerCredentialsError)(ticket)),
      ],
    ])('%s', async (_what, fail) => {
      const host = await startFaultyHost({
        express,
        // Where `next` is called again, Express goes on with the next handler.
        mounted: 2,
        route: (ticket, _req, _res, next) => fail(ticket, next),
      });
      expect(errorOf(await send(host))).toEqual(WRONG_PASSWORD);
      expect(host.told).toEqual([]);
    });

    it('the middleware is mounted twice', async () => {
      const host = await startFaultyHost({
        express,
        mounted: 2,
        route: (ticket, _req, _res, next) => next(wrongPassword(ticket)),
      });
      expect(errorOf(await send(host))).toEqual(WRONG_PASSWORD);
      expect([host.told, host.passedOn]).toEqual([[], []]);
    });

    it('the middleware is mounted before the endpoint only', async () => {
      const host = await startFaultyHost({ express, mounted: 0, mountedBefore: true });
      await expect(send(host)).resolves.toMatchObject({ status: HOST });
      await until(() => host.emulator.openTickets() === 0);
      expect(host.passedOn).toEqual([expect.objectContaining({ status: 400 })]);
    });

    it('the request is a HEAD', async () => {
      const host = await startFaultyHost({
        express,
        route: (ticket, _req, _res, next) => next(wrongPassword(ticket)),
      });
      const { status, headers, text } = await sendRaw(host.url, { method: 'HEAD' });
      expect([status, text]).toEqual([400, '']);
      expect(headers).toMatchObject(TOKEN_HEADERS);
    });

    it('an async route rejects', async () => {
      const host = await startFaultyHost({
        express,
        // The host hands the rejection on, as Express 5 does by itself.
        route: (ticket) => Promise.reject(wrongPassword(ticket)),
      });
      expect(errorOf(await send(host))).toEqual(WRONG_PASSWORD);
    });

    it.each<[string, () => unknown, string]>([
      [
        'throws',
        () => {
          throw new Error('database');
        },
        'Error: database',
      ],
      ['rejects', () => Promise.reject(new Error('database')), 'Error: database'],
      ['rejects with nothing', rejectWithNothing, 'undefined'],
      ['gives a number', () => 7, 'ERR_ATF_HOST_RESULT'],
      ['gives an empty string', () => '', 'ERR_ATF_HOST_RESULT'],
      ['never settles', () => new Promise(() => undefined), 'ERR_ATF_HOST_TIMEOUT'],
    ])('authenticate %s', async (_what, authenticate, told) => {
      const host = await startFaultyHost({
        express,
        authenticate: authenticate as never,
        authenticateTimeout: 100,
      });
      expect(errorOf(await send(host))).toEqual(SERVER_ERROR);
      expect(
        host.told.map((error) => (error as { code?: string } | undefined)?.code ?? String(error)),
      ).toEqual([told]);
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
    ])('a hook %s', async (_what, hook) => {
      const host = await startFaultyHost({
        express,
        hooks: { onFail: hook, onError: hook },
        authenticate: (username) => {
          if (username === 'broken') throw new Error('database');
          return null;
        },
      });
      expect(errorOf(await send(host))).toEqual(WRONG_PASSWORD);
      const body = TOKEN_REQUEST.replace('john', 'broken');
      expect(errorOf(await sendRaw(host.url, { body }))).toEqual(SERVER_ERROR);
    });
  },
);

describe.each(EXPRESS_VERSIONS)('on $version, next gets at once, unchanged', ({ express }) => {
  it.each([...STRANGERS, ['zero', 0], ['an empty string', ''], ['false', false]])(
    'an error that is %s',
    async (_kind, error) => {
      const upstream = await startJsonUpstream({});
      const onError = jest.fn();
      const middleware = tokenFail({ client: clientAt(upstream.url), onError });
      const passedOn: unknown[] = [];
      const app = express();
      app.use((req, res) => {
        middleware(error, req, res, (passed) => passedOn.push(passed));
        res.status(HOST).end(`after ${passedOn.length}`);
      });
      const url = await serve(app as RequestListener);
      await expect(sendRaw(url)).resolves.toMatchObject({ status: HOST, text: 'after 1' });
      expect(Object.is(passedOn[0], error)).toBe(true);
      expect([upstream.requests, onError.mock.calls]).toEqual([[], []]);
    },
  );
});
