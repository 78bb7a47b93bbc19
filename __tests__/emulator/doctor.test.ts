import { runDoctor } from '../../lib/emulator/doctor';
import { cleanUp } from '../support/cleanup';
import { consult, NOTHING_KNOWN } from '../support/emulator/consult';
import { emulatorOf, SERVICE_ID } from '../support/servers/emulator';
import { BEARER_TOKEN } from '../support/secrets/secrets';
import { closedPort, serve, serveTcp } from '../support/servers/listen';
import { startJsonUpstream } from '../support/servers/upstream';

const RIGHT = { BASE_URL: 'right', SERVICE_ID: 'right', BEARER: 'right' };
/** The environment of a test service. */
function buildEnv(changes: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { AUTHLETE_SERVICE_ID: SERVICE_ID, AUTHLETE_BEARER: BEARER_TOKEN, ...changes };
}

const HTML = '<!doctype html><title>PLANTED</title>';

describe('the doctor, in front of an emulator', () => {
  async function consultOnEmulator(changes: NodeJS.ProcessEnv = {}) {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    return { emulator, ...(await consult(buildEnv({ AUTHLETE_BASE_URL: url, ...changes }))), url };
  }

  it('finds everything right, shows no token, and changes nothing', async () => {
    const { emulator, exitCode, output, url } = await consultOnEmulator();
    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      `AUTHLETE_BASE_URL    right  ${url}`,
      `AUTHLETE_SERVICE_ID  right  ${SERVICE_ID}`,
      'AUTHLETE_BEARER      right  (not shown)',
      '',
      expect.stringMatching(/emulator, not Authlete, accepts the calls/),
      '',
    ]);
    expect(emulator.journal.calls()).toMatchObject([{ api: '/auth/token/fail', status: 200 }]);
  });

  it('finds the token wrong', async () => {
    const { exitCode, output, url } = await consultOnEmulator({ AUTHLETE_BEARER: 'PLANTED-other' });
    expect(exitCode).toBe(1);
    expect(output.split('\n')).toEqual([
      `AUTHLETE_BASE_URL    right          ${url}`,
      `AUTHLETE_SERVICE_ID  not known yet  ${SERVICE_ID}`,
      'AUTHLETE_BEARER      wrong          (not shown)',
      '',
      expect.stringMatching(/^The API does not accept the token\. .* 401, \[EMU002\]/),
      '',
    ]);
  });

  it('finds that service and token do not go together', async () => {
    const { exitCode, verdicts, advice } = await consultOnEmulator({ AUTHLETE_SERVICE_ID: '1' });
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({
      BASE_URL: 'right',
      SERVICE_ID: 'wrong for this token',
      BEARER: 'wrong for this service',
    });
    expect(advice).toMatch(/403/);
  });

  it('does not show what may be a token in the wrong variable', async () => {
    const { output } = await consultOnEmulator({
      AUTHLETE_SERVICE_ID: 'PLANTED-in-the-wrong-place',
    });
    expect(output).toMatch(/^AUTHLETE_SERVICE_ID {2}wrong for this token {4}\(not shown\)$/m);
  });
});

describe('the doctor, in front of something else', () => {
  it.each([
    [
      'an Authlete that has no such service',
      [404, '{"resultCode":"A001","resultMessage":"[A001] No."}'],
      'not known yet',
      'There is no such service, the URL has a path that it should not have, or AUTHLETE_API_VERSION (V2 or V3) is not that of the server. It said: HTTP status 404, [A001] No.',
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
      "What answers there is not Authlete's API. The client says: Authlete's reply for /auth/token/fail is invalid: it is not JSON in UTF-8.",
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
      'a mock that accepts any ticket',
      [200, '{"action":"BAD_REQUEST","responseContent":"{}"}'],
      'wrong',
      'What answers there accepted a ticket that cannot exist (action BAD_REQUEST). It is not Authlete.',
    ],
  ] as const)('recognises %s', async (_what, answer, baseUrl, expected) => {
    const [status, body, headers = {}] = answer;
    const url = await serve((req, res) => {
      req.resume().on('end', () => res.writeHead(status, headers).end(body));
    });
    const { exitCode, verdicts, advice } = await consult(buildEnv({ AUTHLETE_BASE_URL: url }));
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual({ ...NOTHING_KNOWN, BASE_URL: baseUrl });
    // What OpenSSL calls it differs by version.
    expect(advice.replace(/ERR_SSL_\w+/, 'EPROTO')).toBe(`${expected}\n`);
  });

  it('does not show a token that is in the URL', async () => {
    const { url } = await startJsonUpstream({});
    const env = buildEnv({ AUTHLETE_BASE_URL: `${url}/${BEARER_TOKEN}` });
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
    const { verdicts, advice } = await consult(buildEnv({ AUTHLETE_BASE_URL: url }));
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
    const { exitCode, verdicts, advice } = await consult(
      buildEnv({ AUTHLETE_BASE_URL: `${url}/` }),
    );
    expect(exitCode).toBe(0);
    expect(verdicts).toEqual(RIGHT);
    expect(advice).toBe(
      'The service accepts the calls and does not know the ticket, as it should be.\n',
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
      'What listens there does not speak TLS, or only a version of it that is too old. (EPROTO)',
    ],
    [
      'something that says nothing',
      () => serveTcp(() => undefined),
      '/auth/token/fail: Authlete did not answer within 200 ms. Look at the firewall, and at proxies: the proxy environment variables are not obeyed.',
    ],
    [
      'something that hangs up',
      () => serveTcp((socket) => socket.destroy()),
      '/auth/token/fail: The connection was lost before the reply (ECONNRESET). Try again.',
    ],
  ])('recognises %s', async (_what, start, expected) => {
    const env = buildEnv({ AUTHLETE_BASE_URL: await start() });
    const { exitCode, verdicts, advice } = await consult(env, '--timeout', '200ms');
    expect(exitCode).toBe(1);
    expect(verdicts).toEqual(NOTHING_KNOWN);
    // What OpenSSL calls it differs by version.
    expect(advice.replace(/ERR_SSL_\w+/, 'EPROTO')).toBe(`${expected}\n`);
  });
});

describe('the doctor', () => {
  it.each(['--help', '-h'])('shows its usage with %s, and calls nobody', async (flag) => {
    const { exitCode, output } = await consult({}, flag);
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
