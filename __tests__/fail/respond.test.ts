import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { respond } from '../../lib/fail/respond';
import { serve } from '../support/servers/listen';

async function get(url: string, method = 'POST'): Promise<IncomingMessage & { body: string }> {
  const req = request(url, { method }).end();
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return Object.assign(res, { body: await text(res) });
}

describe('respond', () => {
  it('writes status, the three headers, the length in bytes, and the body unchanged', async () => {
    const content = '{"error":"ü€😀\\""}';
    const url = await serve((_req, res) => respond(res, 400, content));
    const answer = await get(url);
    expect(answer.statusCode).toBe(400);
    expect(answer.statusMessage).toBe('Bad Request');
    expect(answer.body).toBe(content);
    expect(answer.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'content-length': String(Buffer.byteLength(content)),
      date: expect.any(String) as unknown,
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
    });
  });

  it('adds extra headers, but not in the place of those that RFC 6749 demands', async () => {
    const url = await serve((_req, res) =>
      respond(res, 400, '{}', {
        'DPoP-Nonce': 'n',
        'Content-Type': 'text/html',
        'content-length': '1',
        'cache-control': 'public',
        PRAGMA: 'cache',
      }),
    );
    const { headers } = await get(url);
    expect(headers).toMatchObject({
      'dpop-nonce': 'n',
      'content-type': 'application/json',
      'content-length': '2',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
  });

  it.each(['{"plain":"ascii"}', '{"not":"äscii €"}'])(
    'sends headers in Latin-1, and %s in UTF-8',
    async (content) => {
      const url = await serve((_req, res) => respond(res, 400, content, { 'X-Name': 'Zoë' }));
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      const bytes = await buffer(socket);
      expect(bytes.includes(Buffer.from('X-Name: Zoë\r\n', 'latin1'))).toBe(true);
      expect(bytes.subarray(-Buffer.byteLength(content)).toString()).toBe(content);
    },
  );

  it('drops what a route had prepared for another answer, and keeps the rest', async () => {
    const url = await serve((_req, res) => {
      res.statusMessage = 'Fine';
      res.setHeader('Content-Encoding', 'gzip');
      res.setHeader('ETag', '"1"');
      res.setHeader('Transfer-Encoding', 'chunked');
      res.setHeader('Content-Type', 'text/html; charset=utf-8');
      res.setHeader('Access-Control-Allow-Origin', '*');
      respond(res, 500, '{}');
    });
    const { statusMessage, headers, body } = await get(url);
    expect(statusMessage).toBe('Internal Server Error');
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'content-type': 'application/json',
      'content-length': '2',
    });
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/etag|content-encoding|transfer-encoding/)]),
    );
    expect(body).toBe('{}');
  });

  it.each([
    'Accept-Ranges',
    'Content-Digest',
    'Content-Disposition',
    'Content-MD5',
    'Location',
    'Repr-Digest',
    'Trailer',
  ])('drops the header %s of another answer', async (name) => {
    const url = await serve((_req, res) => {
      res.setHeader(name, 'x');
      respond(res, 400, '{}');
    });
    const { statusCode, headers, body } = await get(url);
    expect(statusCode).toBe(400);
    expect(headers).not.toHaveProperty([name.toLowerCase()]);
    expect(body).toBe('{}');
  });

  it('answers HEAD without a body, with the length that it would have', async () => {
    const url = await serve((_req, res) => respond(res, 400, '{"error":"x"}'));
    const { headers, body } = await get(url, 'HEAD');
    expect(headers['content-length']).toBe('13');
    expect(body).toBe('');
  });
});
