import express, { type Request, type RequestHandler, type Response } from 'express';
import { createResultError } from './callback.js';
import { InvalidTokenRequestError } from './invalid-request.js';

/** Reads the form body of a token request, as text. */
export type FormReader = (req: Request, res: Response) => Promise<string>;

/** RFC 6749 section 4.3.2, and appendix B for the encoding. */
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Creates a reader of form bodies. It returns the body unchanged, as Authlete requires, unless a body
 * parser of the app's has already read it: then what the app kept as `req.rawBody`, and as the last
 * resort the parsed parameters, encoded again.
 *
 * @param limit - bytes of the body, decompressed
 * @returns a reader that rejects with InvalidTokenRequestError for a body that is no form, or too
 * large
 */
export function createFormReader(limit: number): FormReader {
  const readRaw: RequestHandler = express.raw({ type: () => true, limit });

  return async function readForm(req, res) {
    const type = (req.get('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type !== FORM_TYPE) throw invalid(400, `The Content-Type must be ${FORM_TYPE}.`);

    const rawBody = 'rawBody' in req ? req.rawBody : undefined;
    if (isRaw(rawBody)) return decodeText(rawBody, limit);
    if (!req.readableDidRead) {
      // The body parser would read a body that is too large to its end, before it says so.
      if (Number(req.get('Content-Length')) > limit) throw tooLarge(limit);
      await new Promise<void>((resolve, reject) => {
        let bytes = 0;
        const count = (chunk: Buffer): void => {
          bytes += chunk.length;
          if (bytes > limit) reject(tooLarge(limit));
        };
        req.on('data', count);
        // The app may have paused it.
        req.resume();
        readRaw(req, res, (error: unknown) => {
          req.off('data', count);
          if (error === undefined) resolve();
          else reject(describeBodyError(error, limit));
        });
      });
    }
    return getParameters(req.body, limit);
  };
}

function getParameters(body: unknown, limit: number): string {
  if (isRaw(body)) return decodeText(body, limit);
  if (typeof body === 'object' && body !== null) return decodeText(encodeForm(body), limit);
  // Express 5 without a body: there is none.
  return '';
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function decodeText(body: string | Uint8Array, limit: number): string {
  if (Buffer.byteLength(body) > limit) throw tooLarge(limit);
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw invalid(400, 'The body is not UTF-8.');
  }
}

/** Encodes parsed parameters again, repeated ones and those of nested names included. */
function encodeForm(body: object): string {
  return new URLSearchParams(
    Object.entries(body).flatMap(([name, value]) => listPairs(name, value)),
  ).toString();
}

function listPairs(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => listPairs(name, item));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => listPairs(`${name}[${key}]`, item));
  }
  if (typeof value === 'string') return [[name, value]];
  return [[name, value === null || value === undefined ? '' : JSON.stringify(value)]];
}

/** What body-parser's errors mean for the client application. */
function describeBodyError(error: unknown, limit: number): Error {
  const { status } = error as { status?: unknown };
  if (status === 413) return tooLarge(limit);
  if (status === 415) return invalid(415, 'The Content-Encoding is not supported.');
  if (typeof status === 'number' && status < 500) return invalid(400, 'The body cannot be read.');
  return createResultError('body parser', 'could not read the body');
}

function tooLarge(limit: number): InvalidTokenRequestError {
  // Whoever goes on sending is not waited for.
  const headers = { Connection: 'close' };
  return invalid(413, `The body exceeds ${limit} bytes.`, headers);
}

function invalid(
  status: 400 | 413 | 415,
  description: string,
  headers?: Readonly<Record<string, string>>,
): InvalidTokenRequestError {
  return new InvalidTokenRequestError(status, 'invalid_request', description, headers);
}
