import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import axios from 'axios';
import { TOKEN_FAIL } from '../../lib/authlete/apis';
import { Secrets } from '../../lib/authlete/redact';
import { readReply } from '../../lib/authlete/response';
import { catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { TICKET } from '../support/secrets/secrets';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

const JSON_REPLY = JSON.stringify(FAIL_REPLY);

/** The error of a fail call that is answered 200 with this body. */
async function catchErrorOfBody(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const upstream = await startUpstream((res) => res.writeHead(200, headers).end(body));
  return catchFailError(startClient(upstream.url));
}

describe('a reply with an HTTP status other than 200', () => {
  it.each([
    [400, 'A001201'],
    [401, 'A001202'],
    [403, 'A001215'],
    [500, 'A001101'],
  ])('fails the call with its result: %i', async (status, resultCode) => {
    const resultMessage = `[${resultCode}] /auth/token/fail, something.`;
    const upstream = await startUpstream((res) => {
      res.writeHead(status).end(JSON.stringify({ resultCode, resultMessage }));
    });
    expect(await catchFailError(startClient(upstream.url))).toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
      api: '/auth/token/fail',
      message: `Authlete answered /auth/token/fail with HTTP status ${status}`,
      status,
      resultCode,
      resultMessage,
    });
  });

  it.each([201, 204, 302, 304, 404, 502, 503])(
    'fails the call, whatever it holds: %i',
    async (status) => {
      const upstream = await startUpstream((res) => {
        res.writeHead(status).end(status === 204 || status === 304 ? '' : '<html>no</html>');
      });
      const error = await catchFailError(startClient(upstream.url));
      expect(error).toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status });
      expect(error).not.toHaveProperty('resultCode');
      expect(error).not.toHaveProperty('resultMessage');
      expect(error).not.toHaveProperty('retryAfter');
    },
  );

  it('fails the call even if it holds a valid reply', async () => {
    const upstream = await startUpstream((res) => res.writeHead(201).end(JSON_REPLY));
    expect(await catchFailError(startClient(upstream.url))).toMatchObject({ status: 201 });
  });

  it.each([301, 302, 303, 307, 308])('is not followed as a redirect: %i', async (status) => {
    const elsewhere = await startJsonUpstream(FAIL_REPLY);
    const upstream = await startUpstream((res) => {
      res.writeHead(status, { Location: `${elsewhere.url}/api` }).end();
    });
    for (const instance of [undefined, axios.create({ maxRedirects: 5 })]) {
      const client = startClient(upstream.url, { axios: instance });
      expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status });
    }
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('a reply with HTTP status 200', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['HTML', '<html></html>', 'it is not JSON in UTF-8'],
    ['nothing', '', 'it is not JSON in UTF-8'],
    ['JSON that is cut off', JSON_REPLY.slice(0, -5), 'it is not JSON in UTF-8'],
    ['bytes that are not UTF-8', Buffer.from('{"a":"\xe4"}', 'latin1'), 'it is not JSON in UTF-8'],
    ['null', 'null', 'must be object'],
    ['an array', '[]', 'must be object'],
    ['a number', '7', 'must be object'],
    ['no action', '{"responseContent":"{}"}', "must have required property 'action'"],
    [
      'its action in a __proto__ key',
      `{"__proto__":${JSON_REPLY}}`,
      "must have required property 'action'",
    ],
    [
      'an unknown action',
      JSON.stringify({ ...FAIL_REPLY, action: TICKET }),
      'action must be equal to one of the allowed values',
    ],
  ])('fails the call when it holds %s', async (_what, body, problem) => {
    expect(await catchErrorOfBody(body)).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      api: '/auth/token/fail',
      message: `Authlete's reply for /auth/token/fail is invalid: ${problem}`,
      status: 200,
    });
  });

  it('may begin with a byte-order mark', async () => {
    const upstream = await startUpstream((res) => res.end(`\ufeff${JSON_REPLY}`));
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('is UTF-8 whatever its charset says', async () => {
    const reply = { ...FAIL_REPLY, responseContent: '{"a":"ä€😀"}' };
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Type': 'application/json;charset=ISO-8859-1' });
      res.end(JSON.stringify(reply));
    });
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(reply);
  });
});

describe('a compressed reply', () => {
  const COMPRESSED: [string, Uint8Array][] = [
    ['gzip', gzipSync(JSON_REPLY)],
    ['x-gzip', gzipSync(JSON_REPLY)],
    [' GZip ', gzipSync(JSON_REPLY)],
    ['deflate', deflateSync(JSON_REPLY)],
    ['br', brotliCompressSync(JSON_REPLY)],
  ];

  it.each(COMPRESSED)('is read, though none was asked for: %p', async (coding, body) => {
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': coding }).end(body);
    });
    for (const instance of [undefined, axios.create()]) {
      const client = startClient(upstream.url, { axios: instance });
      await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    }
  });

  it('is read when only its header says that it is', async () => {
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(JSON_REPLY);
    });
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it.each<[string, string, string | Uint8Array]>([
    ['is not what its header says', 'gzip', 'not gzip'],
    ['is cut off', 'gzip', gzipSync(JSON_REPLY).subarray(0, -12)],
    ['is of a coding that nobody knows', 'rot13', gzipSync(JSON_REPLY)],
    ['is of a coding that every object has', 'constructor', gzipSync(JSON_REPLY)],
    ['is compressed twice', 'gzip, gzip', gzipSync(gzipSync(JSON_REPLY))],
  ])('fails the call when it %s', async (_what, coding, body) => {
    expect(await catchErrorOfBody(body, { 'Content-Encoding': coding })).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message: `Authlete's reply for /auth/token/fail is invalid: it is not JSON in UTF-8`,
    });
  });
});

describe('readReply', () => {
  /** What it makes of a reply with these headers. */
  async function readRetryAfter(headers: Record<string, unknown>, status = 429) {
    const header = (name: string): unknown => headers[name];
    const result = await readReply(TOKEN_FAIL, { status, body: '', header }, new Secrets());
    return result.failure?.retryAfter;
  }

  it.each<[string, number]>([
    ['0', 0],
    ['2', 2000],
    ['007', 7000],
    [' 120 ', 120_000],
    ['99999999999999999999', 2 ** 31 * 1000],
  ])('reads %p as %i ms of Retry-After', async (value, milliseconds) => {
    expect(await readRetryAfter({ 'retry-after': value })).toBe(milliseconds);
  });

  it.each([
    'Tue, 24 Nov 2026 12:00:03 GMT',
    'Tuesday, 24-Nov-26 12:00:03 GMT',
    'Tue Nov 24 12:00:03 2026 GMT',
  ])('reads the date %p of Retry-After', async (value) => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 24, 12));
    try {
      expect(await readRetryAfter({ 'retry-after': value })).toBe(3000);
      now.mockReturnValue(Date.UTC(2026, 10, 24, 13));
      expect(await readRetryAfter({ 'retry-after': value })).toBe(0);
    } finally {
      now.mockRestore();
    }
  });

  it.each([
    undefined,
    null,
    2,
    ['2'],
    '',
    '-1',
    '1.5',
    '1e3',
    'soon',
    '2026-11-24T12:00:03Z',
    'Tue, 99 Nov 2026 12:00:03 GMT',
  ])('reads no time from the Retry-After %p', async (value) => {
    expect(await readRetryAfter({ 'retry-after': value })).toBeUndefined();
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    [
      'RateLimit-Reset first',
      { 'ratelimit-reset': '1', 'x-ratelimit-reset': '2', 'retry-after': '3' },
      1000,
    ],
    ['X-RateLimit-Reset next', { 'x-ratelimit-reset': '2', 'retry-after': '3' }, 2000],
    ['Retry-After last', { 'retry-after': '3' }, 3000],
    [
      'the next one after one that is not a positive number',
      { 'ratelimit-reset': '0', 'x-ratelimit-reset': 'soon', 'retry-after': '0' },
      0,
    ],
    [
      'no date but that of Retry-After',
      { 'ratelimit-reset': 'Tue, 24 Nov 2026 12:00:03 GMT' },
      undefined,
    ],
  ])('reads %s', async (_what, headers, milliseconds) => {
    expect(await readRetryAfter(headers)).toBe(milliseconds);
  });

  it.each<[number, object, string, boolean, string]>([
    [429, {}, 'ERR_ATF_THROTTLED', true, 'unknown'],
    [429, { resultCode: 'A1' }, 'ERR_ATF_THROTTLED', true, 'unknown'],
    [503, {}, 'ERR_ATF_HTTP_STATUS', false, 'down'],
    [500, {}, 'ERR_ATF_HTTP_STATUS', false, 'down'],
    // A JSON result comes from Authlete itself, which is up.
    [500, { resultCode: 'A1' }, 'ERR_ATF_HTTP_STATUS', false, 'up'],
    [503, { resultCode: 'A1' }, 'ERR_ATF_HTTP_STATUS', false, 'up'],
    [404, {}, 'ERR_ATF_HTTP_STATUS', false, 'up'],
    [302, {}, 'ERR_ATF_HTTP_STATUS', false, 'up'],
    [200, {}, 'ERR_ATF_RESPONSE_INVALID', false, 'down'],
    [200, { resultCode: 'A1' }, 'ERR_ATF_RESPONSE_INVALID', false, 'up'],
  ])(
    'takes status %i with %p for %s (safe to retry: %p), Authlete being %s',
    async (status, body, code, safeToRetry, health) => {
      const response = { status, body, header: () => undefined };
      const { failure } = await readReply(TOKEN_FAIL, response, new Secrets());
      expect(failure?.kind).toMatchObject({ code, safeToRetry, health });
    },
  );

  it('takes 503 for safe to retry if it says when', async () => {
    const response = { status: 503, body: '', header: () => '1' };
    const { failure } = await readReply(TOKEN_FAIL, response, new Secrets());
    expect(failure?.kind).toMatchObject({ safeToRetry: true, health: 'down' });
  });

  it('adds the secrets of the reply, whatever comes of it', async () => {
    const secrets = new Secrets();
    const body = { ticket: TICKET, resultMessage: `The ticket is ${TICKET}` };
    const response = { status: 500, body, header: () => undefined };
    const { failure } = await readReply(TOKEN_FAIL, response, secrets);
    expect(failure?.error.resultMessage).toBe('(withheld: it repeats a secret)');
    expect(secrets.occurIn(`at ${TICKET}!`)).toBe(true);
  });
});
