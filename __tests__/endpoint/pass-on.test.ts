import type { ErrorRequestHandler } from 'express';
import supertest from 'supertest';
import { TokenRequestError } from 'express-authlete-token-fail';
import { anotherCopy } from './support/another-copy';
import { passwordGrant } from './support/emulator';
import { EXPRESS_VERSIONS } from './support/hosts';
import { expectNoSecretIn, PASSWORD } from './support/secrets';
import { closedPort } from './support/servers';
import { clientAt, emulatorAndClient, tokenServerOf } from './support/token-server';
import { until } from './support/until';

describe.each(EXPRESS_VERSIONS)("tokenEndpoint's errors on $version", ({ express }) => {
  const send = (app: Parameters<typeof supertest>[0]) =>
    supertest(app)
      .post('/token')
      .type('form')
      .send(passwordGrant({ password: PASSWORD }));

  /** A host's own error handler, which leaves nothing to `tokenFail`. */
  const ownHandler: ErrorRequestHandler = (_error, _req, res, _next) => {
    res.status(418).send('the host');
  };

  it('pass by the handlers between it and tokenFail, with no secret in them', async () => {
    const { client } = await emulatorAndClient();
    const seen: unknown[] = [];
    const app = tokenServerOf({
      client,
      express,
      between: (error, _req, _res, next) => {
        seen.push(error);
        next(error);
      },
    });
    await send(app).expect(400);
    expect(seen).toMatchObject([{ reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' }]);
    expect(seen[0]).toBeInstanceOf(TokenRequestError);
    expectNoSecretIn(...seen);
  });

  it('have what authenticate threw as their cause', async () => {
    const { client } = await emulatorAndClient();
    const cause = new Error('database');
    const seen: unknown[] = [];
    const app = tokenServerOf({
      client,
      express,
      endpoint: { authenticate: () => Promise.reject(cause) },
      between: (error, _req, _res, next) => {
        seen.push(error);
        next(error);
      },
    });
    await send(app).expect(500);
    expect(seen).toMatchObject([{ reason: 'UNKNOWN', cause }]);
  });

  it.each([
    ['without tokenFail', { fail: null, after: ownHandler }],
    ["behind a handler of the host's", { between: ownHandler }],
  ])('leave no ticket open %s', async (_where, options) => {
    const { emulator, client } = await emulatorAndClient();
    const onError = jest.fn();
    const broken = new Error('database');
    const app = tokenServerOf({
      client,
      express,
      endpoint: { authenticate: () => Promise.reject(broken), onError },
      ...options,
    });
    const answer = await send(app);
    expect([answer.status, answer.text]).toEqual([418, 'the host']);
    await until(() => emulator.openTickets() === 0);
    expect(emulator.journal.calls({ api: '/auth/token/fail' })).toMatchObject([
      { reason: 'UNKNOWN' },
    ]);
    expect(onError.mock.calls).toEqual([[broken, expect.anything()]]);
  });

  it('tell onError of a fail call that fails where nobody answers them', async () => {
    const { client } = await emulatorAndClient();
    const onError = jest.fn();
    const down = new Error('down');
    const app = tokenServerOf({
      client: { ...client, tokenFail: () => Promise.reject(down) },
      express,
      endpoint: { onError },
      fail: null,
      after: ownHandler,
    });
    await send(app).expect(418);
    await until(() => onError.mock.calls.length > 0);
    expect(onError.mock.calls).toEqual([[down, expect.anything()]]);
  });

  it('tell onError of an API failure where nobody answers it', async () => {
    const onError = jest.fn();
    const app = tokenServerOf({
      client: clientAt(await closedPort()),
      express,
      endpoint: { onError },
      fail: null,
      after: ownHandler,
    });
    await send(app).expect(418);
    await until(() => onError.mock.calls.length > 0);
    expect(onError.mock.calls).toMatchObject([[{ code: 'ERR_ATF_UNREACHABLE' }, {}]]);
  });

  it('make one fail call when tokenFail is of another copy of the package', async () => {
    const { emulator, client } = await emulatorAndClient();
    const theirs = anotherCopy();
    const app = tokenServerOf({ client, express, fail: null, after: theirs.tokenFail({ client }) });
    const answer = await send(app);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_request' });
    expect(emulator.journal.calls({ api: '/auth/token/fail' })).toHaveLength(1);
    expect(emulator.openTickets()).toBe(0);
  });
});
