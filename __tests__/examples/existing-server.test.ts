import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer as createServerAfter } from '../../examples/existing-server/after';
import { createServer as createServerBefore } from '../../examples/existing-server/before';
import { passwordGrant } from '../support/servers/emulator';
import {
  brokenStore,
  callsOf,
  seen,
  send,
  startExample,
  TOKEN_HEADERS,
  WRONG_PASSWORD_CONTENT,
} from '../support/examples/examples';
import { answerTo, runExample } from '../support/examples/start-script';

const linesOf = (name: string) =>
  readFileSync(join(__dirname, '../../examples/existing-server', name), 'utf8').split('\n');

describe('the existing server', () => {
  it('is changed in three lines', () => {
    const before = linesOf('before.ts');
    const after = linesOf('after.ts');
    const removed = before.filter((line) => !after.includes(line));
    const added = after.filter((line) => !before.includes(line));
    expect(removed.map((line) => line.trim())).toEqual([
      `send(res, 400, '{"error":"invalid_grant"}');`,
    ]);
    expect(added.map((line) => line.trim())).toEqual([
      "import { InvalidResourceOwnerCredentialsError, tokenFail } from 'express-authlete-token-fail';",
      'next(new InvalidResourceOwnerCredentialsError(reply.ticket));',
      'app.use(tokenFail({ baseUrl, serviceId, accessToken }));',
    ]);
    // What is left is the same, in the same order.
    expect(after.filter((line) => !added.includes(line))).toEqual(
      before.filter((line) => !removed.includes(line)),
    );
  });

  it('leaves the ticket of a wrong password open before', async () => {
    const example = await startExample(createServerBefore);
    const answer = await send(example, passwordGrant({ password: 'wrong' }));
    expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_grant"}']);
    expect(callsOf(example)).toEqual([['/auth/token']]);
    expect(example.emulator.openTickets()).toBe(1);
  });

  it('closes it once after, and answers as Authlete says', async () => {
    const example = await startExample(createServerAfter);
    const answer = await send(example, passwordGrant({ password: 'wrong' }));
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.text).toBe(WRONG_PASSWORD_CONTENT);
    expect(callsOf(example)).toEqual([
      ['/auth/token'],
      ['/auth/token/fail', 'INVALID_RESOURCE_OWNER_CREDENTIALS'],
    ]);
    expect(example.emulator.openTickets()).toBe(0);
  });

  it('starts, prints two lines to try, and ends on SIGTERM', async () => {
    const { lines, stop } = await runExample('existing-server');
    const [wrong = '', right = ''] = lines;
    expect(await answerTo(wrong)).toContain('[A067301]');
    expect(await answerTo(right)).toContain('HTTP/1.1 200 OK');
    expect(await stop('SIGTERM')).toBe(0);
  });
});

describe.each([
  ['before', createServerBefore],
  ['after', createServerAfter],
])('the existing server, %s', (_name, createServer) => {
  it('answers the right password with a token', async () => {
    const example = await startExample(createServer);
    const answer = await send(example, passwordGrant());
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      ...TOKEN_HEADERS,
      // Express 4 adds the charset when a route sets the type.
      'content-type': expect.stringMatching(/^application\/json\b/) as string,
    });
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(callsOf(example)).toEqual([['/auth/token'], ['/auth/token/issue']]);
    expect(example.emulator.openTickets()).toBe(0);
  });

  it('answers an unknown user exactly as it does a wrong password', async () => {
    const example = await startExample(createServer);
    const wrongPassword = await send(example, passwordGrant({ password: 'wrong' }));
    const unknownUser = await send(example, passwordGrant({ username: 'nobody' }));
    expect(seen(unknownUser)).toEqual(seen(wrongPassword));
  });

  it.each([
    ['an unknown client', 401, 'invalid_client', passwordGrant({ client_id: '7' })],
    ['another grant', 400, 'unsupported_grant_type', passwordGrant({ grant_type: 'implicit' })],
    ['an empty body', 401, 'invalid_client', ''],
  ])('answers %s with %i and %s', async (_what, status, error, parameters) => {
    const example = await startExample(createServer);
    const answer = await send(example, parameters);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error });
    expect(callsOf(example)).toEqual([['/auth/token']]);
  });

  it('leaves the error of a user store that breaks down to Express', async () => {
    const example = await startExample(createServer, brokenStore(new Error('database')));
    const answer = await send(example, passwordGrant());
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
    expect(callsOf(example)).toEqual([['/auth/token']]);
  });
});
