import { once } from 'node:events';
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { onRequestEnd } from '../lib/request-end';
import { cleanUp } from './support/cleanup';
import { passwordGrant } from './support/emulator';
import { EXPRESS_VERSIONS } from './support/hosts';
import { serve } from './support/servers';
import { emulatorAndClient, tokenServerOf } from './support/token-server';
import { until } from './support/until';

/** Sends so many requests in one go over one connection, and gives the connection. */
async function pipeline(url: string, count: number, body = '') {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  cleanUp(() => socket.destroy());
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

describe('onRequestEnd', () => {
  async function startServer() {
    const requests: [IncomingMessage, ServerResponse][] = [];
    const url = await serve((req, res) => {
      req.resume();
      requests.push([req, res]);
    });
    return { url, requests };
  }

  it('calls back once when the answer has been sent', async () => {
    const { url, requests } = await startServer();
    const socket = await pipeline(url, 1);
    await until(() => requests.length === 1);
    const [[req, res] = []] = requests;
    const listener = jest.fn();
    if (req && res) onRequestEnd(req, res, listener);
    res?.end();
    await until(() => listener.mock.calls.length > 0);
    socket.destroy();
    await until(() => req?.socket.closed === true);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('calls back when the connection closes, for each of its requests', async () => {
    const { url, requests } = await startServer();
    const socket = await pipeline(url, 20);
    await until(() => requests.length === 20);
    const warnings = jest.fn();
    process.on('warning', warnings);
    cleanUp(() => process.off('warning', warnings));
    const listener = jest.fn();
    for (const [req, res] of requests) onRequestEnd(req, res, listener);
    socket.destroy();
    await until(() => listener.mock.calls.length === 20);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('calls back at once when it is over already', async () => {
    const { url, requests } = await startServer();
    const socket = await pipeline(url, 2);
    await until(() => requests.length === 2);
    socket.destroy();
    await until(() => requests[0]?.[0].socket.destroyed === true);
    const listener = jest.fn();
    for (const [req, res] of requests) onRequestEnd(req, res, listener);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('does with a socket that has no events, as function platforms give', () => {
    const req = new IncomingMessage({ remoteAddress: '127.0.0.1' } as never);
    const res = new ServerResponse(req);
    const listener = jest.fn();
    onRequestEnd(req, res, listener);
    expect(listener).not.toHaveBeenCalled();
    res.emit('close');
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe.each(EXPRESS_VERSIONS)('pipelined token requests on $version', ({ express }) => {
  it('have their tickets closed, and no token issued, when the connection closes', async () => {
    const { emulator, client } = await emulatorAndClient();
    let waiting = 0;
    const app = tokenServerOf({
      client,
      express,
      fail: null,
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
    expect(emulator.journal.calls({ api: '/auth/token/fail' })).toHaveLength(3);
    expect(emulator.journal.calls({ api: '/auth/token/issue' })).toEqual([]);
  });
});
