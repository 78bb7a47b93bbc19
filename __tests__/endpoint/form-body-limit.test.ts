import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { RequestHandler } from 'express';
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

/** Bytes: the default of `bodyLimit`. */
const LIMIT = 16_384;

/** A form of this many bytes. */
const formOf = (bytes: number) => 'a='.padEnd(bytes, 'x');

describe.each(EXPRESS_VERSIONS)('the limit of the form body on $version', ({ express }) => {
  const start = (options: Partial<EndpointServerOptions> = {}) =>
    startEndpoint({ express, ...options });

  it.each([
    ['16384 bytes', {}, LIMIT],
    ['fewer bytes', { bodyLimit: 10 }, 10],
    ['one byte', { bodyLimit: 1 }, 1],
    ['more bytes than body-parser has by default', { bodyLimit: 200_000 }, 200_000],
  ])('may be %s', async (_what, endpoint, limit) => {
    const server = await start({ endpoint });
    expect((await sendRaw(server.url, { body: 'x'.repeat(limit) })).status).toBe(200);
    const answer = await sendRaw(server.url, { body: 'x'.repeat(limit + 1) });
    expect(errorOf(answer)).toEqual([413, 'invalid_request']);
    expect(answer.text).toContain(`${limit} bytes`);
    expect(parametersOf(server)).toEqual(['x'.repeat(limit)]);
    expect(server.errors).toEqual([]);
  });

  it('counts bytes, not characters', async () => {
    const server = await start({ endpoint: { bodyLimit: 4 } });
    expect((await sendRaw(server.url, { body: '€=' })).status).toBe(200);
    expect(errorOf(await sendRaw(server.url, { body: '€€' }))).toEqual([413, 'invalid_request']);
  });

  it('is kept to for a body that does not say its length', async () => {
    const server = await start();
    const headers = { 'Transfer-Encoding': 'chunked' };
    expect((await sendRaw(server.url, { headers, body: formOf(LIMIT) })).status).toBe(200);
    const answer = await sendRaw(server.url, { headers, body: formOf(LIMIT + 1) });
    expect(errorOf(answer)).toEqual([413, 'invalid_request']);
    expect(server.upstream.requests).toHaveLength(1);
  });

  it.each<[string, () => RequestHandler]>([
    ['express.text', () => express.text({ type: FORM_TYPE })],
    ['express.raw', () => express.raw({ type: FORM_TYPE })],
    ['a kept raw body', () => express.urlencoded({ extended: false, verify: keepRawBody })],
    ['a kept raw text', () => express.urlencoded({ extended: false, verify: keepRawText })],
  ])('is kept to behind %s', async (_what, parser) => {
    const server = await start({ before: [parser()], endpoint: { bodyLimit: 4 } });
    expect((await sendRaw(server.url, { body: '€=' })).status).toBe(200);
    expect(errorOf(await sendRaw(server.url, { body: '€€' }))).toEqual([413, 'invalid_request']);
    expect(parametersOf(server)).toEqual(['€=']);
  });

  /** The head of a request that no HTTP client would send the body of. */
  const head = (framing: string) =>
    `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\n${framing}\r\n\r\n`;

  it('has a declared gigabyte answered with 413 at once, and the connection closed', async () => {
    const server = await start();
    const socket = openSocket(server.url);
    socket.write(head(`Content-Length: ${2 ** 30}`));
    // Nothing of the body is sent, so an answer that waited for it would never come.
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/);
    expect(answer).toContain('"error":"invalid_request"');
    expect(server.upstream.requests).toEqual([]);
    expect(server.outcomes).toMatchObject([{ outcome: 'rejected', status: 413 }]);
  });

  it('has an endless body answered with 413 at once, and the connection closed', async () => {
    const server = await start();
    const socket = openSocket(server.url);
    const answered = text(socket);
    socket.write(head('Transfer-Encoding: chunked'));
    let answers = 0;
    socket.once('data', () => answers++);
    const closed = once(socket, 'close');
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    let chunks = 0;
    while (answers === 0) {
      socket.write(chunk);
      chunks++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await answered).toMatch(/^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/);
    await closed;
    expect(chunks).toBeGreaterThan(LIMIT / 0x1000);
    expect(server.upstream.requests).toEqual([]);
    expect(server.outcomes).toMatchObject([{ outcome: 'rejected', status: 413 }]);
  });
});
