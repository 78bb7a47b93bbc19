import { channel } from 'node:diagnostics_channel';
import type { AuthleteApiError, AuthleteApiPath } from '../errors.js';
import type { TokenOutcome } from './outcome.js';

/** A client, in the events that it publishes: the same object in each of them. */
export interface ClientIdentity {
  /** The client's `baseUrl`. */
  readonly baseUrl: string;
  /** The path of the APIs below it, with `{serviceId}` in place of the service's ID. */
  readonly basePath: string;
}

/** A finished call to Authlete: published on the channel `express-authlete-token-fail:call`. */
export interface CallEvent {
  /** The client that made the call. */
  readonly client: ClientIdentity;
  /** The API that was called. */
  readonly api: AuthleteApiPath;
  /** Milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** Milliseconds, waiting for a free slot included. */
  readonly duration: number;
  /** How often the call was sent: 0 if it was refused before, more than 1 if it was retried. */
  readonly attempts: number;
  /** The HTTP status of the last reply, if there was one. */
  readonly status: number | undefined;
  /** The `action` of the reply, if the call succeeded. */
  readonly action: string | undefined;
  /** The `resultCode` of the reply, if it had one that may be shown. */
  readonly resultCode: string | undefined;
  /** What the call failed with, if it did. */
  readonly error: AuthleteApiError | undefined;
}

/** A circuit lets calls through, fails them at once, or lets one through to see if Authlete is up. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** A change of a circuit breaker: published on `express-authlete-token-fail:circuit`. */
export interface CircuitEvent {
  /** The client that the circuit breaker belongs to. */
  readonly client: ClientIdentity;
  /** The API whose calls it watches. */
  readonly api: AuthleteApiPath;
  /** The new state. */
  readonly state: CircuitState;
}

/** A client's calls, when one starts or ends: published on `express-authlete-token-fail:load`. */
export interface LoadEvent {
  /** The client. */
  readonly client: ClientIdentity;
  /** Calls in flight, `maxConcurrent` at most. */
  readonly active: number;
  /** Calls that wait for one in flight to end, `maxQueued` at most. */
  readonly queued: number;
  /** Whether the client is closed: no more calls will start. */
  readonly closed: boolean;
}

/** The channels of `node:diagnostics_channel`, and what is published on each. */
export interface DiagnosticsEvents {
  /** A token request that the package answered. */
  'express-authlete-token-fail:outcome': TokenOutcome;
  /** A finished call to Authlete. */
  'express-authlete-token-fail:call': CallEvent;
  /** A change of a circuit breaker. */
  'express-authlete-token-fail:circuit': CircuitEvent;
  /** The start or end of a call, or a client that was closed. */
  'express-authlete-token-fail:load': LoadEvent;
}

/** A channel to publish on. Check `hasListeners()` before building an event. */
interface Publisher<E> {
  readonly hasListeners: () => boolean;
  readonly publish: (event: E) => void;
}

function createPublisher<N extends keyof DiagnosticsEvents>(
  name: N,
): Publisher<DiagnosticsEvents[N]> {
  const events = channel(name);
  return {
    hasListeners: () => events.hasSubscribers,
    publish: (event) => events.publish(event),
  };
}

export const OUTCOMES = createPublisher('express-authlete-token-fail:outcome');
export const CALLS = createPublisher('express-authlete-token-fail:call');
export const CIRCUITS = createPublisher('express-authlete-token-fail:circuit');
export const LOADS = createPublisher('express-authlete-token-fail:load');
