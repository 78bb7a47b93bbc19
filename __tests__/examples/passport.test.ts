import { AuthleteApiError, type EndpointClient } from 'express-authlete-token-fail';
import { createServer } from '../../examples/passport/server';
import type { UserStore } from '../../examples/quickstart/users';
import { passwordGrant } from '../support/servers/emulator';
import {
  brokenStore,
  callsOf,
  clientOf,
  seen,
  send,
  startExample,
  TOKEN_HEADERS,
  WRONG_PASSWORD_CONTENT,
} from '../support/examples/examples';
import { keptLog } from '../support/observe/log';
import { answerTo, runExample } from '../support/examples/start-script';

interface Changes {
  users?: UserStore;
  /** In place of one of the client's methods. */
  client?: (client: EndpointClient) => Partial<EndpointClient>;
  log?: ReturnType<typeof keptLog>;
}

const startPassport = ({ users, client: change, log = keptLog() }: Changes = {}) =>
  startExample((settings, store) => {
    const client = clientOf(settings);
    return createServer({ ...client, ...change?.(client) }, store, log.logger);
  }, users);

const CLOSED_BY_FAIL = [
  ['/auth/token'],
  ['/auth/token/fail', 'INVALID_RESOURCE_OWNER_CREDENTIALS'],
];

describe('the passport example', () => {
  it('answers a wrong password as Authlete says, and closes the ticket once', async () => {
    const example = await startPassport();
    const answer = await send(example, passwordGrant({ password: 'wrong' }));
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.text).toBe(WRONG_PASSWORD_CONTENT);
    expect(callsOf(example)).toEqual(CLOSED_BY_FAIL);
    expect(example.emulator.openTickets()).toBe(0);
  });

  it('answers the right password with a token', async () => {
    const example = await startPassport();
    const answer = await send(example, passwordGrant());
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(callsOf(example)).toEqual([['/auth/token'], ['/auth/token/issue']]);
    expect(example.emulator.openTickets()).toBe(0);
  });

  it('answers an unknown user exactly as it does a wrong password', async () => {
    const example = await startPassport();
    const wrongPassword = await send(example, passwordGrant({ password: 'wrong' }));
    const unknownUser = await send(example, passwordGrant({ username: 'nobody' }));
    expect(seen(unknownUser)).toEqual(seen(wrongPassword));
    expect(callsOf(example)).toEqual([...CLOSED_BY_FAIL, ...CLOSED_BY_FAIL]);
  });

  it.each(['username', 'password'])(
    'closes the ticket of an empty %s, and takes none from the URL',
    async (field) => {
      // The emulator lets none through; passport-local has an answer of its own for them.
      const example = await startPassport({
        client: (client) => ({
          token: async (request) => ({ ...(await client.token(request)), [field]: '' }),
        }),
      });
      const url = '/token?username=john&password=open-sesame';
      const answer = await send(example, passwordGrant(), url);
      expect(answer.status).toBe(400);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.text).toBe(WRONG_PASSWORD_CONTENT);
      expect(callsOf(example)).toEqual(CLOSED_BY_FAIL);
      expect(example.emulator.openTickets()).toBe(0);
    },
  );

  it.each([
    ['fails', new Error('database')],
    [
      'fails with an AuthenticationError of its own',
      Object.assign(new Error('database'), { name: 'AuthenticationError' }),
    ],
  ])('closes the ticket when the user store %s', async (_how, error) => {
    const log = keptLog();
    const example = await startPassport({ users: brokenStore(error), log });
    const answer = await send(example, passwordGrant());
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(answer.text).not.toContain('database');
    expect(callsOf(example)).toEqual([['/auth/token'], ['/auth/token/fail', 'UNKNOWN']]);
    expect(example.emulator.openTickets()).toBe(0);
    expect(log.lines).toMatchObject([
      { level: 50, msg: 'the password could not be checked', type: error.name },
      { level: 50, msg: 'token request could not be processed', reason: 'UNKNOWN' },
    ]);
  });

  it.each(['token', 'tokenIssue'] as const)(
    'fails no ticket when %s itself gives no answer',
    async (method) => {
      const log = keptLog();
      const error = new AuthleteApiError('ERR_ATF_TIMEOUT', 'too late');
      const example = await startPassport({
        client: () => ({ [method]: () => Promise.reject(error) }),
        log,
      });
      const answer = await send(example, passwordGrant());
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(answer.body).toMatchObject({ error: 'server_error' });
      expect(example.emulator.journal.calls({ api: '/auth/token/fail' })).toEqual([]);
      expect(log.lines).toMatchObject([{ level: 50, error: { code: 'ERR_ATF_TIMEOUT' } }]);
    },
  );

  it('leaves an error that comes before any ticket to Express', async () => {
    const example = await startPassport();
    const answer = await send(example, `padding=${'x'.repeat(200_000)}`);
    expect(answer.status).toBe(413);
    expect(callsOf(example)).toEqual([]);
  });

  it('keeps the tickets of simultaneous requests apart', async () => {
    const example = await startPassport();
    const passwords = ['wrong', 'open-sesame', 'wrong', 'open-sesame'];
    const answers = await Promise.all(
      passwords.map((password) => send(example, passwordGrant({ password }))),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 400, 200]);
    expect(callsOf(example)).toHaveLength(8);
    expect(example.emulator.openTickets()).toBe(0);
  });

  it.each([
    ['an unknown client', 401, 'invalid_client', passwordGrant({ client_id: '7' })],
    ['another grant', 400, 'unsupported_grant_type', passwordGrant({ grant_type: 'implicit' })],
    ['a missing password', 400, 'invalid_request', passwordGrant({ password: '' })],
    ['an empty body', 401, 'invalid_client', ''],
  ])('answers %s with %i and %s', async (_what, status, error, parameters) => {
    const example = await startPassport();
    const answer = await send(example, parameters);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.body).toMatchObject({ error });
    expect(callsOf(example)).toEqual([['/auth/token']]);
  });

  it('starts, prints two lines to try, and ends on SIGTERM', async () => {
    const { lines, stop } = await runExample('passport');
    const [wrong = '', right = ''] = lines;
    expect(await answerTo(wrong)).toContain('HTTP/1.1 400 Bad Request');
    expect(await answerTo(right)).toContain('HTTP/1.1 200 OK');
    expect(await stop('SIGTERM')).toBe(0);
  });
});
