import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import axios, { type AxiosInstance } from 'axios';
import { APIS, TOKEN, TOKEN_FAIL, TOKEN_ISSUE } from '../../lib/authlete/apis';
import { catchError, catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { watchRequests } from '../support/authlete/requests';
import { TICKET } from '../support/secrets/secrets';
import { FAIL_REPLY, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const MAX_BYTES = TOKEN_FAIL.maxReplyBytes;

const TOO_LARGE = {
  code: 'ERR_ATF_RESPONSE_INVALID',
  api: '/auth/token/fail',
  message: `/auth/token/fail: Authlete's reply exceeds ${MAX_BYTES} bytes`,
};

/** What Node reads from a socket at once. */
const CHUNK = 64 * 1024;

const ADAPTERS: [string, () => AxiosInstance | undefined][] = [
  ['the own adapter', () => undefined],
  ['axios’s http adapter', () => axios.create()],
  [
    'axios’s http adapter with other defaults',
    () => axios.create({ maxContentLength: -1, decompress: true }),
  ],
];

/** Sends the same bytes over and over, until the other side gives up. */
function sendEndlessly(res: ServerResponse, bytes: Uint8Array, start: Uint8Array): void {
  // Long pieces, so that the server is not what keeps their number low.
  const piece = Buffer.concat(Array.from({ length: Math.ceil(CHUNK / bytes.length) }, () => bytes));
  function* endless() {
    yield start;
    for (;;) yield piece;
  }
  pipeline(endless, res, () => undefined);
}

const ZEROS = Buffer.alloc(CHUNK);
const NOTHING = Buffer.alloc(0);

function* endlessZeros() {
  for (;;) yield ZEROS;
}

/** RFC 1951 section 3.2.4: a block that is stored, not the last one, and of length 0. */
const EMPTY_STORED_BLOCK = Uint8Array.of(0, 0, 0, 0xff, 0xff);

/** RFC 1952 section 2.3 and RFC 1950 section 2.2. */
const GZIP_HEADER = gzipSync('').subarray(0, 10);
const ZLIB_HEADER = deflateSync('').subarray(0, 2);

type Send = (res: ServerResponse) => unknown;

const ENDLESS: [string, string, Send][] = [
  ['zeros', 'identity', (res) => sendEndlessly(res, ZEROS, NOTHING)],
  ['white space', 'identity', (res) => sendEndlessly(res, Buffer.from(' '), NOTHING)],
  ['zeros in gzip', 'gzip', (res) => pipeline(endlessZeros, createGzip(), res, () => undefined)],
  ['empty gzip members', 'gzip', (res) => sendEndlessly(res, gzipSync(''), NOTHING)],
  [
    'empty stored blocks in gzip',
    'gzip',
    (res) => sendEndlessly(res, EMPTY_STORED_BLOCK, GZIP_HEADER),
  ],
  [
    'empty stored blocks in deflate',
    'deflate',
    (res) => sendEndlessly(res, EMPTY_STORED_BLOCK, ZLIB_HEADER),
  ],
];

describe.each(ADAPTERS)('a reply through %s', (_adapter, createInstance) => {
  it.each(ENDLESS)('that has endless %s fails, and is not read on', async (_what, coding, send) => {
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': coding });
      send(res);
    });
    const requests = watchRequests();
    const client = startClient(upstream.url, { axios: createInstance() });
    expect(await catchFailError(client)).toMatchObject(TOO_LARGE);
    await until(() => requests[0]?.socket?.destroyed === true);
    expect(requests[0]?.socket?.bytesRead).toBeLessThan(MAX_BYTES + 2 * CHUNK);
    expect(upstream.requests).toHaveLength(1);
  });

  it.each<[string, (body: string) => Uint8Array]>([
    ['identity', (body) => Buffer.from(body)],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('may have as many bytes as the cap says, and not one more: %s', async (coding, compress) => {
    const json = JSON.stringify(FAIL_REPLY);
    let length = MAX_BYTES;
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': coding }).end(compress(json.padEnd(length)));
    });
    const client = startClient(upstream.url, { axios: createInstance() });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    length++;
    expect(await catchFailError(client)).toMatchObject(TOO_LARGE);
  });

  it('that is nothing but empty gzip members is not JSON', async () => {
    const member = gzipSync('');
    const count = Math.floor(MAX_BYTES / member.length);
    const body = Buffer.concat(Array.from({ length: count }, () => member));
    const upstream = await startUpstream((res) => {
      res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body);
    });
    const client = startClient(upstream.url, { axios: createInstance() });
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_RESPONSE_INVALID',
      message: "Authlete's reply for /auth/token/fail is invalid: it is not JSON in UTF-8",
    });
  });
});

describe('the cap', () => {
  it('is that of the API', async () => {
    const reply = { action: 'OK', responseContent: '{}' };
    let length = 0;
    const upstream = await startUpstream((res) => res.end(JSON.stringify(reply).padEnd(length)));
    const client = startClient(upstream.url);
    const calls = [
      [TOKEN, () => client.token({ parameters: '' })],
      [TOKEN_ISSUE, () => client.tokenIssue({ ticket: TICKET, subject: 'john' })],
    ] as const;
    for (const [{ path, maxReplyBytes }, call] of calls) {
      length = maxReplyBytes;
      await expect(call()).resolves.toEqual(reply);
      length++;
      expect(await catchError(call())).toHaveProperty(
        'message',
        `${path}: Authlete's reply exceeds ${maxReplyBytes} bytes`,
      );
    }
  });

  it('holds for what an instance returns, whatever it is', async () => {
    for (const data of [
      new Uint8Array(MAX_BYTES + 1),
      new ArrayBuffer(MAX_BYTES + 1),
      ' '.repeat(MAX_BYTES + 1),
      // Fewer characters, more bytes.
      'ä'.repeat(MAX_BYTES / 2 + 1),
    ]) {
      const adapter = (config: object) =>
        Promise.resolve({ status: 200, statusText: 'OK', headers: {}, config, data });
      const instance = axios.create({ adapter: adapter as never });
      const client = startClient('http://127.0.0.1:9', { axios: instance });
      expect(await catchFailError(client)).toMatchObject(TOO_LARGE);
    }
  });

  it('is 64 KiB for a failed grant, and 256 KiB for the others', () => {
    expect(APIS.map(({ path, maxReplyBytes }) => [path, maxReplyBytes])).toEqual([
      ['/auth/token', 256 * 1024],
      ['/auth/token/issue', 256 * 1024],
      ['/auth/token/fail', 64 * 1024],
    ]);
  });
});

describe('a reply in chunks of one byte', () => {
  it('ends the call after some thousand of them, with the own adapter', async () => {
    let sent = 0;
    const upstream = await startUpstream((res) => {
      res.on('error', () => undefined);
      const send = (): void => {
        for (; sent < 1_000_000 && !res.destroyed; sent++) if (!res.write(' ')) break;
        if (!res.destroyed) res.once('drain', send);
      };
      send();
    });
    const error = await catchFailError(startClient(upstream.url));
    expect(error).toMatchObject(TOO_LARGE);
    expect(sent).toBeLessThan(MAX_BYTES);
  });
});
