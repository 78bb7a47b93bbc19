import type { Attributes, Meter } from '@opentelemetry/api';
import { defined } from '../defined.js';
import type { CircuitState, ClientIdentity, LoadEvent } from '../diagnostics.js';
import { httpAttributesOf, targetOf } from './attributes.js';
import { listen } from './listen.js';

/** Seconds; those that the HTTP semantic conventions give for `http.client.request.duration`. */
const DURATION_BOUNDARIES = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

const CIRCUIT_STATES: readonly CircuitState[] = ['closed', 'open', 'half-open'];

/** What a client last told of itself. */
interface ClientState {
  /** The key of its server. */
  readonly server: string;
  circuit: CircuitState;
  load: Pick<LoadEvent, 'underWay' | 'queued'>;
}

/**
 * Counts failed grants and failed calls, and measures calls, circuits and queues.
 *
 * @returns what stops it
 */
export function recordMetrics(meter: Meter): () => void {
  const failures = meter.createCounter('authlete.token_fail.failures', {
    unit: '{failure}',
    description: 'Failed grants that were answered as Authlete said',
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
    listen('express-authlete-token-fail:failure', ({ reason, action, resultCode }) => {
      failures.add(
        1,
        defined({
          'authlete.reason': reason,
          'authlete.action': action,
          'authlete.result_code': resultCode,
        }),
      );
    }),
    listen('express-authlete-token-fail:call', (event) => {
      const attributes = httpAttributesOf(event);
      duration.record(
        event.duration / 1000,
        defined({ ...attributes, 'authlete.action': event.action }),
      );
      if (event.error) errors.add(1, attributes);
    }),
    recordClients(meter),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What is a state, and not an event: it is asked for whenever metrics are collected. */
function recordClients(meter: Meter): () => void {
  const circuit = meter.createObservableUpDownCounter('authlete.client.circuit.state', {
    unit: '{client}',
    description: 'Clients by the state of their circuit breaker',
  });
  const underWay = meter.createObservableUpDownCounter('authlete.client.calls.active', {
    unit: '{call}',
    description: 'Calls to Authlete under way',
  });
  const queued = meter.createObservableUpDownCounter('authlete.client.queue.length', {
    unit: '{call}',
    description: 'Calls to Authlete that wait for a place',
  });

  /** Clients of one server are measured together, for they have the same attributes. */
  const servers = new Map<string, Attributes>();
  const states = new Map<ClientIdentity, ClientState>();
  const stateOf = (client: ClientIdentity): ClientState => {
    const known = states.get(client);
    if (known) return known;
    const attributes = targetOf(client).server;
    const server = JSON.stringify(attributes);
    servers.set(server, attributes);
    const state: ClientState = { server, circuit: 'closed', load: { underWay: 0, queued: 0 } };
    states.set(client, state);
    return state;
  };

  const observables = [circuit, underWay, queued];
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    // Also where the last client is closed: what it told last is no longer so.
    for (const [server, attributes] of servers) {
      const here = [...states.values()].filter((state) => state.server === server);
      const sum = (of: (state: ClientState) => number) =>
        here.reduce((total, state) => total + of(state), 0);
      for (const name of CIRCUIT_STATES) {
        const count = sum((state) => (state.circuit === name ? 1 : 0));
        result.observe(circuit, count, { ...attributes, 'authlete.circuit.state': name });
      }
      result.observe(
        underWay,
        sum(({ load }) => load.underWay),
        attributes,
      );
      result.observe(
        queued,
        sum(({ load }) => load.queued),
        attributes,
      );
    }
  };
  meter.addBatchObservableCallback(observe, observables);

  const stops = [
    listen('express-authlete-token-fail:circuit', ({ client, state }) => {
      stateOf(client).circuit = state;
    }),
    listen('express-authlete-token-fail:load', ({ client, closed, ...load }) => {
      if (closed) states.delete(client);
      else stateOf(client).load = load;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    meter.removeBatchObservableCallback(observe, observables);
  };
}
