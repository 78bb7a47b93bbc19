import type { AuthleteEmulatorOptions } from 'express-authlete-token-fail/emulator';
import { thrownBy } from '../support/errors/thrown';
import { callApi, contentOf, emulatorOf, passwordGrant } from '../support/servers/emulator';

const BOTH = { oauthClientAttestation: 'e30.e30.c2ln', oauthClientAttestationPop: 'e30.e30.c2ln' };

const token = (rest: object, options: AuthleteEmulatorOptions = {}, form = {}) =>
  callApi(emulatorOf(options), '/auth/token', { parameters: passwordGrant(form), ...rest });

describe('the emulator, given a client attestation', () => {
  it('replies with a challenge for the next one', async () => {
    const emulator = emulatorOf();
    const request = { parameters: passwordGrant(), ...BOTH };
    const { body } = await callApi(emulator, '/auth/token', request);
    expect(body).toMatchObject({ action: 'PASSWORD' });
    const { attestationChallenge } = body;
    expect(attestationChallenge).toMatch(/^[\w-]{43}$/);
    const again = await callApi(emulator, '/auth/token', request);
    expect(again.body).toMatchObject({ attestationChallenge });
    const other = await callApi(emulatorOf(), '/auth/token', request);
    expect(other.body['attestationChallenge']).not.toBe(attestationChallenge);
  });

  it.each(['oauthClientAttestation', 'oauthClientAttestationPop'])(
    'refuses %s alone with invalid_client_attestation and a challenge',
    async (name) => {
      for (const rest of [{ [name]: 'e30.e30.c2ln' }, { ...emptied(BOTH), [name]: 'e30.e30.' }]) {
        const reply = await token(rest);
        expect(reply.status).toBe(200);
        expect(reply.body).toMatchObject({
          action: 'BAD_REQUEST',
          resultCode: 'EMU129',
          attestationChallenge: expect.any(String) as string,
        });
        expect(reply.body).not.toHaveProperty('ticket');
        expect(contentOf(reply)).toMatchObject({ error: 'invalid_client_attestation' });
      }
    },
  );

  it('replies with a challenge to a request that it refuses, too', async () => {
    const { body } = await token(BOTH, {}, { client_id: '7' });
    expect(body).toMatchObject({
      action: 'INVALID_CLIENT',
      attestationChallenge: expect.any(String) as string,
    });
  });
});

describe('the emulator, given no client attestation', () => {
  it('replies without a challenge, or with one if the option says so', async () => {
    expect((await token({})).body).not.toHaveProperty('attestationChallenge');
    expect((await token(emptied(BOTH))).body).not.toHaveProperty('attestationChallenge');
    const { body } = await token({}, { attestationChallengeAlways: true });
    expect(body).toMatchObject({
      action: 'PASSWORD',
      attestationChallenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  it('refuses an option that is no boolean', () => {
    const options = { attestationChallengeAlways: 'yes' } as unknown as AuthleteEmulatorOptions;
    expect(thrownBy(() => emulatorOf(options))).toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: 'attestationChallengeAlways must be a boolean, got a string',
    });
  });
});

/** The same fields without values, which count as not sent. */
function emptied(fields: object): object {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, '']));
}
