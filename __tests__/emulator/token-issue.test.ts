import { callApi, emulatorOf, passwordGrant, ticketOf } from '../support/servers/emulator';

const emulator = emulatorOf();
const issue = (request: object) => callApi(emulator, '/auth/token/issue', request);

describe('/auth/token/issue of the emulator', () => {
  it('uses the ticket up and issues opaque random tokens', async () => {
    const ticket = await ticketOf(emulator, passwordGrant({ scope: 'read write' }));
    const now = Date.now();
    const { status, body } = await issue({ ticket, subject: 'john-1' });
    expect(status).toBe(200);
    expect(body).toEqual({
      resultCode: 'A054001',
      resultMessage:
        '[A054001] The token request (grant_type=password) was processed successfully.',
      action: 'OK',
      responseContent: expect.any(String) as string,
      accessToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      accessTokenDuration: 3600,
      accessTokenExpiresAt: expect.any(Number) as number,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      refreshTokenDuration: 3600,
      refreshTokenExpiresAt: expect.any(Number) as number,
      subject: 'john-1',
      clientId: 26478243745571,
      scopes: ['read', 'write'],
    });
    expect(body['accessTokenExpiresAt']).toBeGreaterThanOrEqual(now + 3600 * 1000);
    expect(JSON.parse(String(body['responseContent']))).toEqual({
      access_token: body['accessToken'],
      refresh_token: body['refreshToken'],
      scope: 'read write',
      token_type: 'Bearer',
      expires_in: 3600,
    });
    expect(body['accessToken']).not.toBe(body['refreshToken']);
    expect(emulator.openTickets()).toBe(0);
  });

  it('leaves the scope out when none was asked for', async () => {
    const { body } = await issue({ ticket: await ticketOf(emulator), subject: 'john-1' });
    expect(body).not.toHaveProperty('scopes');
    expect(JSON.parse(String(body['responseContent']))).not.toHaveProperty('scope');
  });

  it('answers INTERNAL_SERVER_ERROR for a ticket that was used or never issued', async () => {
    const ticket = await ticketOf(emulator);
    await issue({ ticket, subject: 'john-1' });
    for (const unusable of [ticket, 'never-issued']) {
      const { status, body } = await issue({ ticket: unusable, subject: 'john-1' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ action: 'INTERNAL_SERVER_ERROR', resultCode: 'EMU201' });
      expect(JSON.parse(String(body['responseContent']))).toMatchObject({ error: 'server_error' });
    }
  });

  it.each([
    ['ticket', { subject: 'john-1' }],
    ['subject', { ticket: 'ticket' }],
    ['subject that has characters', { ticket: 'ticket', subject: '' }],
    ['ticket that is a string', { ticket: 7, subject: 'john-1' }],
  ])('answers 400 without a %s', async (_what, request) => {
    const { status, body } = await issue(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ resultCode: 'EMU006' });
  });

  it('leaves a ticket open when the call is refused for its form', async () => {
    const ticket = await ticketOf(emulator);
    await issue({ ticket });
    expect(emulator.openTickets()).toBe(1);
  });
});
