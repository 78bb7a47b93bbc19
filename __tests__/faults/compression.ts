import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type Act, head, http } from '../support/faults/faulty-upstream';
import { fault, PIECE_BYTES, pour } from './fault';

const COMPRESSORS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** A gzip member with nothing in it (RFC 1952 section 2.2). */
const EMPTY_MEMBER = gzipSync('');

/** The header of a gzip member, which stored blocks may follow. */
const GZIP_HEADER = EMPTY_MEMBER.subarray(0, 10);

/** The header of a zlib stream (RFC 1950 section 2.2). */
const ZLIB_HEADER = Buffer.from('789c', 'hex');

/** A stored block of deflate with nothing in it, which is not the last one (RFC 1951 section 3.2.4). */
const EMPTY_BLOCK = Buffer.from('000000ffff', 'hex');

const repeat = (piece: Uint8Array, bytes: number): Buffer =>
  Buffer.concat(Array<Uint8Array>(Math.floor(bytes / piece.length)).fill(piece));

/** Sends a compressed body without end. */
const pourBody =
  (coding: string, start: Uint8Array, piece: Uint8Array): Act =>
  (socket) => {
    socket.write(head(['Connection: close', `Content-Encoding: ${coding}`]));
    socket.write(start);
    pour(socket, repeat(piece, PIECE_BYTES));
  };

/** 50 MB. */
const ZEROS = Buffer.alloc(50 * 1024 * 1024);

/** How a reply is compressed, or is not. */
export const COMPRESSION_FAULTS = [
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
  fault(
    'sends empty gzip members without end',
    'ERR_ATF_RESPONSE_INVALID',
    pourBody('gzip', EMPTY_MEMBER, EMPTY_MEMBER),
  ),
  fault(
    'sends empty stored blocks of gzip without end',
    'ERR_ATF_RESPONSE_INVALID',
    pourBody('gzip', GZIP_HEADER, EMPTY_BLOCK),
  ),
  fault(
    'sends empty stored blocks of deflate without end',
    'ERR_ATF_RESPONSE_INVALID',
    pourBody('deflate', ZLIB_HEADER, EMPTY_BLOCK),
  ),
  fault(
    'sends as many empty gzip members as it may before its reply',
    undefined,
    (socket, reply, maxReplyBytes) => {
      const member = gzipSync(JSON.stringify(reply));
      const members = repeat(EMPTY_MEMBER, maxReplyBytes - member.length);
      const body = Buffer.concat([members, member]);
      socket.write(http(body, { headers: ['Content-Encoding: gzip'] }));
    },
  ),
  // What follows a gzip member is another one; the other streams end by themselves.
  ...Object.entries(COMPRESSORS).map(([coding, compress]) =>
    fault(
      `sends bytes after its ${coding} stream`,
      coding === 'gzip' ? 'ERR_ATF_RESPONSE_INVALID' : undefined,
      (socket, reply) => {
        const body = Buffer.concat([compress(JSON.stringify(reply)), Buffer.from('and more')]);
        socket.write(http(body, { headers: [`Content-Encoding: ${coding}`] }));
      },
    ),
  ),
  fault('pads its gzip stream with zeros', undefined, (socket, reply) => {
    const body = Buffer.concat([gzipSync(JSON.stringify(reply)), Buffer.alloc(100)]);
    socket.write(http(body, { headers: ['Content-Encoding: gzip'] }));
  }),
  fault(
    'sends bytes without end after its gzip stream',
    'ERR_ATF_RESPONSE_INVALID',
    (socket, reply) =>
      pourBody('gzip', gzipSync(JSON.stringify(reply)), Buffer.from('and more'))(socket, reply, 0),
  ),
  fault('says a compression that nobody knows', 'ERR_ATF_RESPONSE_INVALID', (socket, reply) =>
    socket.write(
      http(gzipSync(JSON.stringify(reply)), { headers: ['Content-Encoding: x-unknown'] }),
    ),
  ),
  // As an adapter over fetch gives it, which has undone the compression.
  fault('says a compression that it did not use', undefined, (socket, reply) =>
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
