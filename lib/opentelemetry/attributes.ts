import type { Attributes } from '@opentelemetry/api';
import type { CallEvent, ClientIdentity } from '../diagnostics.js';

/** Attributes of OpenTelemetry's general semantic conventions: the server that a client calls. */
export function serverOf({ baseUrl }: ClientIdentity): Attributes {
  const { protocol, hostname, port } = new URL(baseUrl);
  return {
    'server.address': hostname,
    'server.port': port === '' ? defaultPort(protocol) : Number(port),
  };
}

function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** The path of a call's URL, with the service ID left out: it is not for everyone who sees a trace. */
export function templateOf({ client, api }: CallEvent): string {
  return `${new URL(client.baseUrl).pathname.replace(/\/$/, '')}/api/{serviceId}${api}`;
}

/** Attributes of the HTTP semantic conventions that both spans and metrics have. */
export function httpAttributesOf(event: CallEvent): Attributes {
  const { client, status, error } = event;
  return defined({
    'http.request.method': 'POST',
    'url.template': templateOf(event),
    ...serverOf(client),
    'http.response.status_code': status,
    'error.type': error?.code,
  });
}

/** Without those that have no value. */
export function defined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
