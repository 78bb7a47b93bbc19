import type { Attributes } from '@opentelemetry/api';
import { defined } from '../defined.js';
import type { CallEvent, ClientIdentity } from '../diagnostics.js';

/** What a client's `baseUrl` says. */
interface Target {
  readonly origin: string;
  /** The path of the APIs, with the service ID left out: it is not for everyone who sees a trace. */
  readonly path: string;
  /** Attributes of OpenTelemetry's general semantic conventions: the server that a client calls. */
  readonly server: Attributes;
}

/** By the client, which is the same object in all of its events: a URL takes time to parse. */
const targets = new WeakMap<ClientIdentity, Target>();

/** What a client calls. */
export function targetOf(client: ClientIdentity): Target {
  const known = targets.get(client);
  if (known) return known;
  const { origin, protocol, hostname, port, pathname } = new URL(client.baseUrl);
  const target = {
    origin,
    path: `${pathname.replace(/\/$/, '')}/api/{serviceId}`,
    server: {
      'server.address': hostname,
      'server.port': port === '' ? defaultPort(protocol) : Number(port),
    },
  };
  targets.set(client, target);
  return target;
}

function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** Attributes of the HTTP semantic conventions that both spans and metrics have. */
export function httpAttributesOf({ client, api, status, error }: CallEvent): Attributes {
  const { path, server } = targetOf(client);
  return defined({
    'http.request.method': 'POST',
    'url.template': path + api,
    ...server,
    'http.response.status_code': status,
    'error.type': error?.code,
  });
}
