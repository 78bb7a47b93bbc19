import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who is to be called when a connection closes; one listener on it serves all of its requests. */
const waiting = new WeakMap<EventEmitter, Set<() => void>>();

/**
 * Has a function called once when a request is over: when its answer has been sent, or when its
 * connection has closed. Node tells the latter only to the answer whose turn it is, and not to those
 * of requests that were pipelined behind it (RFC 9112 section 9.3.2).
 */
export function onRequestEnd(
  { socket }: IncomingMessage,
  res: ServerResponse,
  listener: () => void,
): void {
  if (res.closed || socket?.destroyed) {
    listener();
    return;
  }
  // What stands for a socket where there is none, as in adapters for functions as a service, may
  // have no events.
  const ends = socket instanceof EventEmitter ? endsOf(socket) : undefined;
  const end = (): void => {
    res.off('close', end);
    ends?.delete(end);
    listener();
  };
  res.once('close', end);
  ends?.add(end);
}

function endsOf(socket: EventEmitter): Set<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const ends = new Set<() => void>();
  waiting.set(socket, ends);
  socket.once('close', () => {
    for (const end of ends) end();
  });
  return ends;
}
