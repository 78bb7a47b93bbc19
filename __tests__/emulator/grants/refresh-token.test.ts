import {
  BOTH_CLIENTS,
  callApi,
  CONFIDENTIAL_CLIENT,
  contentOf,
  emulatorOf,
  passwordGrant,
  PUBLIC_CLIENT,
  refreshTokenOf,
} from '../../support/servers/emulator';
import { CLIENT_SECRET } from '../../support/secrets/secrets';

const emulator = emulatorOf({ clients: BOTH_CLIENTS });

const refresh = (refreshToken: string, changes: Record<string, string> = {}) =>
  callApi(emulator, '/auth/token', {
    parameters: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: PUBLIC_CLIENT,
      refresh_token: refreshToken,
      ...changes,
    }).toString(),
  });

const granted = () => refreshTokenOf(emulator, passwordGrant({ scope: 'read write' }));

describe('the refresh_token grant of the emulator', () => {
  it('gives new tokens for the same subject and scopes', async () => {
    const old = await granted();
    const reply = await refresh(old);
    const { status, body } = reply;
    expect(status).toBe(200);
    expect(body).toEqual({
      resultCode: 'EMU111',
      resultMessage: expect.any(String) as string,
      action: 'OK',
      responseContent: expect.any(String) as string,
      accessToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      accessTokenDuration: 3600,
      accessTokenExpiresAt: expect.any(Number) as number,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      refreshTokenDuration: 3600,
      refreshTokenExpiresAt: expect.any(Number) as number,
      grantType: 'REFRESH_TOKEN',
      subject: 'john-1',
      clientId: Number(PUBLIC_CLIENT),
      scopes: ['read', 'write'],
    });
    expect(body['refreshToken']).not.toBe(old);
    expect(contentOf(reply)).toEqual({
      access_token: body['accessToken'],
      refresh_token: body['refreshToken'],
      scope: 'read write',
      token_type: 'Bearer',
      expires_in: 3600,
    });
  });

  it('uses the old refresh token up and takes the new one', async () => {
    const old = await granted();
    const { body } = await refresh(old);
    expect(contentOf(await refresh(old))).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(String(body['refreshToken']))).body).toMatchObject({
      action: 'OK',
      subject: 'john-1',
    });
  });

  it('narrows the access token, but not the new refresh token (RFC 6749 section 6)', async () => {
    const narrowed = await refresh(await granted(), { scope: 'write' });
    expect(narrowed.body).toMatchObject({ action: 'OK', scopes: ['write'] });
    expect(contentOf(narrowed)).toMatchObject({ scope: 'write' });
    const { body } = await refresh(String(narrowed.body['refreshToken']));
    expect(body).toMatchObject({ scopes: ['read', 'write'] });
  });

  it('refuses a scope that was not granted, and leaves the refresh token as it is', async () => {
    const token = await granted();
    const reply = await refresh(token, { scope: 'read admin' });
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU114' });
    expect(reply.body).not.toHaveProperty('accessToken');
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_scope' });
    expect((await refresh(token)).body).toMatchObject({ action: 'OK' });
  });

  it('refuses any scope when none was granted', async () => {
    const reply = await refresh(await refreshTokenOf(emulator), { scope: 'read' });
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_scope' });
  });

  it("refuses another client's refresh token, and leaves it as it is", async () => {
    const token = await granted();
    const thief = { client_id: CONFIDENTIAL_CLIENT, client_secret: CLIENT_SECRET };
    const reply = await refresh(token, thief);
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU113' });
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(token)).body).toMatchObject({ action: 'OK' });
  });

  it('knows a client by its alias too', async () => {
    const secret = { client_secret: CLIENT_SECRET };
    const token = await refreshTokenOf(
      emulator,
      passwordGrant({ client_id: 'my-client', ...secret }),
    );
    const { body } = await refresh(token, { client_id: CONFIDENTIAL_CLIENT, ...secret });
    expect(body).toMatchObject({ action: 'OK', clientIdAlias: 'my-client' });
  });

  it('refuses a refresh token that another emulator issued', async () => {
    const reply = await refresh(await refreshTokenOf(emulatorOf()));
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU113' });
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_grant' });
  });

  it('refuses an access token', async () => {
    const { body } = await refresh(await granted());
    const reply = await refresh(String(body['accessToken']));
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_grant' });
  });

  it('answers invalid_request without a refresh token (RFC 6749 section 5.2)', async () => {
    const reply = await refresh('');
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU112' });
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_request' });
  });
});
