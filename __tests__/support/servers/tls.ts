import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Certificate } from './certificates';
import { serveSockets } from './listen';

/** Starts a bare TLS server on 127.0.0.1 for the current test; gives a base URL that names localhost. */
export async function serveTls(
  { key, pem }: Certificate,
  onConnection: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<string> {
  const { port } = await serveSockets<TLSSocket>(
    (onSocket) => createServer({ key, cert: pem, ...options }, onSocket),
    onConnection,
  );
  return `https://localhost:${port}`;
}
