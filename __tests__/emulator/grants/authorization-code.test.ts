import { createHash } from 'node:crypto';
import type { IssueCodeOptions } from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../../support/cleanup';
import { thrownBy } from '../../support/errors/thrown';
import { CLIENT_SECRET, expectNoSecretIn } from '../../support/secrets/secrets';
import {
  BOTH_CLIENTS,
  callApi,
  CONFIDENTIAL_CLIENT,
  contentOf,
  emulatorOf,
  PUBLIC_CLIENT,
} from '../../support/servers/emulator';

const emulator = emulatorOf({ clients: BOTH_CLIENTS });

const REDIRECT_URI = 'https://app.example.com/callback';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

const issueCode = (changes: Partial<IssueCodeOptions> = {}) =>
  emulator.issueCode({ clientId: PUBLIC_CLIENT, subject: 'john-1', ...changes });

const exchange = (code: string, changes: Record<string, string> = {}) =>
  callApi(emulator, '/auth/token', {
    parameters: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: PUBLIC_CLIENT,
      code,
      ...changes,
    }).toString(),
  });

async function expectRefused(reply: ReturnType<typeof exchange>, resultCode: string) {
  const { status, body } = await reply;
  expect(status).toBe(200);
  expect(body).toMatchObject({ action: 'BAD_REQUEST', resultCode });
  expect(body).not.toHaveProperty('accessToken');
  expect(contentOf(await reply)).toMatchObject({
    error: resultCode === 'EMU125' ? 'invalid_request' : 'invalid_grant',
  });
}

describe('the authorization_code grant of the emulator', () => {
  it('exchanges a code for tokens', async () => {
    const code = issueCode({ scopes: ['read', 'write'] });
    expect(code).toMatch(/^[\w-]{43}$/);
    const reply = await exchange(code);
    expect(reply.body).toMatchObject({
      action: 'OK',
      resultCode: 'EMU124',
      grantType: 'AUTHORIZATION_CODE',
      subject: 'john-1',
      clientId: Number(PUBLIC_CLIENT),
      scopes: ['read', 'write'],
    });
    const { accessToken, refreshToken } = reply.body;
    expect(contentOf(reply)).toEqual({
      access_token: accessToken,
      refresh_token: refreshToken,
      scope: 'read write',
      token_type: 'Bearer',
      expires_in: 3600,
    });
    const refreshed = await callApi(emulator, '/auth/token', {
      parameters: `grant_type=refresh_token&client_id=${PUBLIC_CLIENT}&refresh_token=${String(refreshToken)}`,
    });
    expect(refreshed.body).toMatchObject({ action: 'OK', subject: 'john-1' });
  });

  it('exchanges a code once', async () => {
    const code = issueCode();
    await exchange(code);
    await expectRefused(exchange(code), 'EMU126');
  });

  it('refuses a code that it did not issue, and no code', async () => {
    await expectRefused(exchange('guess'), 'EMU126');
    await expectRefused(exchange(''), 'EMU125');
  });

  it('refuses a code after ten minutes', async () => {
    let now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    cleanUp(() => clock.mockRestore());
    const code = issueCode();
    now += 600_000;
    await expectRefused(exchange(code), 'EMU126');
  });

  it("refuses another client's code, and leaves it as it is", async () => {
    const secret = { client_secret: CLIENT_SECRET };
    const code = issueCode({ clientId: 'my-client' });
    await expectRefused(exchange(code), 'EMU126');
    const { body } = await exchange(code, { client_id: CONFIDENTIAL_CLIENT, ...secret });
    expect(body).toMatchObject({ action: 'OK', clientIdAlias: 'my-client' });
  });

  it('wants the redirect_uri of the authorization request (RFC 6749 section 4.1.3)', async () => {
    const code = issueCode({ redirectUri: REDIRECT_URI });
    await expectRefused(exchange(code), 'EMU127');
    await expectRefused(exchange(code, { redirect_uri: `${REDIRECT_URI}/` }), 'EMU127');
    const { body } = await exchange(code, { redirect_uri: REDIRECT_URI });
    expect(body).toMatchObject({ action: 'OK' });
  });

  it('wants the code_verifier of the code_challenge (RFC 7636 section 4.6)', async () => {
    const code = issueCode({ codeChallenge: CHALLENGE, codeChallengeMethod: 'S256' });
    await expectRefused(exchange(code), 'EMU128');
    await expectRefused(exchange(code, { code_verifier: CHALLENGE }), 'EMU128');
    const { body } = await exchange(code, { code_verifier: VERIFIER });
    expect(body).toMatchObject({ action: 'OK' });
  });

  it('refuses a code_verifier without a code_challenge (RFC 9700 section 2.1.1)', async () => {
    await expectRefused(exchange(issueCode(), { code_verifier: VERIFIER }), 'EMU128');
  });

  it('shows no code in the journal', async () => {
    const code = issueCode();
    await exchange(code);
    expect(JSON.stringify(emulator.journal.calls())).not.toContain(code);
  });
});

describe('issueCode', () => {
  it.each<[string, unknown, string]>([
    ['an unknown option', { clientID: '7' }, 'issueCode: unknown option "clientID"'],
    [
      'a client that it does not know',
      { clientId: '7' },
      'clientId must be that of one of the ser',
    ],
    ['a client that is a number', { clientId: 7 }, 'got a number'],
    ['no subject', { subject: '' }, 'subject must be a non-empty string, got an empty string'],
    ['scopes in one string', { scopes: 'read write' }, 'scopes must be an array, got a string'],
    ['an empty scope', { scopes: [''] }, 'scopes[0] must be a non-empty string'],
    ['an empty redirect URI', { redirectUri: '' }, 'redirectUri must be a non-empty string'],
    ['the verifier as challenge', { codeChallenge: 'PLANTED' }, 'codeChallenge must be 43 charac'],
    ['a plain challenge', { codeChallengeMethod: 'plain' }, 'codeChallengeMethod must be S256'],
    ['another service', { serviceId: '7' }, "serviceId is none of the emulator's services"],
  ])('refuses %s', (_what, changes, message) => {
    const error = thrownBy(() => issueCode(changes as Partial<IssueCodeOptions>));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toMatch(/^issueCode: /);
    expectNoSecretIn(error);
  });
});
