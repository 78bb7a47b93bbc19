import { once } from 'node:events';
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { createDisconnectSignal } from '../../lib/endpoint/disconnect';
import { watchNodeWarnings } from '../support/observe/warnings';
import { openSocket } from '../support/servers/endpoint';
import { passwordGrant } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { serve } from '../support/servers/listen';
import { tokenServerOnEmulator } from '../support/servers/token-server';
import { until } from '../support/until';

/** Sends so many requests at once over one connection, and returns the connection. */
async function pipeline(url: string, count: number, body = '') {
  const socket = openSocket(url);
  const head = [
    'POST /token HTTP/1.1',
    'Host: x',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`.repeat(count));
  await once(socket, 'connect');
  return socket;
}

describe('createDisconnectSignal', () => {
  async function startServer() {
    const requests: [IncomingMessage, ServerResponse][] = [];
    const url = await serve((req, res) => {
      req.resume();
      requests.push([req, res]);
    });
    return { url, requests };
  }

  it('aborts once, when the answer was sent', async () => {
    const { url, requests } = await startServer();
    const socket = await pipeline(url, 1);
    await until(() => requests.length === 1);
    const [req, res] = requests[0] ?? [];
    if (!req || !res) throw new Error('There is no request');
    const signal = createDisconnectSignal(req, res);
    const listener = jest.fn();
    signal.addEventListener('abort', listener);
    expect(signal.aborted).toBe(false);
    res.end();
    await until(() => listener.mock.calls.length > 0);
    socket.destroy();
    await until(() => req.socket.closed);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(signal.aborted).toBe(true);
  });

  it('aborts when the connection closes, for each of its requests', async () => {
    const { url, requests } = await startServer();
    const socket = await pipeline(url, 20);
    await until(() => requests.length === 20);
    const warnings = watchNodeWarnings();

    const signals = requests.map(([req, res]) => createDisconnectSignal(req, res));
    expect(signals.filter(({ aborted }) => aborted)).toEqual([]);
    socket.destroy();
    await until(() => signals.every(({ aborted }) => aborted));
    expect(warnings).toEqual([]);
  });

  it('is aborted from the start if the connection is closed already', async () => {
    const { url, requests } = await startServer();
    const socket = await pipeline(url, 2);
    await until(() => requests.length === 2);
    socket.destroy();
    await until(() => requests[0]?.[0].socket.destroyed === true);
    const signals = requests.map(([req, res]) => createDisconnectSignal(req, res));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('works with a socket that has no events, as function platforms have', () => {
    const req = new IncomingMessage({ remoteAddress: '127.0.0.1' } as never);
    const res = new ServerResponse(req);
    const signal = createDisconnectSignal(req, res);
    expect(signal.aborted).toBe(false);
    res.emit('close');
    expect(signal.aborted).toBe(true);
  });
});

describe.each(EXPRESS_VERSIONS)('pipelined token requests on $version', ({ express }) => {
  it('have their tickets closed, and no token issued, when the connection closes', async () => {
    let waiting = 0;
    const { emulator, app, closings } = await tokenServerOnEmulator({
      express,
      endpoint: {
        authenticate: async (_username, _password, { signal }) => {
          waiting++;
          await once(signal, 'abort');
          return 'john-1';
        },
      },
    });
    const url = await serve(app as RequestListener);
    const socket = await pipeline(url, 3, passwordGrant());
    await until(() => waiting === 3);
    socket.destroy();
    await until(() => emulator.openTickets() === 0);
    expect(closings()).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
  });
});
