import { callApi, contentOf, emulatorOf, PUBLIC_CLIENT } from '../../support/servers/emulator';

const emulator = emulatorOf();

const TYPE = 'urn:ietf:params:oauth:token-type:';

const token = (changes: Record<string, string> = {}, more = '') =>
  callApi(emulator, '/auth/token', {
    parameters:
      new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: PUBLIC_CLIENT,
        subject_token: 'subject.to+ken',
        subject_token_type: `${TYPE}access_token`,
        ...changes,
      }).toString() + more,
  });

describe('the token exchange grant of the emulator', () => {
  it('answers with TOKEN_EXCHANGE and leaves the decision to the server', async () => {
    const { status, body } = await token();
    expect(status).toBe(200);
    expect(body).toEqual({
      resultCode: 'EMU115',
      resultMessage: expect.any(String) as string,
      action: 'TOKEN_EXCHANGE',
      subjectToken: 'subject.to+ken',
      subjectTokenType: 'ACCESS_TOKEN',
      grantType: 'TOKEN_EXCHANGE',
      clientId: Number(PUBLIC_CLIENT),
    });
  });

  it('passes on everything that the request says', async () => {
    const { body } = await token({
      actor_token: 'actor.token',
      actor_token_type: `${TYPE}jwt`,
      requested_token_type: `${TYPE}saml2`,
      audience: 'backend',
      resource: 'https://api.example.com/',
      scope: 'read write',
    });
    expect(body).toMatchObject({
      action: 'TOKEN_EXCHANGE',
      actorToken: 'actor.token',
      actorTokenType: 'JWT',
      requestedTokenType: 'SAML2',
      audiences: ['backend'],
      resources: ['https://api.example.com/'],
      scopes: ['read', 'write'],
    });
  });

  it('takes several audiences and resources (RFC 8693 section 2.1)', async () => {
    const { body } = await token({}, '&audience=a&audience=b&audience=&resource=x:1&resource=x:2');
    expect(body).toMatchObject({
      action: 'TOKEN_EXCHANGE',
      audiences: ['a', 'b'],
      resources: ['x:1', 'x:2'],
    });
  });

  it.each(['subject_token', 'scope', 'grant_type'])('refuses a repeated %s', async (name) => {
    const { body } = await token({ scope: 'a' }, `&${name}=b`);
    expect(body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU102' });
  });

  it.each([
    ['jwt', 'JWT'],
    ['access_token', 'ACCESS_TOKEN'],
    ['refresh_token', 'REFRESH_TOKEN'],
    ['id_token', 'ID_TOKEN'],
    ['saml1', 'SAML1'],
    ['saml2', 'SAML2'],
  ])('names the token type %s as the API does, %s', async (type, name) => {
    const { body } = await token({ subject_token_type: TYPE + type });
    expect(body).toMatchObject({ subjectTokenType: name });
  });

  it.each([
    ['no subject token', 'EMU116', { subject_token: '' }],
    ['no subject token type', 'EMU116', { subject_token_type: '' }],
    ['an unknown subject token type', 'EMU116', { subject_token_type: `${TYPE}paper` }],
    ["the API's name as subject token type", 'EMU116', { subject_token_type: 'JWT' }],
    ['an actor token without a type', 'EMU117', { actor_token: 'a' }],
    [
      'an actor token of an unknown type',
      'EMU117',
      { actor_token: 'a', actor_token_type: `${TYPE}paper` },
    ],
    ['an actor token type alone', 'EMU117', { actor_token_type: `${TYPE}jwt` }],
    ['an unknown requested token type', 'EMU118', { requested_token_type: `${TYPE}paper` }],
  ])('answers invalid_request for %s (%s)', async (_what, resultCode, changes) => {
    const reply = await token(changes);
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode });
    expect(reply.body).not.toHaveProperty('subjectToken');
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_request' });
  });
});
