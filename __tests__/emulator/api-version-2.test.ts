import { createAuthleteClient } from 'express-authlete-token-fail';
import {
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../support/cleanup';
import { post, startEmulator } from '../support/emulator/start';
import { thrownBy } from '../support/errors/thrown';
import { BEARER_TOKEN, expectNoSecretIn } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';

const API_SECRET = 'PLANTED-api-secret:q7dTnWHyQ0';

const start = () => startEmulator({ apiVersion: 2, apiSecret: API_SECRET });

const encodeBasic = (key: string, secret: string) =>
  `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;

describe('an emulator of Authlete 2.3', () => {
  it.each(['API key and secret', 'service access token'])(
    'works with a client that has its %s',
    async (credentials) => {
      const { emulator, url } = await start();
      const { apiKey, apiSecret, accessToken } = emulator;
      const client = createAuthleteClient({
        apiVersion: 2,
        baseUrl: url,
        ...(credentials === 'service access token' ? { accessToken } : { apiKey, apiSecret }),
      });
      cleanUp(() => client.close());
      const open = async () => String((await client.token({ parameters: passwordGrant() })).ticket);
      expect(await client.tokenIssue({ ticket: await open(), subject: 'john-1' })).toMatchObject({
        resultCode: 'A054001',
      });
      const reason = 'INVALID_RESOURCE_OWNER_CREDENTIALS';
      expect(await client.tokenFail({ ticket: await open(), reason })).toMatchObject({
        resultCode: 'A067301',
      });
      expect(emulator.openTickets()).toBe(0);
      expect(emulator.journal.calls()).toHaveLength(4);
      expect(emulator.journal.calls()[0]).not.toHaveProperty('serviceId');
      expectNoSecretIn(emulator.journal.calls());
    },
  );

  it('has a fixed API key and a random API secret by default', () => {
    const create = () => createAuthleteEmulator({ apiVersion: 2 });
    const { apiVersion, apiKey, apiSecret } = create();
    expect({ apiVersion, apiKey }).toEqual({ apiVersion: 2, apiKey: '2000000001' });
    expect(apiSecret).toMatch(/^[\w-]{43}$/);
    expect(create().apiSecret).not.toBe(apiSecret);
  });

  it.each([
    ['another secret', encodeBasic('2000000001', 'guess'), 'EMU002'],
    ['another key', encodeBasic('7', API_SECRET), 'EMU002'],
    ['the key alone', encodeBasic('2000000001', ''), 'EMU002'],
    ['what is not base64', 'Basic :', 'EMU002'],
    ['another token', 'Bearer guess', 'EMU002'],
    ['another scheme', 'Digest x', 'EMU001'],
    ['no credentials', 'Basic', 'EMU001'],
  ])('refuses %s with 401 and both schemes', async (_what, authorization, resultCode) => {
    const { url } = await start();
    const { status, headers, body } = await post(`${url}/api/auth/token`, {}, authorization);
    expect(status).toBe(401);
    expect(headers.get('WWW-Authenticate')).toBe(
      'Basic realm="authlete-emulator", Bearer realm="authlete-emulator"',
    );
    expect(body).toMatchObject({ resultCode });
  });

  it('does not have the paths of version 3, nor version 3 those of 2', async () => {
    const { url } = await start();
    const { url: url3, emulator } = await startEmulator();
    for (const path of [
      `${url}/api/1000000001/auth/token`,
      `${url3}/api/auth/token`,
      `${url3}/api/auth/token/fail`,
    ]) {
      const { status, body } = await post(path, {});
      expect(status).toBe(404);
      expect(body).toMatchObject({ resultCode: 'EMU004' });
    }
    expect(emulator.apiKey).toBeUndefined();
    expect(emulator.apiSecret).toBeUndefined();
  });

  it('is not open to Basic with version 3', async () => {
    const { url } = await startEmulator();
    const authorization = encodeBasic('2000000001', BEARER_TOKEN);
    const { status, body } = await post(`${url}/api/1000000001/auth/token`, {}, authorization);
    expect(status).toBe(401);
    expect(body).toMatchObject({ resultCode: 'EMU001' });
  });

  it.each<[string, unknown, string]>([
    ['an API version that there is not', { apiVersion: 4 }, 'apiVersion must be 2 or 3, got 4'],
    ['an API version in words', { apiVersion: 'V2' }, 'apiVersion must be 2 or 3, got a string'],
    ['an API key without version 2', { apiKey: '7' }, 'apiKey needs apiVersion 2'],
    ['an API secret without version 2', { apiSecret: 'PLANTED' }, 'apiSecret needs apiVersion 2'],
    [
      'a service ID with version 2',
      { apiVersion: 2, serviceId: '7' },
      'serviceId and services cannot be used with apiVersion 2',
    ],
    [
      'services with version 2',
      { apiVersion: 2, services: [{ serviceId: '7' }] },
      'serviceId and services cannot be used with apiVersion 2',
    ],
    [
      'an API key with a colon',
      { apiVersion: 2, apiKey: 'PLANTED:' },
      'apiKey must be visible ASCII without white space or colons, got a string (masked)',
    ],
    [
      'an API secret with a line break',
      { apiVersion: 2, apiSecret: 'PLANTED\n' },
      'apiSecret must be visible ASCII without white space, got a string (masked)',
    ],
  ])('refuses %s', (_what, options, message) => {
    const error = thrownBy(() => createAuthleteEmulator(options as AuthleteEmulatorOptions));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(message);
    expectNoSecretIn(error);
  });
});
