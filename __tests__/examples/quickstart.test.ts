import * as oauth from 'oauth4webapi';
import { createServer } from '../../examples/quickstart/server';
import type { UserStore } from '../../examples/quickstart/users';
import { passwordGrant, PUBLIC_CLIENT } from '../support/servers/emulator';
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
import { serve } from '../support/servers/listen';
import { snippetsOf } from '../support/docs/snippets';
import { answerTo, runExample } from '../support/examples/start-script';

const startQuickstart = (users?: UserStore, { logger } = keptLog()) =>
  startExample((settings, store) => createServer(clientOf(settings), store, logger), users);

describe('the quickstart', () => {
  it('answers a wrong password as Authlete says, and closes the ticket once', async () => {
    const quickstart = await startQuickstart();
    const answer = await send(quickstart, passwordGrant({ password: 'wrong' }));
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.text).toBe(WRONG_PASSWORD_CONTENT);
    expect(callsOf(quickstart)).toEqual([
      ['/auth/token'],
      ['/auth/token/fail', 'INVALID_RESOURCE_OWNER_CREDENTIALS'],
    ]);
    expect(quickstart.emulator.openTickets()).toBe(0);
  });

  it('answers the right password with a token', async () => {
    const quickstart = await startQuickstart();
    const answer = await send(quickstart, passwordGrant());
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(quickstart.emulator.openTickets()).toBe(0);
  });

  it('answers an unknown user exactly as it does a wrong password', async () => {
    const quickstart = await startQuickstart();
    const wrongPassword = await send(quickstart, passwordGrant({ password: 'wrong' }));
    const unknownUser = await send(quickstart, passwordGrant({ username: 'nobody' }));
    expect(seen(unknownUser)).toEqual(seen(wrongPassword));
  });

  it.each([
    ['an unknown client', 400, 'invalid_client', passwordGrant({ client_id: '7' })],
    ['another grant', 400, 'unsupported_grant_type', passwordGrant({ grant_type: 'implicit' })],
    ['an empty body', 400, 'invalid_client', ''],
  ])('answers %s with %i and %s', async (_what, status, error, parameters) => {
    const answer = await send(await startQuickstart(), parameters);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error });
  });

  it('closes the ticket when the user store breaks down', async () => {
    const log = keptLog();
    const quickstart = await startQuickstart(brokenStore(new Error('database')), log);
    const answer = await send(quickstart, passwordGrant());
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ error: 'server_error' });
    expect(quickstart.emulator.journal.calls({ api: '/auth/token/fail' })).toMatchObject([
      { reason: 'UNKNOWN' },
    ]);
    expect(log.lines).toMatchObject([
      {
        level: 50,
        reason: 'UNKNOWN',
        error: { callback: 'authenticate', cause: { type: 'Error' } },
      },
    ]);
    expect(quickstart.emulator.openTickets()).toBe(0);
  });
});

describe('the quickstart on its own', () => {
  it('prints the same lines as npm start, and has no page', async () => {
    const { lines, page } = await runExample('quickstart');
    expect(lines).toHaveLength(2);
    expect(page).toBeUndefined();
    expect(await answerTo(lines[0] ?? '')).toContain(WRONG_PASSWORD_CONTENT);
  });
});

describe('the quickstart as oauth4webapi sees it', () => {
  const client: oauth.Client = { client_id: PUBLIC_CLIENT };

  async function grant(password: string) {
    const quickstart = await startQuickstart();
    const url = await serve(quickstart.server);
    const server: oauth.AuthorizationServer = { issuer: url, token_endpoint: `${url}/token` };
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      oauth.None(),
      'password',
      { username: 'john', password },
      // Marked as deprecated to stand out: plain HTTP is for loopback only.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      { [oauth.allowInsecureRequests]: true },
    );
    return oauth.processGenericTokenEndpointResponse(server, client, response);
  }

  it('fails a wrong password with an OAuth error response', async () => {
    await expect(grant('wrong')).rejects.toMatchObject({
      name: 'ResponseBodyError',
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      status: 400,
      error: 'invalid_request',
      error_description: expect.stringContaining('[A067301]') as string,
    });
  });

  it('grants a token for the right one', async () => {
    expect(await grant('open-sesame')).toMatchObject({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: 'bearer',
      expires_in: 3600,
    });
  });
});

describe('what npm start runs', () => {
  it('prints the lines to try, and is answered as docs/getting-started.md shows it', async () => {
    const findShown = (language: 'sh' | 'http', start: string) =>
      snippetsOf('docs/getting-started.md', language).find(({ code }) => code.startsWith(start))
        ?.code ?? '';
    const shownLine = findShown('sh', 'curl');
    const { lines } = await runExample('playground');
    const [wrong = '', right = ''] = lines;
    expect(lines).toHaveLength(2);
    expect(`${wrong.replace(/:\d+/, ':3000')}\n`).toBe(shownLine);
    expect(right).toBe(wrong.replace('password=wrong', 'password=open-sesame'));

    const [shownHead = '', shownBody = ''] = findShown('http', 'HTTP/1.1 400').trim().split('\n\n');
    const [head = '', body = ''] = (await answerTo(wrong)).split('\n\n');
    expect(body).toBe(shownBody);
    expect(head.toLowerCase().split('\n')).toEqual(
      expect.arrayContaining(shownHead.toLowerCase().split('\n')),
    );
    expect(await answerTo(right)).toContain('HTTP/1.1 200 OK');
  });

  it('has the page that it tells of', async () => {
    const { page = '' } = await runExample('playground');
    expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(page)).text()).toContain('<h1>What becomes of a wrong password</h1>');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s, when all is answered', async (signal) => {
    const { lines, stop } = await runExample('playground');
    const answers = lines.map(answerTo);
    await Promise.all(answers);
    expect(await stop(signal)).toBe(0);
  });
});
