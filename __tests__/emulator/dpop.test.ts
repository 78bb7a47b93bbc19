import {
  BOTH_CLIENTS,
  callApi,
  CONFIDENTIAL_CLIENT,
  contentOf,
  emulatorOf,
  passwordGrant,
  PUBLIC_CLIENT,
  refreshTokenOf,
} from '../support/servers/emulator';
import { CLIENT_SECRET } from '../support/secrets/secrets';

const TARGET = { htm: 'POST', htu: 'https://as.example.com/token' };

const CLIENT_CREDENTIALS = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: CONFIDENTIAL_CLIENT,
  client_secret: CLIENT_SECRET,
}).toString();

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A DPoP proof that is signed with nothing: nobody is to verify it. */
const proofOf = (payload: unknown) => `${encoded({ typ: 'dpop+jwt' })}.${encoded(payload)}.c2ln`;

const PROOF = proofOf({ jti: '1', iat: 1, ...TARGET });

const emulator = emulatorOf({ clients: BOTH_CLIENTS });

const token = (rest: object, on = emulator, parameters = CLIENT_CREDENTIALS) =>
  callApi(on, '/auth/token', { parameters, ...rest });

describe('the emulator, given a DPoP proof', () => {
  it('issues an access token of type DPoP for client credentials', async () => {
    const reply = await token({ dpop: PROOF, ...TARGET });
    expect(reply.body).toMatchObject({ action: 'OK' });
    expect(reply.body).not.toHaveProperty('dpopNonce');
    expect(contentOf(reply)).toMatchObject({ token_type: 'DPoP' });
  });

  it('issues one for a password grant, whose ticket remembers the proof', async () => {
    const { body } = await token({ dpop: PROOF, ...TARGET }, emulator, passwordGrant());
    const { ticket } = body;
    const reply = await callApi(emulator, '/auth/token/issue', { ticket, subject: 'john-1' });
    expect(contentOf(reply)).toMatchObject({ token_type: 'DPoP' });
  });

  it('issues one for a refresh token', async () => {
    const parameters = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: PUBLIC_CLIENT,
      refresh_token: await refreshTokenOf(emulator),
    }).toString();
    const reply = await token({ dpop: PROOF, ...TARGET }, emulator, parameters);
    expect(contentOf(reply)).toMatchObject({ token_type: 'DPoP' });
  });

  it('does not ask the proof for what the API request does not say', async () => {
    expect((await token({ dpop: proofOf({}) })).body).toMatchObject({ action: 'OK' });
  });

  it.each([
    ['with a query and a fragment', `${TARGET.htu}?a=b#c`],
    ['with the default port and capitals', 'HTTPS://AS.example.com:443/token'],
  ])('takes a target %s for the same (RFC 9449 section 4.3)', async (_what, htu) => {
    const dpop = proofOf({ ...TARGET, htu });
    expect((await token({ dpop, ...TARGET })).body).toMatchObject({ action: 'OK' });
    const reply = await token({ dpop: PROOF, ...TARGET, htu });
    expect(reply.body).toMatchObject({ action: 'OK' });
  });

  it.each([
    ['is no JWT', 'proof'],
    ['has two parts', PROOF.split('.').slice(0, 2).join('.')],
    ['has four parts', `${PROOF}.c2ln`],
    ['is two proofs', `${PROOF}, ${PROOF}`],
    ['has no payload', 'e30..c2ln'],
    ['has a payload that is no JSON', 'e30.e30e30.c2ln'],
    ['has a payload that is null', proofOf(null)],
    ['has a payload that is an array', proofOf([])],
    ['has a payload that is a string', proofOf('htm')],
  ])('answers invalid_dpop_proof if it %s', async (_what, dpop) => {
    const reply = await token({ dpop });
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU121' });
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  it.each([
    ['another method', { htm: 'GET', htu: TARGET.htu }],
    ['a method in small letters', { htm: 'post', htu: TARGET.htu }],
    ['no method', { htu: TARGET.htu }],
    ['another path', { htm: 'POST', htu: 'https://as.example.com/token/2' }],
    ['another host', { htm: 'POST', htu: 'https://as.example.org/token' }],
    ['another scheme', { htm: 'POST', htu: 'http://as.example.com/token' }],
    ['a target that is no URL', { htm: 'POST', htu: '/token' }],
    ['a target that is no string', { htm: 'POST', htu: [TARGET.htu] }],
    ['no target', { htm: 'POST' }],
  ])('answers invalid_dpop_proof if it is for %s', async (_what, payload) => {
    const reply = await token({ dpop: proofOf(payload), ...TARGET });
    expect(reply.body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU122' });
    expect(reply.body).not.toHaveProperty('accessToken');
    expect(contentOf(reply)).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  it('opens no ticket if it refuses the proof', async () => {
    const fresh = emulatorOf();
    await token({ dpop: 'proof' }, fresh, passwordGrant());
    expect(fresh.openTickets()).toBe(0);
  });

  it('looks at the client first', async () => {
    const parameters = passwordGrant({ client_id: '7' });
    const { body } = await token({ dpop: 'proof' }, emulator, parameters);
    expect(body).toMatchObject({ action: 'INVALID_CLIENT' });
  });
});

describe('the emulator, given no DPoP proof', () => {
  it('issues a bearer token, and demands no nonce even if proofs need one', async () => {
    const strict = emulatorOf({ clients: BOTH_CLIENTS, dpopNonceRequired: true });
    for (const rest of [TARGET, { dpop: '' }, { dpopNonceRequired: true }]) {
      const reply = await token(rest, strict);
      expect(reply.body).toMatchObject({ action: 'OK' });
      expect(reply.body).not.toHaveProperty('dpopNonce');
      expect(contentOf(reply)).toMatchObject({ token_type: 'Bearer' });
    }
  });
});

describe('the nonce of DPoP proofs', () => {
  const strict = emulatorOf({ clients: BOTH_CLIENTS, dpopNonceRequired: true });

  const withNonce = (nonce: unknown) => ({ dpop: proofOf({ ...TARGET, nonce }), ...TARGET });

  it.each([
    ['by the option', strict, {}],
    ['by the option, whatever the call says', strict, { dpopNonceRequired: false }],
    ['by the call', emulator, { dpopNonceRequired: true }],
    ['by a call whose body is a form', emulator, { dpopNonceRequired: 'true' }],
  ])('is demanded %s, and good for the next proof', async (_what, on, rest) => {
    const refused = await token({ dpop: PROOF, ...TARGET, ...rest }, on);
    const { action, resultCode, dpopNonce } = refused.body;
    expect({ action, resultCode }).toEqual({ action: 'BAD_REQUEST', resultCode: 'EMU123' });
    expect(dpopNonce).toMatch(/^[\w-]{43}$/);
    expect(contentOf(refused)).toMatchObject({ error: 'use_dpop_nonce' });

    const reply = await token({ ...withNonce(dpopNonce), ...rest }, on);
    expect(reply.body).toMatchObject({ action: 'OK', dpopNonce });
    expect(contentOf(reply)).toMatchObject({ token_type: 'DPoP' });
  });

  it('is not demanded otherwise', async () => {
    for (const dpopNonceRequired of [undefined, false, 'false']) {
      const { body } = await token({ ...withNonce('old'), dpopNonceRequired });
      expect(body).toMatchObject({ action: 'OK' });
    }
  });

  it.each(['guess', 7, null])('cannot be %p', async (nonce) => {
    const reply = await token(withNonce(nonce), strict);
    expect(contentOf(reply)).toMatchObject({ error: 'use_dpop_nonce' });
  });

  it("is not another emulator's", async () => {
    const other = emulatorOf({ clients: BOTH_CLIENTS, dpopNonceRequired: true });
    const { dpopNonce } = (await token(withNonce('guess'), other)).body;
    expect(contentOf(await token(withNonce(dpopNonce), strict))).toMatchObject({
      error: 'use_dpop_nonce',
    });
  });

  it('comes with the ticket of a password grant, and with a refused grant', async () => {
    const { dpopNonce } = (await token(withNonce('guess'), strict)).body;
    const proof = withNonce(dpopNonce);
    expect((await token(proof, strict, passwordGrant())).body).toMatchObject({
      action: 'PASSWORD',
      dpopNonce,
    });
    expect((await token(proof, strict, passwordGrant({ username: '' }))).body).toMatchObject({
      action: 'BAD_REQUEST',
      dpopNonce,
    });
  });

  it('leaves a refresh token as it is when it is missing', async () => {
    const parameters = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: PUBLIC_CLIENT,
      refresh_token: await refreshTokenOf(strict),
    }).toString();
    const { dpopNonce } = (await token(withNonce('guess'), strict, parameters)).body;
    const { body } = await token(withNonce(dpopNonce), strict, parameters);
    expect(body).toMatchObject({ action: 'OK', dpopNonce });
  });
});
