import type { Transform } from 'node:stream';
import type { Dispatcher } from 'undici';
// Not by way of undici's main module: that loads fetch, WebSocket and more, and takes longer than all
// else that a server with this package loads besides Express (docs/performance.md, cold start). The
// file is undici's own business, so package.json takes patch versions only.
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Deadline } from './deadline.js';
import { createDecompressor } from './decompress.js';
import type { Outcome } from './failures.js';
import type { ClientSettings } from './options.js';
import {
  failureOf,
  headersOf,
  MAX_REPLY_BYTES,
  readThrown,
  tooLarge,
  type Wire,
  type WireReply,
} from './wire.js';

/**
 * Milliseconds until an idle socket is closed. It is below the 5 s after which Node servers, among
 * the quickest to do so, close theirs: a socket reused just as the server closes it loses the call.
 */
const IDLE_SOCKET_TIMEOUT = 4000;

/** Said to the transport when a call is ended from here. */
const ENDED = new Error('The call has ended');
const TOO_LARGE = new Error('The reply is too large');

/**
 * Makes a wire over undici's connection pool: it costs about a quarter of axios over Node's own HTTP
 * client. It obeys no proxy environment variable and follows no redirect.
 */
export function createUndiciWire(
  origin: string,
  { timeout, maxConcurrent }: Pick<ClientSettings, 'timeout' | 'maxConcurrent'>,
): Wire {
  const pool = new Pool(origin, {
    connections: maxConcurrent,
    keepAliveTimeout: IDLE_SOCKET_TIMEOUT,
    keepAliveMaxTimeout: IDLE_SOCKET_TIMEOUT,
    // The deadline of the call is over all of these.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout },
  });

  return {
    send({ path, bearerToken, body, deadline, read }) {
      return new Promise((resolve) => {
        // Replies are small: to decompress one would cost more than it saves.
        const headers = { ...headersOf(bearerToken), 'Accept-Encoding': 'identity' };
        const reader = new ReplyReader(deadline, read, resolve);
        pool.dispatch({ path, method: 'POST', headers, body }, reader);
      });
    },
    close: () => pool.destroy(),
  };
}

/** Reads one reply. The transport calls it; the names are the transport's. */
class ReplyReader<T> implements Dispatcher.DispatchHandlers {
  readonly #deadline: Deadline;
  readonly #read: (reply: WireReply) => Outcome<T>;
  readonly #resolve: (outcome: Outcome<T>) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #retryAfter: string | undefined;
  #decompressor: Transform | undefined;
  #abort: ((reason: Error) => void) | undefined;

  constructor(
    deadline: Deadline,
    read: (reply: WireReply) => Outcome<T>,
    resolve: (outcome: Outcome<T>) => void,
  ) {
    this.#deadline = deadline;
    this.#read = read;
    this.#resolve = resolve;
    deadline.onEnd(() => this.#abort?.(ENDED));
  }

  onConnect(abort: (reason?: Error) => void): void {
    // Nothing of the request has been sent yet.
    if (this.#deadline.ended) abort(ENDED);
    else this.#abort = abort;
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    this.#status = status;
    this.#retryAfter = headerOf(headers, 'retry-after');
    this.#decompressor = createDecompressor(headerOf(headers, 'content-encoding'));
    this.#decompressor
      ?.on('data', (chunk: Buffer) => this.#keep(chunk))
      .on('end', () => this.#finish())
      .on('error', (error) => this.#giveUp(error));
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#decompressor) this.#decompressor.write(chunk);
    else this.#keep(chunk);
    return true;
  }

  onComplete(): void {
    if (this.#decompressor) this.#decompressor.end();
    else this.#finish();
  }

  onError(error: Error): void {
    this.#decompressor?.destroy();
    const failure = error === TOO_LARGE ? tooLarge() : failureOf(readThrown(error), () => true);
    this.#resolve({ failure });
  }

  /** Ends the call; the transport, if it is not done, calls `onError` as well. */
  #giveUp(error: Error): void {
    this.#abort?.(error);
    this.onError(error);
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_REPLY_BYTES) this.#giveUp(TOO_LARGE);
    else this.#chunks.push(chunk);
  }

  #finish(): void {
    const [first = Buffer.alloc(0)] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first;
    const retryAfter = this.#retryAfter;
    this.#resolve(this.#read({ status: this.#status, body, retryAfter }));
  }
}

/** The first value of a header; names and values come in turn. */
function headerOf(headers: readonly Buffer[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    const found = headers[at];
    // The length tells most of them apart without making a string.
    if (found?.length === name.length && found.toString('latin1').toLowerCase() === name) {
      return headers[at + 1]?.toString('latin1');
    }
  }
  return undefined;
}
