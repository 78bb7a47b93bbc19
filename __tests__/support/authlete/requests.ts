import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { cleanUp } from '../cleanup';

/** The requests that Node's HTTP client starts during the current test, whoever makes them. */
export function watchRequests(): ClientRequest[] {
  const requests: ClientRequest[] = [];
  const name = 'http.client.request.start';
  const listener = (event: unknown): unknown =>
    requests.push((event as { request: ClientRequest }).request);
  subscribe(name, listener);
  cleanUp(() => unsubscribe(name, listener));
  return requests;
}
