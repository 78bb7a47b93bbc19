import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import {
  checkMilliseconds,
  checkOptionNames,
  createOptionsError,
  describeType,
} from '../authlete/option-checks.js';

/** Where `listen` binds. */
export interface ListenOptions {
  /** Default: 0, any free port. */
  port?: number | undefined;
  /**
   * Default: `127.0.0.1`. Requests may name it in their `Host` header, besides the names of this
   * machine; those with any other are refused.
   */
  host?: string | undefined;
}

/** How a listening emulator closes. */
export interface CloseOptions {
  /**
   * Milliseconds that active calls have to end; stalled ones are cut off at once.
   * Default: none, every call is cut off.
   */
  grace?: number | undefined;
}

/** A listening emulator. */
export interface ListeningEmulator {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  /**
   * Stops listening and closes every connection. A second call settles with the first, and without
   * `grace` it ends the grace of the first.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS` for an option that cannot work
   */
  readonly close: (options?: CloseOptions) => Promise<void>;
}

/** Milliseconds between two looks for connections that have become idle while closing. */
const SWEEP_INTERVAL = 20;

/** What else happens when an app listens. */
export interface ListenHooks {
  /** Called once the options are checked, before anything listens. */
  readonly onListen?: (host: string) => void;
  /** Called when it closes, before it waits for active calls. */
  readonly onClose: () => void;
}

/** Makes an app listen. */
export async function listenWith(
  app: Express,
  options: ListenOptions,
  { onListen, onClose }: ListenHooks,
): Promise<ListeningEmulator> {
  checkOptionNames('listen', options, ['port', 'host']);
  const { port = 0, host = '127.0.0.1' } = options;
  checkAddress(port, host);
  onListen?.(host);
  const server = app.listen(port, host);
  // `once` rejects if the server emits an error first, such as a port in use.
  await once(server, 'listening');
  let closed: Promise<void> | undefined;
  return {
    url: buildUrl(server),
    async close(closeOptions = {}) {
      checkOptionNames('close', closeOptions, ['grace']);
      const { grace } = closeOptions;
      if (grace !== undefined) checkMilliseconds('grace', grace);
      closed ??= stop(server, grace ?? 0);
      onClose();
      if (grace === undefined) server.closeAllConnections();
      await closed;
    },
  };
}

/** Node would read a string as the path of a socket, and listen on every interface without a host. */
function checkAddress(port: unknown, host: unknown): void {
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65535) {
    throw createOptionsError('listen: port must be a whole number from 0 to 65535');
  }
  if (typeof host !== 'string' || host === '') {
    throw createOptionsError(`listen: host must be a non-empty string, got ${describeType(host)}`);
  }
}

function buildUrl(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Settles when the last connection is closed, each being cut off after the grace. */
async function stop(server: Server, grace: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Node keeps a connection for some seconds after its last answer.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL);
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
