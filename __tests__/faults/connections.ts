import type { Socket } from 'node:net';
import { type GoodReply, head, http } from '../support/faults/faulty-upstream';
import { fault, PIECE_BYTES, pour } from './fault';

/** Milliseconds. */
const DRIBBLE_INTERVAL = 10;

/** Sends the same piece now and then, until the other side gives up. */
function dribble(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), DRIBBLE_INTERVAL);
  socket.once('close', () => clearInterval(timer));
}

/** Sends the beginning of a reply that is longer. */
const begin = (socket: Socket, reply: GoodReply): void => {
  const body = JSON.stringify(reply);
  socket.write(head([`Content-Length: ${body.length}`]) + body.slice(0, 10));
};

/** Bytes: more than any cap. */
const MUCH = 1024 * 1024;

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
  fault('sends 100 Continue, which nobody asked for', undefined, (socket, reply) =>
    socket.write(Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), http(reply)])),
  ),
  fault('sends 100 Continue for ever', 'ERR_ATF_TIMEOUT', (socket) =>
    dribble(socket, 'HTTP/1.1 100 Continue\r\n\r\n'),
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
  fault('sends a chunk with two extensions', undefined, (socket, reply) => {
    const body = JSON.stringify(reply);
    const size = `${body.length.toString(16)};name=value;other="quoted value"`;
    socket.write(`${head(['Transfer-Encoding: chunked'])}${size}\r\n${body}\r\n0\r\n\r\n`);
  }),
  fault('sends a chunk extension without end', 'ERR_ATF_RESPONSE_INVALID', (socket) => {
    socket.write(`${head(['Transfer-Encoding: chunked'])}1;name=`);
    pour(socket, 'v'.repeat(PIECE_BYTES));
  }),
  fault('sends trailers after its chunks', undefined, (socket, reply) =>
    socket.write(
      `${head(['Transfer-Encoding: chunked', 'Trailer: A'])}${chunked(JSON.stringify(reply))}` +
        '0\r\nA: b\r\n\r\n',
    ),
  ),
  fault('replies before it has read the request, and closes', undefined, (socket, reply) =>
    socket.end(http(reply, { headers: ['Connection: close'] })),
  ),
  fault('sends more than its Content-Length says', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(Buffer.concat([http(reply), Buffer.from('and more')])),
  ),
  fault('sends a second reply that nobody asked for', undefined, (socket, reply) =>
    socket.write(Buffer.concat([http(reply), http({ ...reply, responseContent: 'second' })])),
  ),
  fault(
    'switches protocols',
    'ERR_ATF_HTTP_STATUS',
    (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    { codeOverAxios: 'ERR_ATF_TIMEOUT' },
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
  fault('sends a megabyte', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(http({ ...reply, more: 'x'.repeat(MUCH) })),
  ),
  fault('sends chunks without end', 'ERR_ATF_RESPONSE_INVALID', (socket) => {
    socket.write(head(['Transfer-Encoding: chunked']));
    pour(socket, chunked('x'.repeat(PIECE_BYTES)));
  }),
];
