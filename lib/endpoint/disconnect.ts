import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LeanSignal } from '../authlete/deadline.js';

/** The client application disconnected while its token request was being processed. */
export class ClientDisconnectedError extends Error {
  constructor() {
    super('The client application disconnected');
  }
}

/** Listeners for the end of a connection; one listener on it serves all of its requests. */
const listeners = new WeakMap<EventEmitter, Set<() => void>>();

/** Aborts when the client application disconnects. */
class DisconnectSignal implements LeanSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

/** Creates a signal that aborts when the client application disconnects. */
export function createDisconnectSignal(req: IncomingMessage, res: ServerResponse): LeanSignal {
  const signal = new DisconnectSignal();
  onRequestEnd(req, res, () => signal.abort());
  return signal;
}

/**
 * Calls a function once when a request is over: its answer was sent, or its connection was closed.
 * Node reports the latter only to the response whose turn it is, and not to those of requests that
 * were pipelined behind it (RFC 9112 section 9.3.2).
 */
function onRequestEnd(
  { socket }: IncomingMessage,
  res: ServerResponse,
  listener: () => void,
): void {
  if (res.closed || socket?.destroyed) {
    listener();
    return;
  }
  // Adapters for functions as a service have something else here, which may have no events.
  const ends = socket instanceof EventEmitter ? getSocketListeners(socket) : undefined;
  const end = (): void => {
    res.off('close', end);
    ends?.delete(end);
    listener();
  };
  res.once('close', end);
  ends?.add(end);
}

function getSocketListeners(socket: EventEmitter): Set<() => void> {
  const known = listeners.get(socket);
  if (known) return known;
  const ends = new Set<() => void>();
  listeners.set(socket, ends);
  socket.once('close', () => {
    for (const end of ends) end();
  });
  return ends;
}
