import {
  BOTH_CLIENTS,
  callApi,
  CONFIDENTIAL_CLIENT,
  contentOf,
  emulatorOf,
  PUBLIC_CLIENT,
} from '../../support/servers/emulator';
import { CLIENT_SECRET } from '../../support/secrets/secrets';

const emulator = emulatorOf({ clients: BOTH_CLIENTS });

const token = (changes: Record<string, string> = {}) =>
  callApi(emulator, '/auth/token', {
    parameters: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: CONFIDENTIAL_CLIENT,
      client_secret: CLIENT_SECRET,
      ...changes,
    }).toString(),
  });

describe('the client_credentials grant of the emulator', () => {
  it('gives a confidential client an access token and no refresh token', async () => {
    const now = Date.now();
    const reply = await token({ scope: 'read write' });
    const { status, body } = reply;
    expect(status).toBe(200);
    expect(body).toEqual({
      resultCode: 'EMU109',
      resultMessage: expect.any(String) as string,
      action: 'OK',
      responseContent: expect.any(String) as string,
      accessToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      accessTokenDuration: 3600,
      accessTokenExpiresAt: expect.any(Number) as number,
      grantType: 'CLIENT_CREDENTIALS',
      clientId: Number(CONFIDENTIAL_CLIENT),
      clientIdAlias: 'my-client',
      scopes: ['read', 'write'],
    });
    expect(body['accessTokenExpiresAt']).toBeGreaterThanOrEqual(now + 3600 * 1000);
    expect(contentOf(reply)).toEqual({
      access_token: body['accessToken'],
      scope: 'read write',
      token_type: 'Bearer',
      expires_in: 3600,
    });
  });

  it('gives a new access token each time', async () => {
    const [one, other] = await Promise.all([token(), token()]);
    expect(one.body['accessToken']).not.toBe(other.body['accessToken']);
  });

  it('leaves the scope out when none was asked for', async () => {
    const reply = await token();
    expect(reply.body).not.toHaveProperty('scopes');
    expect(contentOf(reply)).not.toHaveProperty('scope');
  });

  it('refuses a public client with unauthorized_client', async () => {
    const reply = await token({ client_id: PUBLIC_CLIENT, client_secret: '' });
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU110' });
    expect(reply.body).not.toHaveProperty('accessToken');
    expect(contentOf(reply)).toMatchObject({ error: 'unauthorized_client' });
  });

  it('refuses a confidential client that is not authenticated', async () => {
    const { body } = await token({ client_secret: 'guess' });
    expect(body).toMatchObject({ action: 'INVALID_CLIENT', resultCode: 'EMU108' });
  });
});
