import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { type Act, head, http } from '../support/faulty-upstream';
import { fault } from './fault';

/** Milliseconds. */
const DRIBBLE_INTERVAL = 10;

/** Sends the same piece over and over, until the other side gives up. */
function dribble(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), DRIBBLE_INTERVAL);
  socket.once('close', () => clearInterval(timer));
}

/** Sends the beginning of a reply that is longer. */
const begin: Act = (socket, reply) => {
  const body = JSON.stringify(reply);
  socket.write(head([`Content-Length: ${body.length}`]) + body.slice(0, 10));
};

const COMPRESSORS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** 50 MB. */
const ZEROS = Buffer.alloc(50 * 1024 * 1024);

const chunked = (...chunks: string[]): string =>
  chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');

/** How a reply comes, or does not. */
export const CONNECTION_FAULTS = [
  fault('resets the connection before the headers', 'ERR_ATF_CONNECTION_LOST', (socket) =>
    socket.resetAndDestroy(),
  ),
  fault('closes the connection before the headers', 'ERR_ATF_CONNECTION_LOST', (socket) =>
    socket.end(),
  ),
  fault('resets the connection inside the headers', 'ERR_ATF_CONNECTION_LOST', (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nConte', () => socket.resetAndDestroy()),
  ),
  fault('closes the connection inside the headers', 'ERR_ATF_CONNECTION_LOST', (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nConte'),
  ),
  fault('resets the connection inside the body', 'ERR_ATF_CONNECTION_LOST', (socket, reply) => {
    begin(socket, reply);
    setTimeout(() => socket.resetAndDestroy(), DRIBBLE_INTERVAL);
  }),
  fault('sends less than its Content-Length says', 'ERR_ATF_CONNECTION_LOST', (socket, reply) => {
    begin(socket, reply);
    socket.end();
  }),
  fault('cuts a chunked body short', 'ERR_ATF_CONNECTION_LOST', (socket, reply) =>
    socket.end(head(['Transfer-Encoding: chunked']) + chunked(JSON.stringify(reply))),
  ),
  fault('never sends headers', 'ERR_ATF_TIMEOUT', () => undefined),
  fault('stalls inside the headers', 'ERR_ATF_TIMEOUT', (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nConte'),
  ),
  fault('stalls inside the body', 'ERR_ATF_TIMEOUT', begin),
  fault('lets its headers dribble in', 'ERR_ATF_TIMEOUT', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    dribble(socket, 'A: b\r\n');
  }),
  fault('lets its body dribble in', 'ERR_ATF_TIMEOUT', (socket) => {
    socket.write(head(['Content-Length: 100000']));
    dribble(socket, ' ');
  }),
  fault('lets a chunked body dribble in', 'ERR_ATF_TIMEOUT', (socket) => {
    socket.write(head(['Transfer-Encoding: chunked']));
    dribble(socket, chunked(' '));
  }),
  fault('sends 103 Early Hints for ever', 'ERR_ATF_TIMEOUT', (socket) =>
    dribble(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  ),
  fault('sends 1xx responses before its reply', undefined, (socket, reply) => {
    socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    socket.write(http(reply));
  }),
  fault('sends 100 Continue, which nobody waits for', 'ERR_ATF_CONNECTION_LOST', (socket, reply) =>
    socket.write(Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), http(reply)])),
  ),
  fault('speaks HTTP/1.0', undefined, (socket, reply) =>
    socket.end(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(reply)}`),
  ),
  fault('ends its body by closing the connection', undefined, (socket, reply) =>
    socket.end(head(['Connection: close']) + JSON.stringify(reply)),
  ),
  fault('sends its body in chunks of one byte', undefined, (socket, reply) =>
    socket.write(
      head(['Transfer-Encoding: chunked']) +
        chunked(...(JSON.stringify(reply).match(/./g) ?? [])) +
        '0\r\n\r\n',
    ),
  ),
  fault('replies before it has read the request, and closes', undefined, (socket, reply) =>
    socket.end(http(reply, { headers: ['Connection: close'] })),
  ),
  fault('sends more than its Content-Length says', undefined, (socket, reply) =>
    socket.write(Buffer.concat([http(reply), Buffer.from('and more')])),
  ),
  fault('sends a second reply that nobody asked for', undefined, (socket, reply) =>
    socket.write(Buffer.concat([http(reply), http({ ...reply, responseContent: 'second' })])),
  ),
  fault('switches protocols', 'ERR_ATF_CONNECTION_LOST', (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
  ),
  fault('speaks SSH', 'ERR_ATF_RESPONSE_INVALID', (socket) =>
    socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
  ),
  fault('speaks HTTP/2', 'ERR_ATF_RESPONSE_INVALID', (socket) =>
    socket.write(Buffer.from('00001204000000000000030000008000040001000000050000400000', 'hex')),
  ),
  fault('sends a header block of 70 KB', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(http(reply, { headers: [`A: ${'a'.repeat(70_000)}`] })),
  ),
  fault('sends headers without end', 'ERR_ATF_RESPONSE_INVALID', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    dribble(socket, `A: ${'a'.repeat(8000)}\r\n`);
  }),
  fault('sends two lengths', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(http(reply, { headers: ['Content-Length: 1'] })),
  ),
  fault('sends a negative length', 'ERR_ATF_RESPONSE_INVALID', (socket) =>
    socket.write(head(['Content-Length: -1'])),
  ),
  fault('sends a length as well as chunks', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(
      head(['Content-Length: 2', 'Transfer-Encoding: chunked']) +
        chunked(JSON.stringify(reply)) +
        '0\r\n\r\n',
    ),
  ),
  fault('sends a chunk size that is no number', 'ERR_ATF_RESPONSE_INVALID', (socket) =>
    socket.write(head(['Transfer-Encoding: chunked']) + 'soon\r\n'),
  ),
  fault('sends a header with a NUL in it', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(http(reply, { headers: ['A: b\0c'] })),
  ),
  ...Object.entries(COMPRESSORS).map(([coding, compress]) =>
    fault(`compresses its body with ${coding}`, undefined, (socket, reply) =>
      socket.write(
        http(compress(JSON.stringify(reply)), { headers: [`Content-Encoding: ${coding}`] }),
      ),
    ),
  ),
  ...Object.entries(COMPRESSORS).map(([coding, compress]) => {
    const bomb = compress(ZEROS);
    return fault(`sends 50 MB of zeros in ${coding}`, 'ERR_ATF_RESPONSE_INVALID', (socket) =>
      socket.write(http(bomb, { headers: [`Content-Encoding: ${coding}`] })),
    );
  }),
  fault('sends 3 MB', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(http({ ...reply, more: 'x'.repeat(3 * 1024 * 1024) })),
  ),
  fault('says a compression that it did not use', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(http(reply, { headers: ['Content-Encoding: gzip'] })),
  ),
  fault('cuts its compressed body short', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(
      http(gzipSync(JSON.stringify(reply)).subarray(0, -12), {
        headers: ['Content-Encoding: gzip'],
      }),
    ),
  ),
];
