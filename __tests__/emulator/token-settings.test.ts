import {
  BOTH_CLIENTS,
  callApi,
  CONFIDENTIAL_CLIENT,
  contentOf,
  emulatorOf,
  passwordGrant,
  PUBLIC_CLIENT,
  type Reply,
} from '../support/servers/emulator';
import { cleanUp } from '../support/cleanup';
import { CLIENT_SECRET } from '../support/secrets/secrets';

const emulator = emulatorOf({ clients: BOTH_CLIENTS });

const CLIENT_CREDENTIALS = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: CONFIDENTIAL_CLIENT,
  client_secret: CLIENT_SECRET,
  scope: 'read',
}).toString();

/** Issues an access token by a call of `/auth/token` alone. */
const token = (settings: object) =>
  callApi(emulator, '/auth/token', { parameters: CLIENT_CREDENTIALS, ...settings });

/** Issues an access token by a password grant; each call has settings. */
async function issue(atToken: object, atIssue: object): Promise<Reply> {
  const parameters = passwordGrant({ scope: 'read' });
  const { body } = await callApi(emulator, '/auth/token', { parameters, ...atToken });
  const request = { ticket: body['ticket'], subject: 'john-1', ...atIssue };
  return callApi(emulator, '/auth/token/issue', request);
}

/** The ways to ask for the settings of a token. */
const WAYS = [
  ['/auth/token', token],
  ['/auth/token/issue', (settings: object) => issue({}, settings)],
  ['/auth/token before /auth/token/issue', (settings: object) => issue(settings, {})],
] as const;

const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as unknown;

describe.each(WAYS)('a call of %s', (_way, call) => {
  it('keeps properties, and shows the client application those that are not hidden', async () => {
    const properties = [
      { key: 'tenant', value: 'acme' },
      { key: 'internal', value: 'x', hidden: true },
      { key: '__proto__', value: 'harmless', hidden: false },
    ];
    const reply = await call({ properties });
    expect(reply.body).toMatchObject({ action: 'OK', properties });
    const content = contentOf(reply);
    expect(content).toMatchObject({ tenant: 'acme' });
    expect(Object.entries(content)).toContainEqual(['__proto__', 'harmless']);
    expect(content).not.toHaveProperty('internal');
  });

  it('lets no property replace or add what has a meaning in OAuth', async () => {
    const keys = ['access_token', 'expires_in', 'token_type', 'scope', 'id_token', 'error'];
    const reply = await call({ properties: keys.map((key) => ({ key, value: 'forged' })) });
    expect(JSON.stringify(contentOf(reply))).not.toContain('forged');
  });

  it('has access tokens expire as it says', async () => {
    const now = Date.now();
    const reply = await call({ accessTokenDuration: 60 });
    expect(reply.body).toMatchObject({ accessTokenDuration: 60 });
    expect(contentOf(reply)).toMatchObject({ expires_in: 60 });
    const expiresAt = Number(reply.body['accessTokenExpiresAt']);
    expect(expiresAt).toBeGreaterThanOrEqual(now + 60_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('uses the access token that it names', async () => {
    const reply = await call({ accessToken: 'an-access-token' });
    expect(reply.body).toMatchObject({ accessToken: 'an-access-token' });
    expect(contentOf(reply)).toMatchObject({ access_token: 'an-access-token' });
  });

  it('gives the claims in a JWT without a signature', async () => {
    const jwtAtClaims = JSON.stringify({ tenant: 'acme', exp: 1, client_id: 'forged' });
    const reply = await call({ jwtAtClaims, accessToken: 'the-id' });
    const { jwtAccessToken, clientId } = reply.body;
    expect(contentOf(reply)).toMatchObject({ access_token: jwtAccessToken });
    const [header, payload, signature] = String(jwtAccessToken).split('.');
    expect(signature).toBe('');
    expect(decode(header)).toEqual({ alg: 'none', typ: 'at+jwt' });
    const claims = decode(payload) as Record<string, number>;
    expect(claims).toMatchObject({
      tenant: 'acme',
      client_id: String(clientId),
      jti: 'the-id',
      scope: 'read',
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600);
    expect(reply.body['subject']).toBe(claims['sub']);
  });

  it('is as without them for values that say nothing', async () => {
    const reply = await call({
      properties: [],
      accessTokenDuration: 0,
      refreshTokenDuration: null,
      jwtAtClaims: '',
      accessToken: null,
    });
    expect(reply.body).toMatchObject({ accessTokenDuration: 3600 });
    for (const name of ['properties', 'jwtAccessToken'])
      expect(reply.body).not.toHaveProperty(name);
  });

  it('takes durations from a form, which has no numbers', async () => {
    expect((await call({ accessTokenDuration: '90' })).body).toMatchObject({
      accessTokenDuration: 90,
    });
  });
});

describe.each(WAYS.slice(0, 2))('a call of %s is answered 400', (_way, call) => {
  it.each([
    ['properties that are a string', 'EMU010', { properties: '[]' }],
    ['properties that are one property', 'EMU010', { properties: { key: 'a', value: 'b' } }],
    ['a property without a key', 'EMU010', { properties: [{ value: 'b' }] }],
    ['a property without a value', 'EMU010', { properties: [{ key: 'a' }] }],
    ['a property with a number', 'EMU010', { properties: [{ key: 'a', value: 1 }] }],
    [
      'a hidden that is a string',
      'EMU010',
      { properties: [{ key: 'a', value: 'b', hidden: 'no' }] },
    ],
    ['a property that is null', 'EMU010', { properties: [null] }],
    ['a negative duration', 'EMU011', { accessTokenDuration: -1 }],
    ['a duration with a fraction', 'EMU011', { refreshTokenDuration: 1.5 }],
    ['a duration of centuries', 'EMU011', { accessTokenDuration: 2 ** 31 }],
    ['a duration in words', 'EMU011', { accessTokenDuration: '1h' }],
    ['claims that are an object', 'EMU012', { jwtAtClaims: { a: 1 } }],
    ['claims that are broken JSON', 'EMU012', { jwtAtClaims: '{' }],
    ['claims that are a JSON array', 'EMU012', { jwtAtClaims: '[]' }],
    ['an access token with a space', 'EMU013', { accessToken: 'a b' }],
    ['an access token that is a number', 'EMU013', { accessToken: 7 }],
  ])('for %s (%s)', async (_what, resultCode, settings) => {
    const { status, body } = await call(settings);
    expect(status).toBe(400);
    expect(body).toMatchObject({ resultCode });
    expect(body).not.toHaveProperty('action');
  });
});

describe('the settings of a token', () => {
  it('are those of /auth/token/issue before those of /auth/token', async () => {
    const reply = await issue(
      { accessTokenDuration: 60, accessToken: 'early' },
      { accessTokenDuration: 90 },
    );
    expect(reply.body).toMatchObject({ accessTokenDuration: 90, accessToken: 'early' });
  });

  it('do not use up the ticket if they are wrong', async () => {
    const fresh = emulatorOf();
    const { body } = await callApi(fresh, '/auth/token', { parameters: passwordGrant() });
    const { ticket } = body;
    const request = { ticket, subject: 'john-1' };
    await callApi(fresh, '/auth/token/issue', { ...request, accessTokenDuration: -1 });
    expect(fresh.openTickets()).toBe(1);
    expect((await callApi(fresh, '/auth/token/issue', request)).status).toBe(200);
  });

  it('say when a refresh token expires, and it does', async () => {
    let now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    cleanUp(() => clock.mockRestore());
    const { body } = await issue({}, { refreshTokenDuration: 60 });
    expect(body).toMatchObject({ refreshTokenDuration: 60 });
    const parameters = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: PUBLIC_CLIENT,
      refresh_token: String(body['refreshToken']),
    }).toString();
    now += 60_000;
    const reply = await callApi(emulator, '/auth/token', { parameters });
    expect(reply.body).toMatchObject({ resultCode: 'EMU113' });
  });

  it('hold for a refreshed token', async () => {
    const { body } = await issue({}, {});
    const reply = await callApi(emulator, '/auth/token', {
      parameters: `grant_type=refresh_token&client_id=${PUBLIC_CLIENT}&refresh_token=${String(body['refreshToken'])}`,
      refreshTokenDuration: 120,
      accessTokenDuration: 30,
    });
    expect(reply.body).toMatchObject({ refreshTokenDuration: 120, accessTokenDuration: 30 });
  });
});
