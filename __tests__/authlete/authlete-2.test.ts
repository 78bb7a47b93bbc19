import type { AuthleteClientOptions } from 'express-authlete-token-fail';
import { catchFailError, startClient, WITHHELD } from '../support/authlete/client';
import { thrownBy } from '../support/errors/thrown';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { startJsonUpstream, startUpstream } from '../support/servers/upstream';

/** Creates a client of Authlete 2.3 with these credentials. */
function startClient2(baseUrl: string, credentials: AuthleteClientOptions) {
  const options = { apiVersion: 2, serviceId: undefined, accessToken: undefined } as const;
  return startClient(baseUrl, { ...options, ...credentials });
}

describe('a client of Authlete 2.3', () => {
  const KEY = { apiKey: 'key', apiSecret: BEARER_TOKEN };

  it.each<[string, AuthleteClientOptions, string]>([
    ['an API key', KEY, `Basic ${Buffer.from(`key:${BEARER_TOKEN}`).toString('base64')}`],
    ['a service access token', { accessToken: BEARER_TOKEN }, `Bearer ${BEARER_TOKEN}`],
    ['a token that rotates', { accessToken: () => BEARER_TOKEN }, `Bearer ${BEARER_TOKEN}`],
  ])('uses paths without a service ID, and %s', async (_what, credentials, authorization) => {
    const upstream = await startJsonUpstream({ action: 'OK', responseContent: '{}' });
    const client = startClient2(`${upstream.url}/prefix`, credentials);
    await client.token({ parameters: 'grant_type=password' });
    await client.tokenIssue({ ticket: TICKET, subject: 'john' });
    await catchFailError(client);
    expect(upstream.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/prefix/api/auth/token', authorization],
      ['/prefix/api/auth/token/issue', authorization],
      ['/prefix/api/auth/token/fail', authorization],
    ]);
  });

  it.each([
    ['the API secret', BEARER_TOKEN],
    ['the credentials as they are sent', Buffer.from(`key:${BEARER_TOKEN}`).toString('base64')],
    ['the API secret in base64', Buffer.from(BEARER_TOKEN).toString('base64')],
  ])('withholds a message of Authlete’s that repeats %s', async (_what, secret) => {
    const upstream = await startUpstream((res) => {
      res.writeHead(401).end(JSON.stringify({ resultMessage: `Rejected: ${secret}` }));
    });
    const client = startClient2(upstream.url, KEY);
    expect(await catchFailError(client)).toHaveProperty('resultMessage', WITHHELD);
  });

  it('has no other services', () => {
    const client = startClient2('https://api.authlete.com', KEY);
    const error = thrownBy(() => client.forService('2'));
    expect(error).toMatchObject({
      name: 'TypeError',
      code: 'ERR_ATF_OPTIONS',
      message: 'forService needs apiVersion 3: Authlete 2.3 has no service IDs',
    });
  });
});
