import { isDeepStrictEqual } from 'node:util';
import { checkCount, createOptionsError } from '../authlete/option-checks.js';
import { validateHeaders } from '../errors.js';
import { EMULATOR_APIS, type EmulatorApi, isEmulatorApi } from './apis.js';
import { checkFields } from './fields.js';

/** A reply for the next call of an API, in place of the emulator's own. */
export interface ReplyOnceOptions {
  /** The API whose next call gets it. */
  api: EmulatorApi;
  /** HTTP status. Default: 200. */
  status?: number | undefined;
  /** Further headers. Default: none. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Every other field is one of the reply: plain JSON, sent as it is and not checked further. */
  [field: string]: unknown;
}

/** A checked reply. */
export interface QueuedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly reply: object;
}

/** Replies that no call has had yet. */
export interface ReplyQueue {
  /**
   * Adds a reply.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS`, naming what cannot work
   */
  add(options: ReplyOnceOptions): void;
  /** Removes the earliest reply for this API and returns it; `undefined` if there is none. */
  take(api: EmulatorApi): QueuedReply | undefined;
  /** Removes all. */
  clear(): void;
}

/** Creates an empty queue. */
export function createReplyQueue(): ReplyQueue {
  const queues = new Map<EmulatorApi, QueuedReply[]>();
  return {
    add(options) {
      const { api, ...reply } = checkReply(options);
      queues.set(api, [...(queues.get(api) ?? []), reply]);
    },
    take: (api) => queues.get(api)?.shift(),
    clear: () => queues.clear(),
  };
}

function checkReply(options: ReplyOnceOptions): QueuedReply & { api: EmulatorApi } {
  checkFields('replyOnce: options', options);
  const { api, status = 200, headers = {}, ...fields } = options;
  if (!isEmulatorApi(api)) {
    throw createOptionsError(`replyOnce: api must be one of ${EMULATOR_APIS.join(', ')}`);
  }
  for (const [name, value] of Object.entries(fields)) {
    if (!isPlainJson(value)) {
      throw createOptionsError(
        `replyOnce: ${JSON.stringify(name)} must be plain JSON, without undefined, functions, ` +
          'classes or cycles',
      );
    }
  }
  return {
    api,
    status: checkCount('replyOnce: status', status, 200, 599),
    headers: checkHeaders(headers),
    reply: structuredClone(fields),
  };
}

/** Checks whether JSON gives back the same value. */
function isPlainJson(value: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);
  } catch {
    return false;
  }
}

function checkHeaders(headers: unknown): Readonly<Record<string, string>> {
  try {
    return validateHeaders(headers);
  } catch (error) {
    throw createOptionsError(`replyOnce: ${(error as Error).message}`);
  }
}
