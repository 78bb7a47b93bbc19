import express, { type Request, type RequestHandler, type Response } from 'express';
import { HostFunctionError } from './errors.js';
import { RefusedTokenRequest } from './refusal.js';

/** Reads the form body of a token request, as text. */
export type FormReader = (req: Request, res: Response) => Promise<string>;

/** RFC 6749 section 4.3.2, and appendix B for the encoding. */
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Makes a reader of form bodies. It gives the body unchanged, as Authlete wants it, unless a body
 * parser of the host's has already read it: then what the host kept as `req.rawBody`, and as the
 * last resort the parsed parameters put together again.
 *
 * @param limit - bytes of the body, decompressed
 * @returns a reader that fails with RefusedTokenRequest for a body that is no form, or too large
 */
export function createFormReader(limit: number): FormReader {
  const readRaw: RequestHandler = express.raw({ type: () => true, limit });

  return async function readForm(req, res) {
    const type = (req.get('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type !== FORM_TYPE) throw invalid(400, `The Content-Type must be ${FORM_TYPE}.`);

    const rawBody = 'rawBody' in req ? req.rawBody : undefined;
    if (isRaw(rawBody)) return textOf(rawBody, limit);
    if (!req.readableDidRead) {
      await new Promise<void>((resolve, reject) => {
        readRaw(req, res, (error: unknown) => {
          if (error === undefined) resolve();
          else reject(refusalOf(error, limit));
        });
      });
    }
    return parametersOf(req.body, limit);
  };
}

function parametersOf(body: unknown, limit: number): string {
  if (isRaw(body)) return textOf(body, limit);
  if (typeof body === 'object' && body !== null) return textOf(formOf(body), limit);
  // Express 5 without a body: there is none.
  return '';
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function textOf(body: string | Uint8Array, limit: number): string {
  if (Buffer.byteLength(body) > limit) throw tooLarge(limit);
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw invalid(400, 'The body is not UTF-8.');
  }
}

/** Puts parsed parameters together again, repeated ones and those of nested names included. */
function formOf(body: object): string {
  return new URLSearchParams(
    Object.entries(body).flatMap(([name, value]) => pairsOf(name, value)),
  ).toString();
}

function pairsOf(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => pairsOf(name, item));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => pairsOf(`${name}[${key}]`, item));
  }
  if (typeof value === 'string') return [[name, value]];
  return [[name, value === null || value === undefined ? '' : JSON.stringify(value)]];
}

/** What body-parser's errors mean for the client application. */
function refusalOf(error: unknown, limit: number): Error {
  const { status } = error as { status?: unknown };
  if (status === 413) return tooLarge(limit);
  if (status === 415) return invalid(415, 'The Content-Encoding is not supported.');
  if (typeof status === 'number' && status < 500) return invalid(400, 'The body cannot be read.');
  return new HostFunctionError('ERR_ATF_HOST_RESULT', 'The body parser cannot read the body', {
    cause: error,
  });
}

function tooLarge(limit: number): RefusedTokenRequest {
  return invalid(413, `The body exceeds ${limit} bytes.`);
}

function invalid(status: 400 | 413 | 415, description: string): RefusedTokenRequest {
  return new RefusedTokenRequest(status, 'invalid_request', description);
}
