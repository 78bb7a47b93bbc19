import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDoctor } from '../../lib/emulator/doctor';
import { cleanUp } from '../support/cleanup';
import { emulatorOf, SERVICE_ID } from '../support/emulator';
import { BEARER_TOKEN } from '../support/secrets';
import { closedPort, serve, serveTcp } from '../support/servers';
import { ROOT } from '../support/snippets';
import { startJsonUpstream } from '../support/upstream';

/** Runs the doctor; gives its exit code and what it printed, in which no secret may be. */
async function consult(env: NodeJS.ProcessEnv, ...args: string[]) {
  let output = '';
  const exitCode = await runDoctor(args, (text) => (output += text), env);
  expect(output).not.toContain('PLANTED');
  const [lines = '', advice = ''] = output.split('\n\n');
  const verdicts = Object.fromEntries(
    lines.split('\n').map((line) => {
      const [variable = '', verdict] = line.split(/ {2,}/);
      return [variable.replace('AUTHLETE_', ''), verdict];
    }),
  );
  return { exitCode, output, verdicts, advice };
}

const RIGHT = { BASE_URL: 'right', SERVICE_ID: 'right', BEARER: 'right' };
const NOTHING_KNOWN = {
  BASE_URL: 'not known yet',
  SERVICE_ID: 'not known yet',
  BEARER: 'not known yet',
};

/** The environment of a service that is not right in everything. */
function envOf(changes: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { AUTHLETE_SERVICE_ID: SERVICE_ID, AUTHLETE_BEARER: BEARER_TOKEN, ...changes };
}

const HTML = '<!doctype html><title>PLANTED</title>';

describe('the doctor, in front of an emulator', () => {
  async function emulation(changes: NodeJS.ProcessEnv = {}) {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    return { emulator, ...(await consult(envOf({ AUTHLETE_BASE_URL: url, ...changes }))), url };
  }

  it('finds everything right, shows no token, and changes nothing', async () => {
    const { emulator, exitCode, output, url } = await emulation();
    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      `AUTHLETE_BASE_URL    right  ${url}`,
      `AUTHLETE_SERVICE_ID  right  ${SERVICE_ID}`,
      'AUTHLETE_BEARER      right  (not shown)',
      '',
      expect.stringMatching(/emulator, not Authlete, takes the calls/),
      '',
    ]);
    expect(emulator.journal.calls()).toMatchObject([{ api: '/auth/token/fail', status: 200 }]);
  });

  it('says so as the README shows it', async () => {
    const { output, url } = await emulation({ AUTHLETE_BEARER: 'PLANTED-other' });
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const [, sample = ''] = /^```\n(AUTHLETE_[^]*?)…\n```/m.exec(readme) ?? [];
    expect(sample).not.toBe('');
    expect(output.startsWith(sample.replace('https://us.authlete.com', url))).toBe(true);
  });

  it('finds the token wrong', async () => {
    const { exitCode, verdicts, advice } = await emulation({ AUTHLETE_BEARER: 'PLANTED-other' });
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({ ...NOTHING_KNOWN, BASE_URL: 'right', BEARER: 'wrong' });
    expect(advice).toMatch(/^The API does not accept the token\. .* 401, \[EMU002\]/);
  });

  it('finds that service and token do not go together', async () => {
    const { exitCode, verdicts, advice } = await emulation({ AUTHLETE_SERVICE_ID: '1' });
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({
      BASE_URL: 'right',
      SERVICE_ID: 'wrong for this token',
      BEARER: 'wrong for this service',
    });
    expect(advice).toMatch(/403/);
  });

  it('does not show what may be a token in the wrong variable', async () => {
    const { output } = await emulation({ AUTHLETE_SERVICE_ID: 'PLANTED-in-the-wrong-place' });
    expect(output).toMatch(/^AUTHLETE_SERVICE_ID {2}wrong for this token {4}\(not shown\)$/m);
  });
});

describe('the doctor, in front of something else', () => {
  it.each([
    [
      'an Authlete that has no such service',
      [404, '{"resultCode":"A001","resultMessage":"[A001] No."}'],
      'not known yet',
      'There is no such service, or the URL has a path that it should not have. It said: HTTP status 404, [A001] No.',
    ],
    [
      'an Authlete that wants TLS',
      [400, '{"resultCode":"A001201"}'],
      'right',
      'The API is there and could not process the call. It said: HTTP status 400, A001201',
    ],
    [
      'an Authlete that is down',
      [500, '{"resultCode":"A001101"}'],
      'right',
      'The API is there and could not process the call. It said: HTTP status 500, A001101',
    ],
    [
      'an HTML page',
      [200, HTML],
      'wrong',
      "What answers there is not Authlete's API. The client says: Authlete's reply for /auth/token/fail is invalid: it is no JSON in UTF-8.",
    ],
    [
      'an HTML page that is not there',
      [404, HTML],
      'wrong',
      "What answers there is not Authlete's API (HTTP status 404).",
    ],
    [
      'a login page',
      [403, HTML],
      'wrong',
      "What answers there is not Authlete's API (HTTP status 403).",
    ],
    [
      'a redirect',
      [302, '', { Location: 'https://example.com/' }],
      'wrong',
      "What answers there is not Authlete's API (HTTP status 302).",
    ],
    [
      'a gateway without anything behind it',
      [502, HTML],
      'not known yet',
      "Something answers, but not as Authlete's API does (HTTP status 502): a gateway in front of it that cannot reach it, or something else. Try again later.",
    ],
    [
      'a mock that takes any ticket',
      [200, '{"action":"BAD_REQUEST","responseContent":"{}"}'],
      'wrong',
      'What answers there took a ticket that cannot exist (action BAD_REQUEST). It is not Authlete.',
    ],
  ] as const)('tells %s', async (_what, answer, baseUrl, expected) => {
    const [status, body, headers = {}] = answer;
    const url = await serve((req, res) => {
      req.resume().on('end', () => res.writeHead(status, headers).end(body));
    });
    const { exitCode, verdicts, advice } = await consult(envOf({ AUTHLETE_BASE_URL: url }));
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({ ...NOTHING_KNOWN, BASE_URL: baseUrl });
    // What OpenSSL calls it differs by version.
    expect(advice.replace(/ERR_SSL_\w+/, 'EPROTO')).toBe(`${expected}\n`);
  });

  it('does not show a token that is in the URL', async () => {
    const { url } = await startJsonUpstream({});
    const env = envOf({ AUTHLETE_BASE_URL: `${url}/${BEARER_TOKEN}` });
    const { output } = await consult(env);
    expect(output).toMatch(/^AUTHLETE_BASE_URL {4}wrong {10}\(withheld/);
  });

  it('does not show a token that comes back', async () => {
    const url = await serve((req, res) => {
      req.resume().on('end', () => {
        const resultMessage = `${req.headers.authorization} is wrong`;
        res.writeHead(401).end(JSON.stringify({ resultCode: 'A001', resultMessage }));
      });
    });
    const { verdicts, advice } = await consult(envOf({ AUTHLETE_BASE_URL: url }));
    expect(verdicts).toMatchObject({ BASE_URL: 'right', BEARER: 'wrong' });
    expect(advice).toMatch(/\(withheld: it repeats a secret\)/);
  });

  it('finds everything right in front of Authlete itself', async () => {
    const reply = {
      resultCode: 'A068304',
      action: 'INTERNAL_SERVER_ERROR',
      responseContent: '{"error":"server_error"}',
    };
    const { url, requests } = await startJsonUpstream(reply);
    const { exitCode, verdicts, advice } = await consult(envOf({ AUTHLETE_BASE_URL: `${url}/` }));
    expect(exitCode).toBe(0);
    expect(verdicts).toEqual(RIGHT);
    expect(advice).toBe(
      'The service takes the calls and knows no such ticket, which is as it should be.\n',
    );
    expect(requests).toMatchObject([{ path: `/api/${SERVICE_ID}/auth/token/fail` }]);
  });
});

describe('the doctor, when nothing answers', () => {
  it.each([
    ['a closed port', closedPort, 'Nothing listens on this host and port. (ECONNREFUSED)'],
    [
      'something that does not speak TLS',
      async () => (await serve(() => undefined)).replace('http:', 'https:'),
      'What listens there does not speak TLS, or a version of it that nobody uses any more. (EPROTO)',
    ],
    [
      'something that says nothing',
      () => serveTcp(() => undefined),
      'Authlete did not answer within 200 ms. Look at the firewall, and at proxies: the proxy environment variables are not obeyed.',
    ],
    [
      'something that hangs up',
      () => serveTcp((socket) => socket.destroy()),
      'The call to Authlete broke off before the reply was complete. Try again.',
    ],
  ])('tells %s', async (_what, start, expected) => {
    const env = envOf({ AUTHLETE_BASE_URL: await start() });
    const { exitCode, verdicts, advice } = await consult(env, '--timeout', '200ms');
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual(NOTHING_KNOWN);
    // What OpenSSL calls it differs by version.
    expect(advice.replace(/ERR_SSL_\w+/, 'EPROTO')).toBe(`${expected}\n`);
  });
});

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
    const result = await consult(envOf(changes));
    expect(result.exitCode).toBe(1);
    expect(result.verdicts).toEqual({ ...NOTHING_KNOWN, ...verdicts });
    expect(result.advice.slice(0, expected.length)).toBe(expected);
  });

  it('says which URL is the default', async () => {
    const { output } = await consult({});
    expect(output).toMatch(/^AUTHLETE_BASE_URL .* https:\/\/us\.authlete\.com \(the default\)$/m);
  });
});

describe('the doctor', () => {
  it('shows its usage on demand, and calls nobody', async () => {
    const { exitCode, output } = await consult({}, '--help');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^Usage: authlete-emulator doctor [^]*AUTHLETE_BEARER/);
  });

  it.each([
    [['--tiemout', '1s'], /'--tiemout'/],
    [['now'], /'now'/],
    [['--timeout', '5'], '--timeout must be a time such as 200ms or 2s, got "5"'],
  ])('refuses the arguments %j', async (args, message) => {
    await expect(runDoctor(args, () => undefined, {})).rejects.toThrow(message);
  });
});
