import * as openid from 'openid-client';
import { CONFIDENTIAL_CLIENT, PUBLIC_CLIENT } from '../support/servers/emulator';
import { describeOnBothVersions, startOAuthServer } from '../support/servers/oauth-server';
import { CLIENT_SECRET } from '../support/secrets/secrets';

/** What the client knows of the server, and of itself. */
async function configuration(
  clientId: string,
  authentication: openid.ClientAuth,
  url?: string,
): Promise<openid.Configuration> {
  const issuer = url ?? (await startOAuthServer());
  const server = { issuer, token_endpoint: `${issuer}/token` };
  const config = new openid.Configuration(server, clientId, undefined, authentication);
  // Marked as deprecated to stand out: plain HTTP is for loopback only.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  openid.allowInsecureRequests(config);
  return config;
}

const RIGHT = { username: 'john', password: 'open-sesame' };

describeOnBothVersions('openid-client', () => {
  it.each([
    ['no client authentication', PUBLIC_CLIENT, openid.None()],
    ['HTTP Basic', CONFIDENTIAL_CLIENT, openid.ClientSecretBasic(CLIENT_SECRET)],
    ['a client secret in the body', CONFIDENTIAL_CLIENT, openid.ClientSecretPost(CLIENT_SECRET)],
  ])('is granted a token with %s, and refreshes it', async (_how, clientId, authentication) => {
    const config = await configuration(clientId, authentication);
    const tokens = await openid.genericGrantRequest(config, 'password', RIGHT);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.access_token).not.toBe(tokens.access_token);
  });

  it('is granted a token of its own', async () => {
    const config = await configuration(
      CONFIDENTIAL_CLIENT,
      openid.ClientSecretBasic(CLIENT_SECRET),
    );
    expect(await openid.clientCredentialsGrant(config)).toMatchObject({ token_type: 'bearer' });
  });

  it.each([
    ['a wrong password', PUBLIC_CLIENT, openid.None(), 'wrong', 'invalid_request'],
    ['an unknown client', '7', openid.None(), 'open-sesame', 'invalid_client'],
    [
      'a wrong client secret',
      CONFIDENTIAL_CLIENT,
      openid.ClientSecretPost('wrong'),
      'open-sesame',
      'invalid_client',
    ],
  ])('reads %s as an OAuth error', async (_what, clientId, authentication, password, error) => {
    const config = await configuration(clientId, authentication);
    await expect(
      openid.genericGrantRequest(config, 'password', { ...RIGHT, password }),
    ).rejects.toMatchObject({ code: 'OAUTH_RESPONSE_BODY_ERROR', status: 400, error });
  });

  it('reads a wrong client secret in HTTP Basic as a challenge', async () => {
    const config = await configuration(CONFIDENTIAL_CLIENT, openid.ClientSecretBasic('wrong'));
    await expect(openid.genericGrantRequest(config, 'password', RIGHT)).rejects.toMatchObject({
      code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
      status: 401,
    });
  });

  it('reads an unsupported grant type as an OAuth error', async () => {
    const config = await configuration(PUBLIC_CLIENT, openid.None());
    await expect(openid.genericGrantRequest(config, 'urn:example:dance', {})).rejects.toMatchObject(
      { code: 'OAUTH_RESPONSE_BODY_ERROR', status: 400, error: 'unsupported_grant_type' },
    );
  });

  it('proves possession with DPoP, with the nonce that it is told to use', async () => {
    const url = await startOAuthServer({ dpopNonceRequired: true });
    const config = await configuration(PUBLIC_CLIENT, openid.None(), url);
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair());
    const tokens = await openid.genericGrantRequest(config, 'password', RIGHT, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    await expect(
      openid.genericGrantRequest(config, 'password', { ...RIGHT, password: 'wrong' }, { DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
