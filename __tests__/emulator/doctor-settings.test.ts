import type { AuthleteEmulatorOptions } from 'express-authlete-token-fail/emulator';
import { consult, NOTHING_KNOWN } from '../support/emulator/consult';
import { startEmulator } from '../support/emulator/start';
import { SERVICE_ID } from '../support/servers/emulator';
import { BEARER_TOKEN } from '../support/secrets/secrets';

/** The environment of a test service. */
function buildEnv(changes: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { AUTHLETE_SERVICE_ID: SERVICE_ID, AUTHLETE_BEARER: BEARER_TOKEN, ...changes };
}

describe('the doctor, with variables that cannot be right', () => {
  it.each<[string, NodeJS.ProcessEnv, Record<string, string>, string]>([
    [
      'nothing',
      { AUTHLETE_SERVICE_ID: undefined, AUTHLETE_BEARER: undefined },
      { SERVICE_ID: 'missing', BEARER: 'missing' },
      'Set AUTHLETE_SERVICE_ID and AUTHLETE_BEARER.',
    ],
    [
      'no service ID',
      { AUTHLETE_SERVICE_ID: '' },
      { SERVICE_ID: 'missing' },
      'Set AUTHLETE_SERVICE_ID.',
    ],
    ['no token', { AUTHLETE_BEARER: '' }, { BEARER: 'missing' }, 'Set AUTHLETE_BEARER.'],
    [
      'a token that no header can carry',
      { AUTHLETE_BEARER: 'PLANTED token' },
      { BEARER: 'wrong' },
      'AUTHLETE_BEARER must be a Service Access Token or an Organization Token',
    ],
    [
      'a service ID that no path can carry',
      { AUTHLETE_SERVICE_ID: '..' },
      { SERVICE_ID: 'wrong' },
      "AUTHLETE_SERVICE_ID must be the service's ID",
    ],
    [
      'a URL without TLS',
      { AUTHLETE_BASE_URL: 'http://us.authlete.com' },
      { BASE_URL: 'wrong' },
      'AUTHLETE_BASE_URL must be an https URL',
    ],
    [
      'a URL with a password',
      { AUTHLETE_BASE_URL: 'https://user:PLANTED@us.authlete.com' },
      { BASE_URL: 'wrong' },
      'AUTHLETE_BASE_URL must be an https URL',
    ],
    [
      'an empty URL',
      { AUTHLETE_BASE_URL: '' },
      { BASE_URL: 'wrong' },
      'AUTHLETE_BASE_URL must be an https URL',
    ],
  ])('names the variable: %s', async (_what, changes, verdicts, expected) => {
    const result = await consult(buildEnv(changes));
    expect(result.exitCode).toBe(1);
    expect(result.verdicts).toEqual({ ...NOTHING_KNOWN, ...verdicts });
    expect(result.advice.slice(0, expected.length)).toBe(expected);
  });

  it('says which URL is the default', async () => {
    const { output } = await consult({});
    expect(output).toMatch(/^AUTHLETE_BASE_URL .* https:\/\/us\.authlete\.com \(the default\)$/m);
  });
});

describe('the doctor, with a base URL that has no scheme', () => {
  it.each([
    ['us.authlete.com', 'https://'],
    ['authlete.example.com:8443/', 'https://'],
    ['localhost:4000', 'http://'],
    ['127.0.0.1:4000', 'http://'],
  ])('shows it, and says what to add: %s', async (baseUrl, scheme) => {
    const { exitCode, verdicts, output, advice } = await consult(
      buildEnv({ AUTHLETE_BASE_URL: baseUrl }),
    );
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({ ...NOTHING_KNOWN, BASE_URL: 'wrong' });
    expect(output).toContain(`AUTHLETE_BASE_URL    wrong          ${baseUrl}\n`);
    expect(advice).toBe(
      `AUTHLETE_BASE_URL has no scheme: add ${scheme} before it, ${scheme}${baseUrl}\n`,
    );
  });

  it('does not show a token that may be a host name', async () => {
    const baseUrl = 'eyJhbGciOiJub25lIn0.eyJQTEFOVEVEIjoxfQ.PLANTED';
    const { output } = await consult(buildEnv({ AUTHLETE_BASE_URL: baseUrl }));
    expect(output).toMatch(/^AUTHLETE_BASE_URL {4}wrong {10}\(not shown\)$/m);
    expect(output).not.toContain('eyJ');
  });
});

describe('the doctor, with AUTHLETE_API_VERSION', () => {
  const KEY = { AUTHLETE_SERVICE_APIKEY: '21653835348762', AUTHLETE_SERVICE_APISECRET: 'PLANTED' };
  const OPTIONS: AuthleteEmulatorOptions = {
    apiVersion: 2,
    apiKey: KEY.AUTHLETE_SERVICE_APIKEY,
    apiSecret: KEY.AUTHLETE_SERVICE_APISECRET,
  };

  async function consultOnVersion2(changes: NodeJS.ProcessEnv) {
    const { url } = await startEmulator(OPTIONS);
    const env = { AUTHLETE_API_VERSION: 'V2', AUTHLETE_BASE_URL: url, ...changes };
    return { url, ...(await consult(env)) };
  }

  it('V2 finds the API key and secret right, and shows no secret', async () => {
    const { url, exitCode, output } = await consultOnVersion2(KEY);
    expect(exitCode).toBe(0);
    expect(output.split('\n').slice(0, 4)).toEqual([
      `AUTHLETE_BASE_URL           right  ${url}`,
      'AUTHLETE_SERVICE_APIKEY     right  21653835348762',
      'AUTHLETE_SERVICE_APISECRET  right  (not shown)',
      '',
    ]);
  });

  it('V2 finds a service access token right, and prefers it as the client does', async () => {
    const { exitCode, verdicts } = await consultOnVersion2({
      ...KEY,
      AUTHLETE_SERVICE_ACCESSTOKEN: BEARER_TOKEN,
    });
    expect(exitCode).toBe(0);
    expect(verdicts).toEqual({ BASE_URL: 'right', SERVICE_ACCESSTOKEN: 'right' });
  });

  it.each([
    [{ ...KEY, AUTHLETE_SERVICE_APISECRET: 'PLANTED-other' }, 'API key and secret'],
    [{ AUTHLETE_SERVICE_ACCESSTOKEN: 'PLANTED-other' }, 'token'],
  ])('V2 finds what is wrong in %j', async (changes, credentials) => {
    const { exitCode, verdicts, advice } = await consultOnVersion2(changes);
    expect(exitCode).toBe(1);
    expect(Object.values(verdicts).slice(1)).toEqual(
      credentials === 'token' ? ['wrong'] : ['wrong', 'wrong'],
    );
    expect(advice).toContain(`The API does not accept the ${credentials}.`);
  });

  it('V2 says what is missing, and has a default URL of its own', async () => {
    const { verdicts, output, advice } = await consult({ AUTHLETE_API_VERSION: 'V2' });
    expect(verdicts).toEqual({
      BASE_URL: 'not known yet',
      SERVICE_APIKEY: 'missing',
      SERVICE_APISECRET: 'missing',
    });
    expect(output).toMatch(/https:\/\/api\.authlete\.com \(the default\)/);
    expect(advice).toBe('Set AUTHLETE_SERVICE_APIKEY and AUTHLETE_SERVICE_APISECRET.\n');
  });

  it('V2 names the variable that cannot be right', async () => {
    const { verdicts, advice } = await consult({
      AUTHLETE_API_VERSION: 'V2',
      ...KEY,
      AUTHLETE_SERVICE_APIKEY: 'a:b',
    });
    expect(verdicts).toMatchObject({ SERVICE_APIKEY: 'wrong', SERVICE_APISECRET: 'not known yet' });
    expect(advice).toMatch(/^AUTHLETE_SERVICE_APIKEY must be /);
  });

  it('V3 is as without it, whatever the variables of V2 are', async () => {
    const { url } = await startEmulator({ serviceId: SERVICE_ID });
    const env = buildEnv({ ...KEY, AUTHLETE_API_VERSION: 'v3', AUTHLETE_BASE_URL: url });
    const { exitCode, verdicts } = await consult(env);
    expect(exitCode).toBe(0);
    expect(verdicts).toEqual({ BASE_URL: 'right', SERVICE_ID: 'right', BEARER: 'right' });
  });

  it('of another value is wrong, and nothing is called', async () => {
    const { exitCode, verdicts, advice } = await consult(buildEnv({ AUTHLETE_API_VERSION: '2' }));
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({ API_VERSION: 'wrong' });
    expect(advice).toBe('AUTHLETE_API_VERSION must be V2 or V3.\n');
  });

  it('of the wrong version is what the advice for 404 mentions', async () => {
    const { url } = await startEmulator(OPTIONS);
    const { exitCode, advice } = await consult(buildEnv({ AUTHLETE_BASE_URL: url }));
    expect(exitCode).toBe(1);
    expect(advice).toMatch(/AUTHLETE_API_VERSION \(V2 or V3\) is not that of the server/);
  });
});
