import {
  BOTH_CLIENTS,
  callApi,
  CONFIDENTIAL_CLIENT,
  emulatorOf,
  passwordGrant,
} from '../support/servers/emulator';
import { CLIENT_SECRET } from '../support/secrets/secrets';

const emulator = emulatorOf({ clients: BOTH_CLIENTS });

const token = (parameters: string, rest: object = {}) =>
  callApi(emulator, '/auth/token', { parameters, ...rest });

describe('/auth/token of the emulator', () => {
  it('answers a password grant with PASSWORD, the credentials and a ticket', async () => {
    const { status, body } = await token(
      passwordGrant({ username: 'jöhn', password: ' a&b=c+d ', scope: 'read  write' }),
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      resultCode: 'EMU101',
      resultMessage: expect.any(String) as string,
      action: 'PASSWORD',
      username: 'jöhn',
      password: ' a&b=c+d ',
      ticket: expect.stringMatching(/^[\w-]{43}$/) as string,
      grantType: 'PASSWORD',
      clientId: 26478243745571,
      scopes: ['read', 'write'],
    });
  });

  it('gives every request a ticket of its own', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => token(passwordGrant())));
    expect(new Set(replies.map(({ body }) => body['ticket'])).size).toBe(50);
  });

  it.each([
    ['in the form', { client_secret: CLIENT_SECRET, client_id: CONFIDENTIAL_CLIENT }, {}],
    [
      'from HTTP Basic',
      { client_id: CONFIDENTIAL_CLIENT },
      { clientId: CONFIDENTIAL_CLIENT, clientSecret: CLIENT_SECRET },
    ],
    [
      'from HTTP Basic alone',
      { client_id: '' },
      { clientId: 'my-client', clientSecret: CLIENT_SECRET },
    ],
    ['with an alias', { client_secret: CLIENT_SECRET, client_id: 'my-client' }, {}],
  ])('accepts the credentials of a confidential client %s', async (_where, form, basic) => {
    expect((await token(passwordGrant(form), basic)).body).toMatchObject({
      action: 'PASSWORD',
      clientId: 57297408867,
      clientIdAlias: 'my-client',
    });
  });

  it.each([
    [
      'a wrong secret, whatever the form has',
      { client_id: CONFIDENTIAL_CLIENT, client_secret: CLIENT_SECRET },
      { clientId: CONFIDENTIAL_CLIENT, clientSecret: 'guess' },
      'EMU108',
    ],
    [
      'another client than the form',
      { client_id: CONFIDENTIAL_CLIENT, client_secret: CLIENT_SECRET },
      { clientId: '7', clientSecret: CLIENT_SECRET },
      'EMU107',
    ],
    ['no secret', { client_id: '' }, { clientId: CONFIDENTIAL_CLIENT, clientSecret: '' }, 'EMU108'],
  ])('answers INVALID_CLIENT if HTTP Basic has %s', async (_what, form, basic, resultCode) => {
    const { body } = await token(passwordGrant(form), basic);
    expect(body).toMatchObject({ action: 'INVALID_CLIENT', resultCode });
    expect(JSON.parse(String(body['responseContent']))).toMatchObject({ error: 'invalid_client' });
  });

  it.each([
    ['INVALID_CLIENT', 'invalid_client', 'EMU106', 'no client', { client_id: '' }],
    ['INVALID_CLIENT', 'invalid_client', 'EMU107', 'an unknown client', { client_id: '7' }],
    [
      'INVALID_CLIENT',
      'invalid_client',
      'EMU108',
      'a confidential client without its secret',
      { client_id: CONFIDENTIAL_CLIENT },
    ],
    [
      'INVALID_CLIENT',
      'invalid_client',
      'EMU108',
      'a wrong client secret',
      { client_id: CONFIDENTIAL_CLIENT, client_secret: 'guess' },
    ],
    ['BAD_REQUEST', 'invalid_request', 'EMU103', 'no grant type', { grant_type: '' }],
    [
      'BAD_REQUEST',
      'unsupported_grant_type',
      'EMU104',
      'another grant type',
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code' },
    ],
    [
      'BAD_REQUEST',
      'unsupported_grant_type',
      'EMU104',
      'a grant type by the name of an object property',
      { grant_type: 'constructor' },
    ],
    ['BAD_REQUEST', 'invalid_request', 'EMU105', 'no username', { username: '' }],
    ['BAD_REQUEST', 'invalid_request', 'EMU105', 'no password', { password: '' }],
  ])('answers %s with %s (%s) for %s', async (action, error, resultCode, _what, changes) => {
    const open = emulator.openTickets();
    const { status, body } = await token(passwordGrant(changes));
    expect(status).toBe(200);
    expect(body).toMatchObject({ action, resultCode });
    expect(body).not.toHaveProperty('ticket');
    expect(JSON.parse(String(body['responseContent']))).toEqual({
      error,
      error_description: body['resultMessage'],
    });
    expect(emulator.openTickets()).toBe(open);
  });

  it('refuses a repeated parameter (RFC 6749 section 3.2)', async () => {
    const { body } = await token(`${passwordGrant()}&scope=a&scope=b`);
    expect(body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU102' });
  });

  it.each(['audience', 'resource'])(
    'refuses a repeated %s with a grant that does not allow it',
    async (name) => {
      const { body } = await token(`${passwordGrant()}&${name}=a&${name}=b`);
      expect(body).toMatchObject({ action: 'BAD_REQUEST', resultCode: 'EMU102' });
    },
  );

  it.each([undefined, null, 7, ['grant_type=password']])(
    'answers 400 for parameters that are %p',
    async (parameters) => {
      const { status, body } = await callApi(emulator, '/auth/token', { parameters });
      expect(status).toBe(400);
      expect(body).toMatchObject({ resultCode: 'EMU006' });
    },
  );
});
