import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { errorOf, parametersOf, sendRaw, startEndpoint } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

/** Bytes: the default of `bodyLimit`. */
const LIMIT = 16_384;

/** A form of this many bytes. */
const formOf = (bytes: number) => 'a='.padEnd(bytes, 'x');

describe.each(EXPRESS_VERSIONS)('a compressed form body on $version', ({ express }) => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
  ])('with %s is decompressed', async (encoding, compress) => {
    const server = await startEndpoint({ express });
    const headers = { 'Content-Encoding': encoding };
    const answer = await sendRaw(server.url, { headers, body: compress('a=ö+b') });
    expect(answer.status).toBe(200);
    expect(parametersOf(server)).toEqual(['a=ö+b']);
  });

  it('has its limit counted when decompressed', async () => {
    const server = await startEndpoint({ express });
    const headers = { 'Content-Encoding': 'gzip' };
    const fits = await sendRaw(server.url, { headers, body: gzipSync(formOf(LIMIT)) });
    expect(fits.status).toBe(200);
    const surplus = await sendRaw(server.url, { headers, body: gzipSync(formOf(LIMIT + 1)) });
    expect(errorOf(surplus)).toEqual([413, 'invalid_request']);
    const bomb = gzipSync(Buffer.alloc(10 * LIMIT));
    expect(bomb.length).toBeLessThan(LIMIT);
    expect(errorOf(await sendRaw(server.url, { headers, body: bomb }))).toEqual([
      413,
      'invalid_request',
    ]);
    expect(parametersOf(server)).toEqual([formOf(LIMIT)]);
  });

  it('is decompressed no further than the limit', async () => {
    const server = await startEndpoint({ express });
    const headers = { 'Content-Encoding': 'gzip' };
    // Whoever got to the end of it would find the checksum wrong: 400.
    const bomb = gzipSync(Buffer.alloc(100 * LIMIT));
    const body = Buffer.concat([bomb.subarray(0, -8), Buffer.alloc(8, 0xff)]);
    const answer = await sendRaw(server.url, { headers, body });
    expect(errorOf(answer)).toEqual([413, 'invalid_request']);
  });

  it.each(['compress', 'gzip, gzip', 'x-unknown'])(
    'with %p, which cannot be decompressed, is rejected',
    async (encoding) => {
      const server = await startEndpoint({ express });
      const headers = { 'Content-Encoding': encoding };
      expect(errorOf(await sendRaw(server.url, { headers, body: 'a=b' }))).toEqual([
        415,
        'invalid_request',
      ]);
      expect(server.upstream.requests).toEqual([]);
      expect(server.errors).toEqual([]);
    },
  );

  it.each([
    ['is not compressed', Buffer.from('a=b')],
    ['ends too early', gzipSync('a=b').subarray(0, -10)],
    [
      'has a wrong checksum',
      Buffer.concat([gzipSync('a=b').subarray(0, -8), Buffer.alloc(8, 0xff)]),
    ],
  ])('is rejected if it %s', async (_what, body) => {
    const server = await startEndpoint({ express });
    const headers = { 'Content-Encoding': 'gzip' };
    expect(errorOf(await sendRaw(server.url, { headers, body }))).toEqual([400, 'invalid_request']);
    expect(server.upstream.requests).toEqual([]);
    expect(server.errors).toEqual([]);
  });
});
