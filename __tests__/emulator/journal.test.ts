import supertest from 'supertest';
import { createJournal } from '../../lib/emulator/journal';
import {
  BOTH_CLIENTS,
  CONFIDENTIAL_CLIENT,
  PUBLIC_CLIENT,
  refreshTokenOf,
  callApi,
  emulatorOf,
  passwordGrant,
  SERVICE_ID,
  ticketOf,
} from '../support/servers/emulator';
import { CLIENT_SECRET, expectNoSecretIn, PASSWORD } from '../support/secrets/secrets';

describe('the journal', () => {
  it('shows that a ticket was failed exactly once', async () => {
    const emulator = emulatorOf();
    const ticket = await ticketOf(emulator);
    await ticketOf(emulator);
    await callApi(emulator, '/auth/token/fail', { ticket, reason: 'INVALID_TARGET' });

    expect(emulator.journal.calls({ api: '/auth/token/fail', ticket })).toEqual([
      {
        time: expect.any(Number) as number,
        api: '/auth/token/fail',
        serviceId: SERVICE_ID,
        status: 200,
        resultCode: 'EMU302',
        action: 'BAD_REQUEST',
        ticket: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as string,
        reason: 'INVALID_TARGET',
      },
    ]);
    expect(emulator.journal.calls({ ticket }).map(({ api }) => api)).toEqual([
      '/auth/token',
      '/auth/token/fail',
    ]);
    expect(emulator.journal.calls({ api: '/auth/token' })).toHaveLength(2);
    expect(emulator.journal.calls()).toHaveLength(3);
  });

  it('shows no secret', async () => {
    const emulator = emulatorOf();
    const ticket = await ticketOf(
      emulator,
      passwordGrant({ password: PASSWORD, client_secret: CLIENT_SECRET }),
    );
    await callApi(emulator, '/auth/token/fail', { ticket, reason: 'UNKNOWN' });
    expectNoSecretIn(emulator.journal);
    expect(JSON.stringify(emulator.journal.calls())).not.toContain(ticket);
  });

  it.each([
    ['refresh_token', { refresh_token: 'PLANTED-refresh-token' }],
    [
      'urn:ietf:params:oauth:grant-type:token-exchange',
      {
        subject_token: 'PLANTED-subject-token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        actor_token: 'PLANTED-actor-token',
        actor_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      },
    ],
    ['urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion: 'PLANTED-assertion' }],
  ])('shows no token of a grant of type %s', async (grantType, rest) => {
    const emulator = emulatorOf({ clients: BOTH_CLIENTS });
    const { body } = await callApi(emulator, '/auth/token', {
      parameters: new URLSearchParams({ grant_type: grantType, ...rest }).toString(),
      clientId: CONFIDENTIAL_CLIENT,
      clientSecret: CLIENT_SECRET,
    });
    expect(emulator.journal.calls()).toMatchObject([{ action: body['action'] }]);
    expectNoSecretIn(emulator.journal.calls());
  });

  it('shows no token that a refresh used up or issued', async () => {
    const emulator = emulatorOf();
    const old = await refreshTokenOf(emulator);
    const { body } = await callApi(emulator, '/auth/token', {
      parameters: `grant_type=refresh_token&client_id=${PUBLIC_CLIENT}&refresh_token=${old}`,
    });
    expect(body).toMatchObject({ action: 'OK' });
    const journal = JSON.stringify(emulator.journal.calls());
    for (const secret of [old, body['accessToken'], body['refreshToken']]) {
      expect(journal).not.toContain(secret);
    }
  });

  it.each(['PLANTED-password', 'unknown', ''])(
    'does not show a reason that the API does not accept: %p',
    async (reason) => {
      const emulator = emulatorOf();
      const ticket = await ticketOf(emulator);
      const { status } = await callApi(emulator, '/auth/token/fail', { ticket, reason });
      expect(status).toBe(400);
      const calls = emulator.journal.calls({ api: '/auth/token/fail' });
      expect(calls).toMatchObject([{ status: 400, ticket: expect.any(String) as string }]);
      expect(calls[0]).not.toHaveProperty('reason');
      expectNoSecretIn(calls);
    },
  );

  it('calls onCall with each entry, whatever that does', async () => {
    const onCall = jest.fn(() => {
      throw new Error('of your app');
    });
    const emulator = emulatorOf({ onCall });
    const ticket = await ticketOf(emulator);
    const { status } = await callApi(emulator, '/auth/token/fail', { ticket, reason: 'UNKNOWN' });
    expect(status).toBe(200);
    expect(onCall.mock.calls).toEqual(emulator.journal.calls().map((call) => [call]));
  });

  it('finds the calls that one request led to by its X-Request-Id', async () => {
    const { app, journal } = emulatorOf();
    const ids = ['7d4bf0b1-3a7c-4a0f-9f4e-2a9d8f6c1b5e', '0B0B0B0B-0000-4000-8000-000000000000'];
    for (const id of [...ids, 'PLANTED-id']) {
      await supertest(app).post('/api/1/auth/token').set('X-Request-Id', id);
    }
    expect(journal.calls().map(({ requestId }) => requestId)).toEqual([...ids, undefined]);
    for (const requestId of ids) {
      expect(journal.calls({ requestId })).toMatchObject([{ requestId }]);
    }
  });

  it('has entries that cannot be changed', async () => {
    const emulator = emulatorOf();
    await ticketOf(emulator);
    const [entry] = emulator.journal.calls();
    expect(Object.isFrozen(entry)).toBe(true);
    expect(() => Object.assign(entry ?? {}, { status: 500, reason: 'UNKNOWN' })).toThrow(TypeError);
    expect(emulator.journal.calls()).toMatchObject([{ status: 200 }]);
    expect(emulator.journal.calls()[0]).not.toHaveProperty('reason');
  });

  it('returns a copy, so that nobody rewrites it', () => {
    const journal = createJournal();
    journal.add({ api: '/auth/token', status: 200, resultCode: 'EMU101' });
    journal.calls().pop();
    expect(journal.calls()).toHaveLength(1);
  });

  it('keeps the last 10,000 calls', () => {
    const journal = createJournal();
    for (let number = 0; number <= 10_000; number++) {
      journal.add({ api: '/auth/token', status: 200, resultCode: String(number) });
    }
    expect(journal.calls()).toHaveLength(10_000);
    expect(journal.calls()[0]?.resultCode).toBe('1');
  });
});
