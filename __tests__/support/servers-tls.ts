import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Certificate } from './certificates';
import { cleanUp } from './cleanup';

/** Starts a bare TLS server on 127.0.0.1 for the current test; gives a base URL that names localhost. */
export async function serveTls(
  { key, pem }: Certificate,
  onConnection: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<string> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key, cert: pem, ...options }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}
