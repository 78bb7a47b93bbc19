import { createOptionsError, describeType } from '../authlete/option-checks.js';
import { checkArray, checkFields, checkText } from './fields.js';
import { sameSecret } from './secrets.js';

/** A client application that the emulator knows. */
export interface EmulatorClient {
  /** Digits, because Authlete's client IDs are integers. */
  clientId: string;
  /** A second name that token requests may use for the client. */
  clientIdAlias?: string | undefined;
  /** Makes the client a confidential one (RFC 6749 section 2.1). Without it, it is public. */
  clientSecret?: string | undefined;
}

const CLIENT_FIELDS = Object.keys({
  clientId: true,
  clientIdAlias: true,
  clientSecret: true,
} satisfies Record<keyof EmulatorClient, true>);

/** Who makes the token request, as far as the request says (RFC 6749 section 2.3.1). */
export interface ClientCredentials {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** The client of a token request, or why there is none. */
export type Authentication =
  { client: EmulatorClient } | { failure: 'MISSING' | 'UNKNOWN' | 'UNAUTHENTICATED' };

/** The clients of a service. */
export interface ClientRegistry {
  /** Finds a client by its ID or alias. */
  find(name: string): EmulatorClient | undefined;
  /** Finds the client that the credentials name, and authenticates it if it is confidential. */
  authenticate(credentials: ClientCredentials): Authentication;
}

/**
 * Checks a list of clients and registers them.
 *
 * @throws TypeError with code `ERR_ATF_OPTIONS`, naming the first field that cannot work
 */
export function createClientRegistry(clients: unknown): ClientRegistry {
  const byName = new Map<string, EmulatorClient>();
  checkArray('clients', clients).forEach((value, index) => {
    const client = checkClient(value, `clients[${index}]`);
    for (const name of [client.clientId, client.clientIdAlias]) {
      if (name === undefined) continue;
      if (byName.has(name)) {
        throw createOptionsError(
          `clients[${index}] has the name ${JSON.stringify(name)} of another one`,
        );
      }
      byName.set(name, client);
    }
  });

  return {
    find: (name) => byName.get(name),
    authenticate({ clientId, clientSecret }) {
      if (clientId === undefined) return { failure: 'MISSING' };
      const client = byName.get(clientId);
      if (!client) return { failure: 'UNKNOWN' };
      const authenticated =
        client.clientSecret === undefined || sameSecret(client.clientSecret, clientSecret ?? '');
      return authenticated ? { client } : { failure: 'UNAUTHENTICATED' };
    },
  };
}

function checkClient(value: unknown, where: string): EmulatorClient {
  checkFields(where, value, CLIENT_FIELDS);
  const { clientId, clientIdAlias, clientSecret } = value as EmulatorClient;
  if (typeof clientId !== 'string' || !/^[1-9]\d{0,14}$/.test(clientId)) {
    throw createOptionsError(
      `${where}.clientId must be a string of 1 to 15 digits, the first not 0, got ${describeType(clientId)}`,
    );
  }
  for (const [name, text] of Object.entries({ clientIdAlias, clientSecret })) {
    if (text !== undefined) checkText(`${where}.${name}`, text);
  }
  return { clientId, clientIdAlias, clientSecret };
}
