import { once } from 'node:events';
import type { AuthleteClient } from 'express-authlete-token-fail';
import { catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { http } from '../support/faults/faulty-upstream';
import { serveTcp } from '../support/servers/listen';
import { FAIL_REPLY } from '../support/servers/upstream';
import { until } from '../support/until';

describe('a response', () => {
  /** Starts a server that answers with these bytes; returns a client of it. */
  async function startClientOf(bytes: string | Uint8Array): Promise<AuthleteClient> {
    return startClient(await serveTcp((socket) => socket.on('data', () => socket.write(bytes))));
  }

  it.each([
    ['100 Continue, which nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'],
    ['a 1xx that nobody knows', 'HTTP/1.1 199 What\r\nA: b\r\n\r\n'],
    ['several 1xx', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3)],
  ])('may come after %s', async (_what, interim) => {
    const client = await startClientOf(Buffer.concat([Buffer.from(interim), http(FAIL_REPLY)]));
    for (let calls = 0; calls < 2; calls++) {
      await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    }
  });

  it.each([
    ['with an upgrade', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
    ['without one', ''],
  ])('that is 101 Switching Protocols fails the call at once: %s', async (_how, headers) => {
    const bytes = `HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`;
    const client = await startClientOf(Buffer.concat([Buffer.from(bytes), http(FAIL_REPLY)]));
    expect(await catchFailError(client)).toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
      status: 101,
    });
  });

  it('that is an upgrade has its connection closed', async () => {
    const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    let closed: Promise<unknown> = Promise.resolve();
    const url = await serveTcp((socket) => {
      closed = once(socket, 'close');
      socket.on('data', () => socket.write(head));
    });
    await catchFailError(startClient(url));
    await closed;
  });

  it('may end with the connection', async () => {
    const url = await serveTcp((socket) =>
      socket.on('data', () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${JSON.stringify(FAIL_REPLY)}`)),
    );
    await expect(startClient(url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it('may come in any number of pieces', async () => {
    const bytes = http(FAIL_REPLY);
    const url = await serveTcp((socket) => {
      socket.setNoDelay(true);
      socket.on('data', () => {
        void (async () => {
          for (const byte of bytes) {
            socket.write(Uint8Array.of(byte));
            await new Promise(setImmediate);
          }
        })();
      });
    });
    await expect(startClient(url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
  });

  it.each([
    ['at once', 0],
    ['later', 20],
  ])(
    'that nobody asked for is not taken for the reply of a later call: %s',
    async (_when, delay) => {
      const unasked = http({ ...FAIL_REPLY, responseContent: '{"unasked":true}' });
      let requests = 0;
      let isSent = false;
      const url = await serveTcp((socket) => {
        const noteSent = () => (isSent = true);
        socket.on('data', () => {
          if (++requests > 1) socket.write(http(FAIL_REPLY));
          else if (delay === 0) socket.write(Buffer.concat([http(FAIL_REPLY), unasked]), noteSent);
          else {
            socket.write(http(FAIL_REPLY));
            setTimeout(() => socket.write(unasked, noteSent), delay);
          }
        });
      });
      const client = startClient(url);
      await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
      await until(() => isSent);
      // In this process, it has arrived a few turns later.
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (let calls = 0; calls < 3; calls++) {
        await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
      }
    },
  );
});
