import type { RequestListener } from 'node:http';
import { once } from 'node:events';
import type supertest from 'supertest';
import {
  type Authenticate,
  type AuthenticateContext,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { TICKET } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { createEvent, sendAndDisconnect } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { type EmulatedServerOptions, tokenServerOnEmulator } from '../support/servers/token-server';
import { until } from '../support/until';

const never = new Promise<never>(() => undefined);

describe.each(EXPRESS_VERSIONS)('the password grant on $version', ({ express }) => {
  const start = (endpoint: EmulatedServerOptions['endpoint'] = {}) =>
    tokenServerOnEmulator({ express, endpoint });

  it('issues an access token for a subject', async () => {
    const { emulator, send, closings, outcomes } = await start();
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(closings()).toEqual(['issued']);
    expect(emulator.openTickets()).toBe(0);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['issued']);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['false', false],
    ['a promise of null', Promise.resolve(null)],
    ['a promise of false', Promise.resolve(false)],
    [
      'a thenable of undefined',
      { then: (resolve: (nothing: undefined) => void) => resolve(undefined) },
    ],
  ])('fails with INVALID_RESOURCE_OWNER_CREDENTIALS for %s', async (_what, subject) => {
    const { emulator, send, closings, outcomes, passedOn } = await start({
      authenticate: (() => subject) as Authenticate,
    });
    const answer = await send();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_request' });
    expect(closings()).toEqual(['INVALID_RESOURCE_OWNER_CREDENTIALS']);
    expect(outcomes).toMatchObject([
      { outcome: 'failed', reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS', status: 400 },
    ]);
    expect(outcomes[0]).not.toHaveProperty('error');
    expect(passedOn).toEqual([]);
    expect(emulator.openTickets()).toBe(0);
  });

  it('answers an unknown user exactly as it does a wrong password', async () => {
    const { send } = await start();
    const seen = ({ status, headers, text }: supertest.Response) => {
      const { date, ...rest } = headers as Record<string, string>;
      return { status, headers: rest, text };
    };
    const wrongPassword = seen(await send({ password: 'wrong' }));
    expect(seen(await send({ username: 'nobody' }))).toEqual(wrongPassword);
    expect(wrongPassword.status).toBe(400);
  });

  it('keeps the reason and headers of a TokenRequestError, and closes its own ticket', async () => {
    const { emulator, send, closings, outcomes } = await start({
      authenticate: () => {
        throw new InvalidTargetError(TICKET, { headers: { 'X-Reason': 'target' } });
      },
    });
    const answer = await send();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_target' });
    expect(answer.headers['x-reason']).toBe('target');
    expect(closings()).toEqual(['INVALID_TARGET']);
    expect(emulator.openTickets()).toBe(0);
    expect(outcomes).toMatchObject([{ outcome: 'failed', reason: 'INVALID_TARGET', status: 400 }]);
  });

  it("turns an error of the app's into a failed grant where mapError says so", async () => {
    const locked = new Error('account locked');
    const { send, closings, outcomes } = await start({
      authenticate: (_username, _password, { ticket }) => {
        throw Object.assign(locked, { ticket });
      },
      mapError: (error) =>
        error === locked ? new TokenRequestError(TICKET, 'UNAUTHORIZED_CLIENT') : null,
    });
    expect((await send()).body).toMatchObject({ error: 'unauthorized_client' });
    expect(closings()).toEqual(['UNAUTHORIZED_CLIENT']);
    expect(outcomes).toMatchObject([{ outcome: 'failed', reason: 'UNAUTHORIZED_CLIENT' }]);
  });

  it('fails the ticket if the issue call fails', async () => {
    const lost = Object.assign(new Error('lost'), { code: 'ERR_ATF_CONNECTION_LOST' });
    const { emulator, send, closings, outcomes } = await tokenServerOnEmulator({
      express,
      alter: () => ({ tokenIssue: () => Promise.reject(lost) }),
    });
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(closings()).toEqual(['UNKNOWN']);
    expect(emulator.openTickets()).toBe(0);
    expect(outcomes).toMatchObject([
      {
        outcome: 'error',
        reason: 'UNKNOWN',
        error: { code: 'ERR_ATF_CALLBACK_THREW', callback: 'client', cause: lost },
      },
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['an unknown action', { action: 'DANCE', responseContent: '{}' }],
    ['no content', { action: 'OK' }],
  ])('fails the ticket if the reply of the issue call is or has %s', async (_what, reply) => {
    const { send, closings, outcomes } = await tokenServerOnEmulator({
      express,
      alter: () => ({ tokenIssue: () => Promise.resolve(reply as never) }),
    });
    expect((await send()).status).toBe(500);
    expect(closings()).toEqual(['UNKNOWN']);
    expect(outcomes).toMatchObject([
      { outcome: 'error', error: { code: 'ERR_ATF_RESPONSE_INVALID', api: '/auth/token/issue' } },
    ]);
  });

  it('answers 500 with the content of Authlete if that does not issue', async () => {
    const responseContent = '{"error":"server_error","error_description":"[A054xxx]"}';
    const { send, closings, outcomes } = await tokenServerOnEmulator({
      express,
      alter: () => ({
        tokenIssue: () => Promise.resolve({ action: 'INTERNAL_SERVER_ERROR', responseContent }),
      }),
    });
    const answer = await send();
    expect(answer.status).toBe(500);
    expect(answer.text).toBe(responseContent);
    // Authlete has closed it.
    expect(closings()).toEqual([]);
    expect(outcomes).toMatchObject([{ outcome: 'error', action: 'INTERNAL_SERVER_ERROR' }]);
  });

  describe('of a client application that disconnects', () => {
    it.each([
      ['an authenticate that would let it in', () => 'john-1'],
      ['an authenticate that never settles', () => never],
    ])('closes the ticket and issues nothing with %s', async (_what, settle) => {
      const called = createEvent();
      let context: AuthenticateContext | undefined;
      const { emulator, app, closings, outcomes } = await start({
        async authenticate(_username, _password, given) {
          context = given;
          called.happen();
          await once(given.signal, 'abort');
          return settle();
        },
      });
      await sendAndDisconnect(app as RequestListener, passwordGrant(), called.happened);
      await until(() => emulator.openTickets() === 0 && outcomes.length > 0);
      expect(context?.signal.aborted).toBe(true);
      expect(closings()).toEqual(['UNKNOWN']);
      expect(outcomes.map(({ outcome, error }) => [outcome, error])).toEqual([
        ['aborted', undefined],
      ]);
    });

    it('does not call authenticate if it disconnects before', async () => {
      const asked = createEvent();
      const held = createEvent();
      const authenticate = jest.fn(() => 'john-1');
      const { emulator, app, closings } = await tokenServerOnEmulator({
        express,
        alter: ({ token }) => ({
          async token(request) {
            const reply = await token(request);
            asked.happen();
            await held.happened;
            return reply;
          },
        }),
        endpoint: { authenticate },
      });
      await sendAndDisconnect(app as RequestListener, passwordGrant(), asked.happened);
      held.happen();
      await until(() => emulator.openTickets() === 0);
      expect(authenticate).not.toHaveBeenCalled();
      expect(closings()).toEqual(['UNKNOWN']);
    });

    it('issues nothing if it disconnects while issueRequest runs', async () => {
      const called = createEvent();
      const { emulator, app, closings } = await start({
        async issueRequest(_subject, { signal }) {
          called.happen();
          await once(signal, 'abort');
          return {};
        },
      });
      await sendAndDisconnect(app as RequestListener, passwordGrant(), called.happened);
      await until(() => emulator.openTickets() === 0);
      expect(closings()).toEqual(['UNKNOWN']);
    });
  });
});
