import * as oauth from 'oauth4webapi';
import { CONFIDENTIAL_CLIENT, PUBLIC_CLIENT } from '../support/servers/emulator';
import { describeOnBothVersions, startOAuthServer } from '../support/servers/oauth-server';
import { CLIENT_SECRET } from '../support/secrets/secrets';

/** Sends a token request and reads the answer. */
async function grant(
  clientId: string,
  authentication: oauth.ClientAuth,
  grantType: string,
  parameters: Record<string, string>,
) {
  const url = await startOAuthServer();
  const server: oauth.AuthorizationServer = { issuer: url, token_endpoint: `${url}/token` };
  const client: oauth.Client = { client_id: clientId };
  const response = await oauth.genericTokenEndpointRequest(
    server,
    client,
    authentication,
    grantType,
    parameters,
    // Marked as deprecated to stand out: plain HTTP is for loopback only.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    { [oauth.allowInsecureRequests]: true },
  );
  return oauth.processGenericTokenEndpointResponse(server, client, response);
}

const RIGHT = { username: 'john', password: 'open-sesame' };

describeOnBothVersions('oauth4webapi', () => {
  it.each([
    ['no client authentication', PUBLIC_CLIENT, oauth.None()],
    ['HTTP Basic', CONFIDENTIAL_CLIENT, oauth.ClientSecretBasic(CLIENT_SECRET)],
    ['a client secret in the body', CONFIDENTIAL_CLIENT, oauth.ClientSecretPost(CLIENT_SECRET)],
  ])('is granted a token with %s', async (_how, clientId, authentication) => {
    expect(await grant(clientId, authentication, 'password', RIGHT)).toMatchObject({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: 'bearer',
      expires_in: 3600,
    });
  });

  it('reads a wrong password as an OAuth error', async () => {
    const wrong = { ...RIGHT, password: 'wrong' };
    await expect(grant(PUBLIC_CLIENT, oauth.None(), 'password', wrong)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'invalid_request',
    });
  });

  it('reads an unknown client as an OAuth error', async () => {
    await expect(grant('7', oauth.None(), 'password', RIGHT)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'invalid_client',
    });
  });

  it('reads a wrong client secret in the body as an OAuth error', async () => {
    const authentication = oauth.ClientSecretPost('wrong');
    await expect(
      grant(CONFIDENTIAL_CLIENT, authentication, 'password', RIGHT),
    ).rejects.toMatchObject({ name: 'ResponseBodyError', status: 400, error: 'invalid_client' });
  });

  it('reads a wrong client secret in HTTP Basic as a challenge', async () => {
    const authentication = oauth.ClientSecretBasic('wrong');
    await expect(
      grant(CONFIDENTIAL_CLIENT, authentication, 'password', RIGHT),
    ).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: 'token endpoint' } }],
    });
  });

  it('reads an unsupported grant type as an OAuth error', async () => {
    const grantType = 'urn:example:dance';
    await expect(grant(PUBLIC_CLIENT, oauth.None(), grantType, {})).rejects.toMatchObject({
      name: 'ResponseBodyError',
      status: 400,
      error: 'unsupported_grant_type',
    });
  });
});
