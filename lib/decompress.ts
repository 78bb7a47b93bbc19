import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** The content codings that Node undoes (RFC 9110 section 8.4.1). */
const DECOMPRESSORS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * Makes a stream that undoes the compression of a reply. None was asked for, but an upstream, or a
 * proxy on the way, may use one all the same (RFC 9110 section 12.5.3).
 *
 * @param coding - the Content-Encoding header, if there is one
 * @returns `undefined` if there is nothing to undo, or nothing that can be undone here
 */
export function createDecompressor(coding: string | undefined): Transform | undefined {
  return coding === undefined ? undefined : DECOMPRESSORS.get(coding.trim().toLowerCase())?.();
}
