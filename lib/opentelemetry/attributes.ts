import type { Attributes } from '@opentelemetry/api';
import type { CallEvent, ClientIdentity } from '../outcome/channels.js';
import { omitUndefined } from '../outcome/outcome.js';

/** The server that a client calls. */
interface Server {
  readonly origin: string;
  /** Attributes of OpenTelemetry's general semantic conventions. */
  readonly attributes: Attributes;
}

/** By the client, which is the same object in all of its events: parsing a URL takes time. */
const servers = new WeakMap<ClientIdentity, Server>();

/** Describes the server that a client calls. */
export function describeServer(client: ClientIdentity): Server {
  const known = servers.get(client);
  if (known) return known;
  const { origin, protocol, hostname, port } = new URL(client.baseUrl);
  const server = {
    origin,
    attributes: {
      // IPv6 addresses have brackets in a URL only.
      'server.address': hostname.replace(/^\[(.*)\]$/, '$1'),
      'server.port': port === '' ? getDefaultPort(protocol) : Number(port),
    },
  };
  servers.set(client, server);
  return server;
}

function getDefaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** Attributes of the HTTP semantic conventions that both spans and metrics have. */
export function buildHttpAttributes({ client, api, status, error }: CallEvent): Attributes {
  return omitUndefined({
    'http.request.method': 'POST',
    'url.template': client.basePath + api,
    ...describeServer(client).attributes,
    'http.response.status_code': status,
    'error.type': error?.code,
  });
}
