import { callApi, emulatorOf, ticketOf } from '../support/servers/emulator';

const emulator = emulatorOf();
const fail = (request: object) => callApi(emulator, '/auth/token/fail', request);

describe('/auth/token/fail of the emulator', () => {
  it.each([
    ['UNKNOWN', 'INTERNAL_SERVER_ERROR', 'server_error', 'EMU301'],
    ['INVALID_RESOURCE_OWNER_CREDENTIALS', 'BAD_REQUEST', 'invalid_request', 'A067301'],
    ['INVALID_TARGET', 'BAD_REQUEST', 'invalid_target', 'EMU302'],
    ['INVALID_CLIENT', 'BAD_REQUEST', 'invalid_client', 'EMU303'],
    ['UNAUTHORIZED_CLIENT', 'BAD_REQUEST', 'unauthorized_client', 'EMU304'],
    ['INVALID_SCOPE', 'BAD_REQUEST', 'invalid_scope', 'EMU305'],
  ])('answers reason %s with %s and %s (%s)', async (reason, action, error, resultCode) => {
    const { status, body } = await fail({ ticket: await ticketOf(emulator), reason });
    expect(status).toBe(200);
    expect(body).toMatchObject({ action, resultCode });
    expect(JSON.parse(String(body['responseContent']))).toMatchObject({
      error,
      error_description: body['resultMessage'],
    });
    expect(emulator.openTickets()).toBe(0);
  });

  it('points to the documentation of the codes that Authlete publishes, and of no others', async () => {
    const contentFor = async (reason: string) => {
      const { body } = await fail({ ticket: await ticketOf(emulator), reason });
      return JSON.parse(String(body['responseContent'])) as unknown;
    };
    expect(await contentFor('INVALID_RESOURCE_OWNER_CREDENTIALS')).toEqual({
      error: 'invalid_request',
      error_description:
        '[A067301] The credentials (username & password) passed to the token endpoint are invalid.',
      error_uri: 'https://docs.authlete.com/#A067301',
    });
    expect(await contentFor('INVALID_TARGET')).not.toHaveProperty('error_uri');
  });

  it('answers INTERNAL_SERVER_ERROR for a ticket that was used or never issued', async () => {
    const ticket = await ticketOf(emulator);
    await fail({ ticket, reason: 'UNKNOWN' });
    for (const unusable of [ticket, 'never-issued']) {
      const { status, body } = await fail({ ticket: unusable, reason: 'INVALID_TARGET' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ action: 'INTERNAL_SERVER_ERROR', resultCode: 'EMU201' });
    }
  });

  it.each([
    ['no ticket', { reason: 'UNKNOWN' }, 'EMU006'],
    ['no reason', { ticket: 'ticket' }, 'EMU006'],
    ['an unknown reason', { ticket: 'ticket', reason: 'BECAUSE' }, 'EMU007'],
    ['a repeated reason', { ticket: 'ticket', reason: ['UNKNOWN', 'UNKNOWN'] }, 'EMU006'],
  ])('answers %s with 400', async (_what, request, resultCode) => {
    const { status, body } = await fail(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ resultCode });
  });

  it('leaves the ticket open when the reason is unknown', async () => {
    await fail({ ticket: await ticketOf(emulator), reason: 'BECAUSE' });
    expect(emulator.openTickets()).toBe(1);
  });
});
