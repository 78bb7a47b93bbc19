import { callApi, contentOf, emulatorOf, PUBLIC_CLIENT } from '../../support/servers/emulator';

const emulator = emulatorOf();

const token = (changes: Record<string, string>) =>
  callApi(emulator, '/auth/token', {
    parameters: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      client_id: PUBLIC_CLIENT,
      ...changes,
    }).toString(),
  });

describe('the JWT bearer grant of the emulator', () => {
  it('answers with JWT_BEARER and the assertion, and leaves the decision to the server', async () => {
    const { status, body } = await token({ assertion: 'e30.e30.c2ln', scope: 'read write' });
    expect(status).toBe(200);
    expect(body).toEqual({
      resultCode: 'EMU119',
      resultMessage: expect.any(String) as string,
      action: 'JWT_BEARER',
      assertion: 'e30.e30.c2ln',
      grantType: 'JWT_BEARER',
      clientId: Number(PUBLIC_CLIENT),
      scopes: ['read', 'write'],
    });
  });

  it.each([
    ['without an assertion', {}],
    ['with an assertion that has no value', { assertion: '' }],
  ])('answers invalid_request %s', async (_what, changes: Record<string, string>) => {
    const reply = await token(changes);
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU120' });
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_request' });
  });
});
