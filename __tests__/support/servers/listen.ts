import { once } from 'node:events';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { cleanUp } from '../cleanup.js';

/** Starts an HTTP server on 127.0.0.1 for the current test; gives its base URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(() => stop(server));
  return urlOf(server.address());
}

/** Starts a bare TCP server on 127.0.0.1 for the current test; gives its base URL. */
export async function serveTcp(onConnection: (socket: Socket) => void): Promise<string> {
  return urlOf(await serveSockets(createTcpServer, onConnection));
}

/** Starts a server of bare connections on 127.0.0.1 for the current test; gives its address. */
export async function serveSockets<S extends Socket>(
  create: (onSocket: (socket: S) => void) => TcpServer,
  onConnection: (socket: S) => void,
): Promise<AddressInfo> {
  const sockets = new Set<Socket>();
  const server = create((socket) => {
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
  return server.address() as AddressInfo;
}

/** A base URL where nothing listens. */
export async function closedPort(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = urlOf(server.address());
  server.close();
  await once(server, 'close');
  return url;
}

async function stop(server: HttpServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}
