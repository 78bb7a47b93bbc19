import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { NextFunction } from 'express';
import {
  InvalidResourceOwnerCredentialsError,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import {
  APP_ERROR,
  APP_PATHS,
  type FaultyApp,
  startFaultyApp,
  TOKEN_REQUEST,
} from '../support/faults/faulty-app';
import { watchEachTest } from '../support/observe/watch';
import { anotherCopy } from '../support/package/another-copy';
import { errorOf, sendRaw, TOKEN_HEADERS } from '../support/servers/endpoint';
import { until } from '../support/until';

const wrongPassword = (ticket: string): Error => new InvalidResourceOwnerCredentialsError(ticket);

/** What the client application gets for a wrong password. */
const WRONG_PASSWORD = [400, 'invalid_request'];

/** The outcome of a wrong password. */
const FAILED = {
  outcome: 'failed',
  reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
  action: 'BAD_REQUEST',
  status: 400,
};

const send = ({ url }: FaultyApp) => sendRaw(url, { body: TOKEN_REQUEST });

/** Sends a token request and disconnects once the app is at work on it. */
async function sendAndDisconnect(app: FaultyApp): Promise<void> {
  const request = httpRequest(app.url, {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  request.on('error', () => undefined);
  request.end(TOKEN_REQUEST);
  await app.reached;
  request.destroy();
}

/** Expects that a client that disconnected had its ticket closed, and that nobody is bothered. */
async function expectAborted(app: FaultyApp): Promise<void> {
  await until(() => app.outcomes.length === 1);
  const aborted: Partial<TokenOutcome> = { outcome: 'aborted' };
  expect(app.outcomes).toEqual([expect.objectContaining(aborted)]);
  expect(app.outcomes[0]).not.toHaveProperty('status');
  expect(app.outcomes[0]).not.toHaveProperty('error');
  expect([app.emulator.openTickets(), app.passedOn]).toEqual([0, []]);
}

watchEachTest();

describe.each(APP_PATHS)('$title, every ticket is closed once although', (path) => {
  it('the client application disconnects before the fail call', async () => {
    const app = await startFaultyApp(path, {
      route: async (ticket, _req, res, next) => {
        await once(res, 'close');
        next(wrongPassword(ticket));
      },
    });
    await sendAndDisconnect(app);
    await expectAborted(app);
  });

  it('the client application disconnects while authenticate runs', async () => {
    const app = await startFaultyApp(path, {
      authenticate: async (_username, _password, { signal }) => {
        await once(signal, 'abort');
        return 'john-1';
      },
    });
    await sendAndDisconnect(app);
    await expectAborted(app);
  });

  it('the headers were sent', async () => {
    const app = await startFaultyApp(path, {
      route: (ticket, _req, res, next) => {
        res.status(200).write('begun');
        next(wrongPassword(ticket));
        res.end();
      },
    });
    await expect(send(app)).resolves.toMatchObject({ status: 200, text: 'begun' });
    expect(app.passedOn).toEqual([expect.any(InvalidResourceOwnerCredentialsError)]);
    expect(app.outcomes).toEqual([]);
  });

  it('the app has answered', async () => {
    const app = await startFaultyApp(path, {
      route: (ticket, _req, res, next) => {
        res.status(200).end('ended');
        next(wrongPassword(ticket));
      },
    });
    await expect(send(app)).resolves.toMatchObject({ status: 200, text: 'ended' });
    expect([app.passedOn, app.outcomes]).toEqual([[], []]);
  });

  it('the app answers while the fail call is in flight', async () => {
    const app = await startFaultyApp(path, {
      route: (ticket, _req, res, next) => {
        next(wrongPassword(ticket));
        res.status(200).end('early');
      },
    });
    await expect(send(app)).resolves.toMatchObject({ status: 200, text: 'early' });
    await until(() => app.emulator.openTickets() === 0);
    expect([app.passedOn, app.outcomes]).toEqual([[], []]);
  });

  it('authenticate answers', async () => {
    const app = await startFaultyApp(path, {
      authenticate: (_username, _password, { req }) => {
        req.res?.status(200).end('early');
        return 'john-1';
      },
    });
    await expect(send(app)).resolves.toMatchObject({ status: 200, text: 'early' });
    await until(() => app.emulator.openTickets() === 0);
    expect([app.passedOn, app.outcomes]).toEqual([[], []]);
  });

  it('authenticate begins an answer', async () => {
    const app = await startFaultyApp(path, {
      authenticate: (_username, _password, { req }) => {
        req.res?.status(200).write('early');
        return 'john-1';
      },
    });
    // Express ends the connection, because the app's error handler can do nothing.
    await expect(send(app)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await until(() => app.emulator.openTickets() === 0);
    const error: unknown = expect.objectContaining({ code: 'ERR_ATF_CALLBACK_RESULT' });
    expect([app.passedOn, app.outcomes]).toEqual([[error], []]);
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
    const app = await startFaultyApp(path, {
      // Where `next` is called again, Express goes on with the next handler.
      mounted: 2,
      route: (ticket, _req, _res, next) => fail(ticket, next),
    });
    expect(errorOf(await send(app))).toEqual(WRONG_PASSWORD);
    expect(app.outcomes).toEqual([expect.objectContaining(FAILED)]);
  });

  it('the middleware is mounted twice', async () => {
    const app = await startFaultyApp(path, {
      mounted: 2,
      route: (ticket, _req, _res, next) => next(wrongPassword(ticket)),
    });
    expect(errorOf(await send(app))).toEqual(WRONG_PASSWORD);
    expect(app.outcomes).toEqual([expect.objectContaining(FAILED)]);
    expect(app.passedOn).toEqual([]);
  });

  it('no tokenFail stands after the endpoint', async () => {
    const app = await startFaultyApp(path, { mounted: 0 });
    expect(errorOf(await send(app))).toEqual(WRONG_PASSWORD);
    expect(app.outcomes).toEqual([expect.objectContaining(FAILED)]);
    expect(app.passedOn).toEqual([]);
  });

  it('the request is a HEAD', async () => {
    const app = await startFaultyApp(path, {
      route: (ticket, _req, _res, next) => next(wrongPassword(ticket)),
    });
    const { status, headers, text } = await sendRaw(app.url, { method: 'HEAD' });
    expect([status, text]).toEqual([400, '']);
    expect(headers).toMatchObject(TOKEN_HEADERS);
  });

  it('an async route rejects', async () => {
    const app = await startFaultyApp(path, {
      // The app hands the rejection on, as Express 5 does by itself.
      route: (ticket) => Promise.reject(wrongPassword(ticket)),
    });
    expect(errorOf(await send(app))).toEqual(WRONG_PASSWORD);
    expect(app.outcomes).toEqual([expect.objectContaining(FAILED)]);
  });
});

describe.each(APP_PATHS)('$title, the app itself has to answer where', (path) => {
  it('tokenFail stands before the routes only, and its ticket stays open', async () => {
    const app = await startFaultyApp(path, {
      route: (ticket, _req, _res, next) => next(wrongPassword(ticket)),
      mounted: 0,
      mountedBefore: true,
    });
    await expect(send(app)).resolves.toMatchObject({ status: APP_ERROR, text: 'the app' });
    // The error says what to do.
    expect(app.passedOn).toEqual([
      expect.objectContaining({ message: expect.stringContaining('after your routes') as unknown }),
    ]);
    expect([app.outcomes, app.emulator.openTickets()]).toEqual([[], 1]);
    await app.client.tokenFail({ ticket: app.tickets[0] ?? '', reason: 'UNKNOWN' });
  });
});
