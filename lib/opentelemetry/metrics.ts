import type { Attributes, Meter } from '@opentelemetry/api';
import type { AuthleteApiPath } from '../errors.js';
import type { CircuitState, ClientIdentity, LoadEvent } from '../outcome/channels.js';
import { omitUndefined } from '../outcome/outcome.js';
import { buildHttpAttributes, describeServer } from './attributes.js';
import { listen } from './listen.js';

/** Seconds; those that the HTTP semantic conventions give for `http.client.request.duration`. */
const DURATION_BOUNDARIES = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

const CIRCUIT_STATES: readonly CircuitState[] = ['closed', 'open', 'half-open'];

/** The last events of a client. */
interface ClientState {
  /** The key of its server. */
  readonly server: string;
  /** By API; an API without an event has a closed circuit. */
  readonly circuits: Map<AuthleteApiPath, CircuitState>;
  load: Pick<LoadEvent, 'active' | 'queued'>;
}

const APIS: readonly AuthleteApiPath[] = ['/auth/token', '/auth/token/issue', '/auth/token/fail'];

/**
 * Counts outcomes and failed calls, and measures calls, circuits and queues.
 *
 * @returns a function that stops it
 */
export function recordMetrics(meter: Meter): () => void {
  const outcomes = meter.createCounter('authlete.token.outcomes', {
    unit: '{request}',
    description: 'Token requests that were answered, by outcome',
  });
  const errors = meter.createCounter('authlete.client.errors', {
    unit: '{error}',
    description: 'Calls to Authlete that failed, by error code',
  });
  const duration = meter.createHistogram('authlete.client.call.duration', {
    unit: 's',
    description: 'Duration of calls to Authlete',
    advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
  });

  const stops = [
    listen('express-authlete-token-fail:outcome', (event) => {
      outcomes.add(
        1,
        omitUndefined({
          'authlete.outcome': event.outcome,
          'authlete.reason': event.reason,
          'authlete.action': event.action,
          'authlete.result_code': event.resultCode,
          'http.response.status_code': event.status,
          'error.type': event.error?.code,
        }),
      );
    }),
    listen('express-authlete-token-fail:call', (event) => {
      const attributes = buildHttpAttributes(event);
      duration.record(
        event.duration / 1000,
        omitUndefined({ ...attributes, 'authlete.action': event.action }),
      );
      if (event.error) errors.add(1, attributes);
    }),
    recordClients(meter),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** States instead of events: they are asked for whenever metrics are collected. */
function recordClients(meter: Meter): () => void {
  const circuit = meter.createObservableUpDownCounter('authlete.client.circuit.state', {
    unit: '{client}',
    description: 'Clients by API and by the state of its circuit breaker',
  });
  const active = meter.createObservableUpDownCounter('authlete.client.calls.active', {
    unit: '{call}',
    description: 'Calls to Authlete in flight',
  });
  const queued = meter.createObservableUpDownCounter('authlete.client.queue.length', {
    unit: '{call}',
    description: 'Calls to Authlete that wait for one in flight to end',
  });

  /** Clients of one server are measured together, because they have the same attributes. */
  const servers = new Map<string, Attributes>();
  const states = new Map<ClientIdentity, ClientState>();
  const getState = (client: ClientIdentity): ClientState => {
    const known = states.get(client);
    if (known) return known;
    const { attributes } = describeServer(client);
    const server = JSON.stringify(attributes);
    servers.set(server, attributes);
    const state = { server, circuits: new Map(), load: { active: 0, queued: 0 } };
    states.set(client, state);
    return state;
  };

  const observables = [circuit, active, queued];
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    // Also where the last client is closed, or its last numbers would stay.
    for (const [server, attributes] of servers) {
      const clients = [...states.values()].filter((state) => state.server === server);
      const sum = (measure: (state: ClientState) => number): number =>
        clients.reduce((total, state) => total + measure(state), 0);
      for (const api of APIS) {
        for (const name of CIRCUIT_STATES) {
          const count = sum(({ circuits }) => ((circuits.get(api) ?? 'closed') === name ? 1 : 0));
          const dimensions = { 'authlete.api': api, 'authlete.circuit.state': name };
          result.observe(circuit, count, { ...attributes, ...dimensions });
        }
      }
      const load = {
        active: sum((state) => state.load.active),
        queued: sum((state) => state.load.queued),
      };
      result.observe(active, load.active, attributes);
      result.observe(queued, load.queued, attributes);
    }
  };
  meter.addBatchObservableCallback(observe, observables);

  const stops = [
    listen('express-authlete-token-fail:circuit', ({ client, api, state }) => {
      getState(client).circuits.set(api, state);
    }),
    listen('express-authlete-token-fail:load', ({ client, closed, ...load }) => {
      if (closed) states.delete(client);
      else getState(client).load = load;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    meter.removeBatchObservableCallback(observe, observables);
  };
}
