import { channel } from 'node:diagnostics_channel';
import type { AuthleteApiError } from './errors.js';
import type { TokenFailEvent } from './fail-event.js';
import { resultCodeOf } from './result-code.js';

/** A client, in the events that it publishes: the same object in each of them. */
export interface ClientIdentity {
  /** The client's `baseUrl`. */
  readonly baseUrl: string;
}

/** A call to Authlete that has ended: published on the channel `express-authlete-token-fail:call`. */
export interface CallEvent {
  /** Whose call it was. */
  readonly client: ClientIdentity;
  /** What was called, below the path of the service. */
  readonly api: '/auth/token' | '/auth/token/issue' | '/auth/token/fail';
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** Milliseconds, with the time that it waited for a place. */
  readonly duration: number;
  /** How often it was sent: not at all if it was refused first, more than once if it was repeated. */
  readonly attempts: number;
  /** The HTTP status of the reply that the call succeeded or failed with, if there was one. */
  readonly status: number | undefined;
  /** The `action` of the reply, if the call succeeded. */
  readonly action: string | undefined;
  /** The `resultCode` of the reply, if it had one and it looks like one. */
  readonly resultCode: string | undefined;
  /** What the call failed with, if it did. */
  readonly error: AuthleteApiError | undefined;
}

/** A circuit: calls go through, or fail at once, or one of them probes whether upstream is back. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** A circuit breaker that changed: published on `express-authlete-token-fail:circuit`. */
export interface CircuitEvent {
  /** Whose circuit breaker it is. */
  readonly client: ClientIdentity;
  /** What it is from now on. */
  readonly state: CircuitState;
}

/** A client's calls, whenever one begins or ends: published on `express-authlete-token-fail:load`. */
export interface LoadEvent {
  /** Whose calls these are. */
  readonly client: ClientIdentity;
  /** Calls under way, `maxConcurrent` at most. */
  readonly underWay: number;
  /** Calls that wait for one of them to end, `maxQueued` at most. */
  readonly queued: number;
  /** Whether the client is closed: no more calls will begin. */
  readonly closed: boolean;
}

/** The names of the channels of `node:diagnostics_channel`, and what is published on each. */
export interface DiagnosticsEvents {
  /** A call to Authlete that has ended. */
  'express-authlete-token-fail:call': CallEvent;
  /** A circuit breaker that changed. */
  'express-authlete-token-fail:circuit': CircuitEvent;
  /** A failed grant that was answered as Authlete said, as `onFail` is told. */
  'express-authlete-token-fail:failure': TokenFailEvent;
  /** A call that begins or ends, or a client that is closed. */
  'express-authlete-token-fail:load': LoadEvent;
}

/** Somewhere to publish. Who does asks first whether anybody listens, and otherwise builds nothing. */
interface Publisher<E> {
  readonly hasListeners: () => boolean;
  readonly publish: (event: E) => void;
}

function publisherOf<N extends keyof DiagnosticsEvents>(name: N): Publisher<DiagnosticsEvents[N]> {
  const events = channel(name);
  return {
    hasListeners: () => events.hasSubscribers,
    publish: (event) => events.publish(event),
  };
}

export const CALLS = publisherOf('express-authlete-token-fail:call');
export const CIRCUITS = publisherOf('express-authlete-token-fail:circuit');
export const FAILURES = publisherOf('express-authlete-token-fail:failure');
export const LOADS = publisherOf('express-authlete-token-fail:load');

/** What a call tells of itself on its way. */
export interface CallRecord {
  attempts: number;
}

/** Makes a call and publishes how it ended. */
export async function publishCall<T>(
  client: ClientIdentity,
  api: CallEvent['api'],
  call: (record: CallRecord) => Promise<T>,
): Promise<T> {
  const record: CallRecord = { attempts: 0 };
  const startTime = Date.now();
  const start = performance.now();
  const publish = (
    outcome: Pick<CallEvent, 'status' | 'action' | 'resultCode' | 'error'>,
  ): void => {
    const duration = performance.now() - start;
    CALLS.publish({ client, api, startTime, duration, ...record, ...outcome });
  };
  let reply: T;
  try {
    reply = await call(record);
  } catch (thrown) {
    const error = thrown as AuthleteApiError;
    const resultCode = resultCodeOf(error);
    publish({ status: error.status, action: undefined, resultCode, error });
    throw error;
  }
  const { action } = reply as { action: string };
  const resultCode = resultCodeOf(reply as { resultCode?: string | null });
  publish({ status: 200, action, resultCode, error: undefined });
  return reply;
}
