import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AuthleteApiError } from '../errors.js';
import type { Api } from './apis.js';
import {
  type CallFailure,
  type CallResult,
  classifyStatus,
  createFailure,
  FAILURE_KINDS,
  type FailureKind,
} from './failures.js';
import { parseRetryAfter, type ReadHeader } from './retry-after.js';
import type { Secrets } from './redact.js';

/** A reply as the HTTP client gave it, its body not decompressed and not parsed. */
export interface TransportResponse {
  readonly status: number;
  /** Bytes or text; a mock may give a parsed object. */
  readonly body: Uint8Array | string | object;
  readonly header: ReadHeader;
}

/**
 * Reads a reply. Authlete answers 200 whatever the `action`; every other status comes without one.
 *
 * @param secrets - must not show in an error; the secrets of the reply are added to them
 */
export function readReply(
  api: Api,
  response: TransportResponse,
  secrets: Secrets,
): CallResult | Promise<CallResult> {
  const { body } = response;
  if (getLength(body) > api.maxReplyBytes)
    return { reply: undefined, failure: createTooLargeFailure(api) };
  const reply = parseBody(body);
  if (reply === undefined && body instanceof Uint8Array)
    return readCompressed(api, response, body, secrets);
  return interpret(api, response, reply, secrets);
}

/**
 * Called only if the body is not JSON: with an adapter over fetch, it may be decompressed already,
 * while the header still says otherwise.
 */
async function readCompressed(
  api: Api,
  response: TransportResponse,
  body: Uint8Array,
  secrets: Secrets,
): Promise<CallResult> {
  const decompressed = await decompress(body, response.header('content-encoding'), api);
  if (decompressed === 'too large')
    return { reply: undefined, failure: createTooLargeFailure(api) };
  return interpret(api, response, decompressed && parseBody(decompressed), secrets);
}

export function createTooLargeFailure({ path, maxReplyBytes }: Api): CallFailure {
  const message = `Authlete's reply exceeds ${maxReplyBytes} bytes`;
  return createFailure(FAILURE_KINDS.tooLarge, path, message);
}

function interpret(
  api: Api,
  { status, header }: TransportResponse,
  reply: unknown,
  secrets: Secrets,
): CallResult {
  secrets.addFields(reply);
  // Whatever the status says: a JSON result comes from Authlete itself.
  const isUp =
    typeof (reply as { resultCode?: unknown } | null | undefined)?.resultCode === 'string';
  const fail = (kind: FailureKind, message: string, retryAfter?: number): CallResult => ({
    reply: undefined,
    failure: {
      kind: isUp && kind.health === 'down' ? { ...kind, health: 'up' } : kind,
      error: new AuthleteApiError(kind.code, message, {
        api: api.path,
        status,
        ...secrets.describeResult(reply),
        retryAfter:
          kind === FAILURE_KINDS.throttled && retryAfter !== undefined
            ? Math.ceil(retryAfter / 1000)
            : undefined,
      }),
      retryAfter,
      reply,
    },
  });
  if (status !== 200) {
    const retryAfter = parseRetryAfter(header, Date.now());
    const kind = classifyStatus(status, retryAfter);
    return fail(kind, `Authlete answered ${api.path} with HTTP status ${status}`, retryAfter);
  }
  const problem = reply === undefined ? 'it is not JSON in UTF-8' : api.checkResponse(reply);
  return problem === undefined
    ? { reply: reply as object, failure: undefined }
    : fail(FAILURE_KINDS.invalidReply, `Authlete's reply for ${api.path} is invalid: ${problem}`);
}

function getLength(body: TransportResponse['body']): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : 0;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * RFC 8259 section 8.1: JSON is UTF-8, whatever a charset parameter says; a BOM may be ignored.
 *
 * @returns `undefined` if it is not JSON
 */
function parseBody(body: TransportResponse['body']): unknown {
  try {
    if (body instanceof Uint8Array) return JSON.parse(UTF_8.decode(body));
    // An object of a mock may have getters or be a proxy; JSON has neither.
    return JSON.parse(typeof body === 'string' ? body : JSON.stringify(body));
  } catch {
    return undefined;
  }
}

/** The content codings that Node can undo (RFC 9110 section 8.4.1). None was asked for. */
const DECOMPRESSORS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

async function decompress(
  body: Uint8Array,
  coding: unknown,
  { maxReplyBytes }: Api,
): Promise<Uint8Array | 'too large' | undefined> {
  const name = typeof coding === 'string' ? coding.trim().toLowerCase() : '';
  if (!Object.hasOwn(DECOMPRESSORS, name)) return undefined;
  try {
    const options = { __proto__: null, maxOutputLength: maxReplyBytes };
    return await DECOMPRESSORS[name as keyof typeof DECOMPRESSORS](body, options);
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : undefined;
  }
}
