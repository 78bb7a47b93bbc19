import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import {
  errorOf,
  parametersOf,
  sendRaw,
  startTokenHost,
  type TokenHostOptions,
} from './support/endpoint';
import { EXPRESS_VERSIONS } from './support/hosts';
import { until } from './support/until';

/** Bytes: the default of `bodyLimit`. */
const LIMIT = 16_384;

const FORM = 'application/x-www-form-urlencoded';

/** A form of this many bytes. */
const formOf = (bytes: number) => 'a='.padEnd(bytes, 'x');

/** Keeps the body as it came, the way body-parser's `verify` is used for. */
const keepRawBody = (req: object, _res: unknown, buffer: Buffer) => {
  (req as { rawBody?: unknown }).rawBody = buffer;
};

/** Keeps the body as text. */
const keepRawText = (req: object, _res: unknown, buffer: Buffer) => {
  (req as { rawBody?: unknown }).rawBody = buffer.toString();
};

/** What a client application may send; none of it may change on its way to Authlete. */
const UNCHANGED: [string, string][] = [
  ['a space as a plus sign', 'a=b+c'],
  ['a space as an escape', 'a=b%20c'],
  ['an encoded plus sign in lower case', 'a=b%2bc'],
  ['an encoded plus sign in upper case', 'a=b%2Bc'],
  ['escapes that are not needed', '%61=%62'],
  ['characters that ought to be escaped', 'redirect_uri=https://a.example/?b=c d\'"<>'],
  ['repeated parameters', 'resource=a&resource=b&resource=a'],
  ['an order that is not alphabetical', 'z=1&a=2&m=3'],
  ['empty pairs', '&&a=1&&b=2&'],
  ['no value and an empty value', 'a&b=&=c&='],
  ['brackets', 'a[b]=c&a[]=d&e%5Bf%5D=g'],
  ['percent signs that encode nothing', 'a=100%&b=%zz'],
  ['non-ASCII characters', 'username=jöhn&password=€😀'],
  ['a byte order mark', '\ufeffa=b'],
  ['line breaks', 'a=b\r\n&c=d\n'],
  ['a NUL', 'a=\0&b=%00'],
  ['names of built-in properties', '__proto__=a&constructor=b&toString=c'],
];

describe.each(EXPRESS_VERSIONS)('the form body on $version', ({ express }) => {
  const start = (options: Partial<TokenHostOptions> = {}) =>
    startTokenHost({ express, ...options });

  describe('reaches Authlete unchanged', () => {
    it.each(UNCHANGED)('with %s', async (_what, body) => {
      const host = await start();
      expect((await sendRaw(host.url, { body })).status).toBe(200);
      expect(parametersOf(host)).toEqual([body]);
    });

    it('in chunks that cut a character', async () => {
      const host = await start();
      const body = Buffer.from('a=€&b=c');
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
      socket.write(
        `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\n` +
          'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
      );
      for (const part of [body.subarray(0, 3), body.subarray(3, 4), body.subarray(4)]) {
        socket.write(`${part.length.toString(16)}\r\n`);
        socket.write(part);
        socket.write('\r\n');
      }
      socket.write('0\r\n\r\n');
      socket.resume();
      await once(socket, 'close');
      expect(parametersOf(host)).toEqual(['a=€&b=c']);
    });

    it.each<[string, () => RequestHandler]>([
      ['express.text', () => express.text({ type: FORM })],
      ['express.raw', () => express.raw({ type: FORM })],
      ['express.json', () => express.json()],
      ['express.json for every type', () => express.json({ type: 'application/*+json' })],
      [
        'express.urlencoded that keeps the raw body',
        () => express.urlencoded({ extended: true, verify: keepRawBody }),
      ],
      [
        'express.urlencoded that keeps the raw body as text',
        () => express.urlencoded({ extended: false, verify: keepRawText }),
      ],
    ])('behind %s', async (_parser, parser) => {
      const host = await start({ before: [parser()] });
      const body = 'b=%2b+%20&a=1&&a=2&e[f]=ö&';
      expect((await sendRaw(host.url, { body })).status).toBe(200);
      expect(parametersOf(host)).toEqual([body]);
    });

    it.each([
      ['Buffer', (body: string) => Buffer.from(body)],
      ['Uint8Array', (body: string) => new TextEncoder().encode(body)],
      ['string', (body: string) => body],
    ])('from a rawBody that is a %s, whatever the parsed body is', async (_kind, make) => {
      const host = await start({
        before: [
          (req, _res, next) => {
            (req as Request & { rawBody: unknown }).rawBody = make('a=b+c');
            req.body = { a: 'something else' };
            next();
          },
        ],
      });
      await sendRaw(host.url, { body: 'a=b+c' });
      expect(parametersOf(host)).toEqual(['a=b+c']);
    });

    it.each([
      ['undefined', undefined],
      ['null', null],
      ['true', true],
      ['an object', {}],
    ])('where rawBody is %s', async (_what, rawBody) => {
      const keep: RequestHandler = (req, _res, next) => {
        Object.assign(req, { rawBody });
        next();
      };
      const host = await start({ before: [keep] });
      await sendRaw(host.url, { body: 'a=b+c' });
      expect(parametersOf(host)).toEqual(['a=b+c']);
    });
  });

  describe.each([true, false])('behind express.urlencoded with extended: %p', (extended) => {
    const behindParser = (options: Partial<TokenHostOptions> = {}) =>
      start({ before: [express.urlencoded({ extended })], ...options });

    it.each<[string, string, [string, string][]]>([
      [
        'every parameter, in order',
        'grant_type=password&z=1&a=2',
        [
          ['grant_type', 'password'],
          ['z', '1'],
          ['a', '2'],
        ],
      ],
      [
        'repeated parameters',
        'resource=a&resource=b&resource=a',
        [
          ['resource', 'a'],
          ['resource', 'b'],
          ['resource', 'a'],
        ],
      ],
      [
        'nested parameters',
        'a[b]=c&a[d][e]=f',
        [
          ['a[b]', 'c'],
          ['a[d][e]', 'f'],
        ],
      ],
      ['plus signs, spaces and percent signs', 'a=%2b+%2525', [['a', '+ %25']]],
      ['ampersands and equals signs', 'a=%26b%3Dc%23', [['a', '&b=c#']]],
      [
        'non-ASCII characters',
        'n%C3%B6=%E2%82%AC&b=ö',
        [
          ['nö', '€'],
          ['b', 'ö'],
        ],
      ],
      [
        'empty values',
        'a=&b',
        [
          ['a', ''],
          ['b', ''],
        ],
      ],
      [
        'values that look like JSON',
        'a=1&b=true&c=null&d={}',
        [
          ['a', '1'],
          ['b', 'true'],
          ['c', 'null'],
          ['d', '{}'],
        ],
      ],
      [
        'names of built-in properties',
        'hasOwnProperty=a&constructor=b',
        [
          ['hasOwnProperty', 'a'],
          ['constructor', 'b'],
        ],
      ],
    ])('reaches Authlete with %s', async (_what, body, pairs) => {
      const host = await behindParser();
      expect((await sendRaw(host.url, { body })).status).toBe(200);
      const [parameters] = parametersOf(host);
      expect([...new URLSearchParams(String(parameters))]).toEqual(pairs);
    });

    it('reaches Authlete with a hundred values of one parameter', async () => {
      const host = await behindParser();
      const body = Array.from({ length: 100 }, (_, index) => `resource=${index}`).join('&');
      await sendRaw(host.url, { body });
      expect(parametersOf(host)).toEqual([body]);
    });

    it('reaches Authlete empty if it is empty', async () => {
      const host = await behindParser();
      expect((await sendRaw(host.url)).status).toBe(200);
      expect(parametersOf(host)).toEqual(['']);
    });

    it('keeps to the limit', async () => {
      const host = await behindParser();
      expect((await sendRaw(host.url, { body: formOf(LIMIT) })).status).toBe(200);
      const answer = await sendRaw(host.url, { body: formOf(LIMIT + 1) });
      expect(errorOf(answer)).toEqual([413, 'invalid_request']);
      expect(parametersOf(host)).toEqual([formOf(LIMIT)]);
    });
  });

  describe('of a Content-Type', () => {
    it.each([
      FORM,
      `${FORM}; charset=UTF-8`,
      `${FORM};charset=utf-8`,
      `${FORM} ; a=b`,
      `${FORM};`,
      'Application/X-WWW-Form-URLEncoded',
    ])('like %p is taken', async (type) => {
      const host = await start();
      const answer = await sendRaw(host.url, { headers: { 'Content-Type': type }, body: 'a=b' });
      expect(answer.status).toBe(200);
      expect(parametersOf(host)).toEqual(['a=b']);
    });

    it.each([
      'application/json',
      'multipart/form-data; boundary=a',
      'text/plain',
      `${FORM}x`,
      `text/plain; ${FORM}`,
      '',
      ';',
    ])('like %p is refused', async (type) => {
      const host = await start();
      const answer = await sendRaw(host.url, { headers: { 'Content-Type': type }, body: 'a=b' });
      expect(errorOf(answer)).toEqual([400, 'invalid_request']);
      expect(answer.text).toContain(FORM);
      expect(host.upstream.requests).toEqual([]);
      expect(host.errors).toEqual([]);
    });

    it('is refused without one', async () => {
      const host = await start();
      const answer = await fetch(host.url, { method: 'POST', body: Buffer.from('a=b') });
      expect(answer.status).toBe(400);
      await expect(answer.json()).resolves.toMatchObject({ error: 'invalid_request' });
      expect(host.upstream.requests).toEqual([]);
    });

    it('that is wrong is refused even behind a parser that has read it', async () => {
      const host = await start({ before: [express.json()] });
      const answer = await sendRaw(host.url, {
        headers: { 'Content-Type': 'application/json' },
        body: '{"grant_type":"password"}',
      });
      expect(errorOf(answer)).toEqual([400, 'invalid_request']);
      expect(host.upstream.requests).toEqual([]);
    });
  });

  describe('has a limit', () => {
    it.each([
      ['of 16384 bytes', {}, LIMIT],
      ['that is smaller', { bodyLimit: 10 }, 10],
      ['of one byte', { bodyLimit: 1 }, 1],
      ['that is larger, and larger than body-parser has', { bodyLimit: 200_000 }, 200_000],
    ])('%s', async (_what, endpoint, limit) => {
      const host = await start({ endpoint });
      expect((await sendRaw(host.url, { body: 'x'.repeat(limit) })).status).toBe(200);
      const answer = await sendRaw(host.url, { body: 'x'.repeat(limit + 1) });
      expect(errorOf(answer)).toEqual([413, 'invalid_request']);
      expect(answer.text).toContain(`${limit} bytes`);
      expect(parametersOf(host)).toEqual(['x'.repeat(limit)]);
      expect(host.errors).toEqual([]);
    });

    it('of bytes, not of characters', async () => {
      const host = await start({ endpoint: { bodyLimit: 4 } });
      expect((await sendRaw(host.url, { body: '€=' })).status).toBe(200);
      expect(errorOf(await sendRaw(host.url, { body: '€€' }))).toEqual([413, 'invalid_request']);
    });

    it('also for a body that does not tell its length', async () => {
      const host = await start();
      const headers = { 'Transfer-Encoding': 'chunked' };
      expect((await sendRaw(host.url, { headers, body: formOf(LIMIT) })).status).toBe(200);
      const answer = await sendRaw(host.url, { headers, body: formOf(LIMIT + 1) });
      expect(errorOf(answer)).toEqual([413, 'invalid_request']);
      expect(host.upstream.requests).toHaveLength(1);
    });

    it.each<[string, () => RequestHandler]>([
      ['express.text', () => express.text({ type: FORM })],
      ['express.raw', () => express.raw({ type: FORM })],
      ['a kept raw body', () => express.urlencoded({ extended: false, verify: keepRawBody })],
      ['a kept raw text', () => express.urlencoded({ extended: false, verify: keepRawText })],
    ])('also behind %s', async (_what, parser) => {
      const host = await start({ before: [parser()], endpoint: { bodyLimit: 4 } });
      expect((await sendRaw(host.url, { body: '€=' })).status).toBe(200);
      expect(errorOf(await sendRaw(host.url, { body: '€€' }))).toEqual([413, 'invalid_request']);
      expect(parametersOf(host)).toEqual(['€=']);
    });
  });

  describe('that is compressed', () => {
    it.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
      ['GZIP', gzipSync],
    ])('with %s is decompressed', async (encoding, compress) => {
      const host = await start();
      const headers = { 'Content-Encoding': encoding };
      const answer = await sendRaw(host.url, { headers, body: compress('a=ö+b') });
      expect(answer.status).toBe(200);
      expect(parametersOf(host)).toEqual(['a=ö+b']);
    });

    it('has its limit counted when decompressed', async () => {
      const host = await start();
      const headers = { 'Content-Encoding': 'gzip' };
      const fits = await sendRaw(host.url, { headers, body: gzipSync(formOf(LIMIT)) });
      expect(fits.status).toBe(200);
      const surplus = await sendRaw(host.url, { headers, body: gzipSync(formOf(LIMIT + 1)) });
      expect(errorOf(surplus)).toEqual([413, 'invalid_request']);
      const bomb = gzipSync(Buffer.alloc(10 * LIMIT));
      expect(bomb.length).toBeLessThan(LIMIT);
      expect(errorOf(await sendRaw(host.url, { headers, body: bomb }))).toEqual([
        413,
        'invalid_request',
      ]);
      expect(parametersOf(host)).toEqual([formOf(LIMIT)]);
    });

    it('is decompressed no further than the limit', async () => {
      const host = await start();
      const headers = { 'Content-Encoding': 'gzip' };
      // Whoever got to the end of it would find the checksum wrong: 400.
      const bomb = gzipSync(Buffer.alloc(100 * LIMIT));
      const body = Buffer.concat([bomb.subarray(0, -8), Buffer.alloc(8, 0xff)]);
      const answer = await sendRaw(host.url, { headers, body });
      expect(errorOf(answer)).toEqual([413, 'invalid_request']);
    });

    it.each(['compress', 'gzip, gzip', 'x-unknown'])(
      'with %p, which nobody here can undo, is refused',
      async (encoding) => {
        const host = await start();
        const headers = { 'Content-Encoding': encoding };
        expect(errorOf(await sendRaw(host.url, { headers, body: 'a=b' }))).toEqual([
          415,
          'invalid_request',
        ]);
        expect(host.upstream.requests).toEqual([]);
        expect(host.errors).toEqual([]);
      },
    );

    it.each([
      ['is none', Buffer.from('a=b')],
      ['ends too early', gzipSync('a=b').subarray(0, -10)],
      [
        'has a wrong checksum',
        Buffer.concat([gzipSync('a=b').subarray(0, -8), Buffer.alloc(8, 0xff)]),
      ],
    ])('is refused if it %s', async (_what, body) => {
      const host = await start();
      const headers = { 'Content-Encoding': 'gzip' };
      expect(errorOf(await sendRaw(host.url, { headers, body }))).toEqual([400, 'invalid_request']);
      expect(host.upstream.requests).toEqual([]);
      expect(host.errors).toEqual([]);
    });
  });

  it.each([
    ['nobody', []],
    ['express.raw', [express.raw({ type: FORM })]],
    ['a kept raw body', [express.urlencoded({ extended: false, verify: keepRawBody })]],
  ])('is refused if it is not UTF-8, read by %s before', async (_who, before) => {
    const host = await start({ before });
    const answer = await sendRaw(host.url, { body: Buffer.from('a=jöhn', 'latin1') });
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
    expect(host.upstream.requests).toEqual([]);
    expect(host.errors).toEqual([]);
  });

  it.each([
    ['a length of zero', { 'Content-Length': '0' }],
    ['chunks', { 'Transfer-Encoding': 'chunked' }],
  ])('reaches Authlete empty if it is empty, with %s', async (_what, headers) => {
    const host = await start();
    expect((await sendRaw(host.url, { headers })).status).toBe(200);
    expect(parametersOf(host)).toEqual(['']);
  });

  it('reaches Authlete empty if there is none', async () => {
    const host = await start();
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.write(
      `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nConnection: close\r\n\r\n`,
    );
    socket.resume();
    await once(socket, 'close');
    expect(parametersOf(host)).toEqual(['']);
  });

  it.each([
    ['a length', 'Content-Length: 10\r\n\r\na=b'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n'],
    ['a compressed body', 'Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\na=b'],
  ])('of which half is sent, with %s, reaches nobody', async (_what, half) => {
    const responses: { closed: boolean }[] = [];
    const keep: RequestHandler = (_req, res, next) => {
      responses.push(res);
      next();
    };
    const host = await start({ before: [keep] });
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\n${half}`);
    await until(() => responses.length === 1);
    socket.destroy();
    await until(() => responses[0]?.closed === true);
    // The next one is served, and by then the one before would have reached Authlete.
    expect((await sendRaw(host.url, { body: 'next=1' })).status).toBe(200);
    expect(parametersOf(host)).toEqual(['next=1']);
    expect(host.errors).toEqual([]);
    expect(host.passedOn).toEqual([]);
  });

  it('of a client application that goes away before the endpoint is reached reaches nobody', async () => {
    const waiting: (() => void)[] = [];
    const responses: { closed: boolean }[] = [];
    const wait: RequestHandler = (_req, res, next) => {
      responses.push(res);
      waiting.push(next);
    };
    const host = await start({ before: [wait] });
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: 10\r\n\r\na=b`,
    );
    await until(() => waiting.length === 1);
    socket.destroy();
    await until(() => responses[0]?.closed === true);
    waiting[0]?.();
    const next = sendRaw(host.url, { body: 'next=1' });
    await until(() => waiting.length === 2);
    waiting[1]?.();
    expect((await next).status).toBe(200);
    expect(parametersOf(host)).toEqual(['next=1']);
    expect([host.errors, host.passedOn]).toEqual([[], []]);
  });
});
