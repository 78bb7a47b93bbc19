import { once } from 'node:events';
import type { Request, RequestHandler } from 'express';
import {
  type EndpointServerOptions,
  errorOf,
  FORM_TYPE,
  keepRawBody,
  keepRawText,
  openSocket,
  parametersOf,
  sendRaw,
  startEndpoint,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { until } from '../support/until';

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
  const start = (options: Partial<EndpointServerOptions> = {}) =>
    startEndpoint({ express, ...options });

  describe('reaches Authlete unchanged', () => {
    it.each(UNCHANGED)('with %s', async (_what, body) => {
      const server = await start();
      expect((await sendRaw(server.url, { body })).status).toBe(200);
      expect(parametersOf(server)).toEqual([body]);
    });

    it('in chunks that cut a character', async () => {
      const server = await start();
      const body = Buffer.from('a=€&b=c');
      const socket = openSocket(server.url);
      socket.write(
        `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\n` +
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
      expect(parametersOf(server)).toEqual(['a=€&b=c']);
    });

    it.each<[string, () => RequestHandler]>([
      ['express.text', () => express.text({ type: FORM_TYPE })],
      ['express.raw', () => express.raw({ type: FORM_TYPE })],
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
      const server = await start({ before: [parser()] });
      const body = 'b=%2b+%20&a=1&&a=2&e[f]=ö&';
      expect((await sendRaw(server.url, { body })).status).toBe(200);
      expect(parametersOf(server)).toEqual([body]);
    });

    it.each([
      ['Buffer', (body: string) => Buffer.from(body)],
      ['Uint8Array', (body: string) => new TextEncoder().encode(body)],
      ['string', (body: string) => body],
    ])('from a rawBody that is a %s, whatever the parsed body is', async (_kind, make) => {
      const server = await start({
        before: [
          (req, _res, next) => {
            (req as Request & { rawBody: unknown }).rawBody = make('a=b+c');
            req.body = { a: 'something else' };
            next();
          },
        ],
      });
      await sendRaw(server.url, { body: 'a=b+c' });
      expect(parametersOf(server)).toEqual(['a=b+c']);
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
      const server = await start({ before: [keep] });
      await sendRaw(server.url, { body: 'a=b+c' });
      expect(parametersOf(server)).toEqual(['a=b+c']);
    });
  });

  it.each([
    ['nobody', []],
    ['express.raw', [express.raw({ type: FORM_TYPE })]],
    ['a kept raw body', [express.urlencoded({ extended: false, verify: keepRawBody })]],
  ])('is rejected if it is not UTF-8, read by %s before', async (_who, before) => {
    const server = await start({ before });
    const answer = await sendRaw(server.url, { body: Buffer.from('a=jöhn', 'latin1') });
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
    expect(server.upstream.requests).toEqual([]);
    expect(server.errors).toEqual([]);
  });

  it('is a server error if the app has set an encoding for it, which cannot be undone', async () => {
    const encode: RequestHandler = (req, _res, next) => {
      req.setEncoding('utf8');
      next();
    };
    const server = await start({ before: [encode] });
    expect(errorOf(await sendRaw(server.url, { body: 'a=b' }))).toEqual([500, 'server_error']);
    expect(server.outcomes).toMatchObject([
      { outcome: 'error', error: { message: 'body parser could not read the body' } },
    ]);
    expect(server.upstream.requests).toEqual([]);
  });

  it.each([
    ['a length of zero', { 'Content-Length': '0' }],
    ['chunks', { 'Transfer-Encoding': 'chunked' }],
  ])('reaches Authlete empty if it is empty, with %s', async (_what, headers) => {
    const server = await start();
    expect((await sendRaw(server.url, { headers })).status).toBe(200);
    expect(parametersOf(server)).toEqual(['']);
  });

  it('reaches Authlete empty if there is none', async () => {
    const server = await start();
    const socket = openSocket(server.url);
    socket.write(
      `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\nConnection: close\r\n\r\n`,
    );
    socket.resume();
    await once(socket, 'close');
    expect(parametersOf(server)).toEqual(['']);
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
    const server = await start({ before: [keep] });
    const socket = openSocket(server.url);
    socket.write(`POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\n${half}`);
    await until(() => responses.length === 1);
    socket.destroy();
    await until(() => responses[0]?.closed === true);
    // The next one is served, and by then the one before would have reached Authlete.
    expect((await sendRaw(server.url, { body: 'next=1' })).status).toBe(200);
    expect(parametersOf(server)).toEqual(['next=1']);
    expect(server.errors).toEqual([]);
    expect(server.passedOn).toEqual([]);
  });

  it('of a client application that disconnects before the endpoint is reached reaches nobody', async () => {
    const waiting: (() => void)[] = [];
    const responses: { closed: boolean }[] = [];
    const wait: RequestHandler = (_req, res, next) => {
      responses.push(res);
      waiting.push(next);
    };
    const server = await start({ before: [wait] });
    const socket = openSocket(server.url);
    socket.write(
      `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\nContent-Length: 10\r\n\r\na=b`,
    );
    await until(() => waiting.length === 1);
    socket.destroy();
    await until(() => responses[0]?.closed === true);
    waiting[0]?.();
    const next = sendRaw(server.url, { body: 'next=1' });
    await until(() => waiting.length === 2);
    waiting[1]?.();
    expect((await next).status).toBe(200);
    expect(parametersOf(server)).toEqual(['next=1']);
    expect([server.errors, server.passedOn]).toEqual([[], []]);
  });
});
