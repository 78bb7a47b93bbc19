import { ResourceOwnerPassword } from 'simple-oauth2';
import { CONFIDENTIAL_CLIENT } from '../support/servers/emulator';
import { describeOnBothVersions, startOAuthServer } from '../support/servers/oauth-server';
import { CLIENT_SECRET } from '../support/secrets/secrets';

/** Sends a token request and reads the answer. */
async function grant({
  id = CONFIDENTIAL_CLIENT,
  secret = CLIENT_SECRET,
  password = 'open-sesame',
  authorizationMethod = 'header',
  ...parameters
}: Partial<Record<string, string>> & { authorizationMethod?: 'header' | 'body' } = {}) {
  const tokenHost = await startOAuthServer();
  const client = new ResourceOwnerPassword({
    client: { id, secret },
    auth: { tokenHost, tokenPath: '/token' },
    options: { authorizationMethod },
  });
  const { token } = await client.getToken({ username: 'john', password, ...parameters });
  return token;
}

/** What it throws for an OAuth error: a Boom error with the answer's body. */
function oauthError(status: number, error: string) {
  return {
    isBoom: true,
    output: { statusCode: status },
    data: { payload: { error } },
  };
}

describeOnBothVersions('simple-oauth2', () => {
  it.each(['header', 'body'] as const)(
    'is granted a token with its credentials in the %s',
    async (authorizationMethod) => {
      expect(await grant({ authorizationMethod })).toMatchObject({
        access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
        token_type: 'Bearer',
        expires_in: 3600,
      });
    },
  );

  it('reads a wrong password as an OAuth error', async () => {
    await expect(grant({ password: 'wrong' })).rejects.toMatchObject(
      oauthError(400, 'invalid_request'),
    );
  });

  it('reads an unknown client as an OAuth error, by the way it used', async () => {
    await expect(grant({ id: '7' })).rejects.toMatchObject(oauthError(401, 'invalid_client'));
    await expect(grant({ id: '7', authorizationMethod: 'body' })).rejects.toMatchObject(
      oauthError(400, 'invalid_client'),
    );
  });

  it('reads a wrong client secret as an OAuth error, by the way it used', async () => {
    await expect(grant({ secret: 'wrong' })).rejects.toMatchObject(
      oauthError(401, 'invalid_client'),
    );
    await expect(grant({ secret: 'wrong', authorizationMethod: 'body' })).rejects.toMatchObject(
      oauthError(400, 'invalid_client'),
    );
  });

  it('reads an unsupported grant type as an OAuth error', async () => {
    await expect(grant({ grant_type: 'urn:example:dance' })).rejects.toMatchObject(
      oauthError(400, 'unsupported_grant_type'),
    );
  });
});
