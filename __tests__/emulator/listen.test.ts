import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type Server } from 'node:http';
import type { CloseOptions } from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../support/cleanup';
import { emulatorOf, passwordGrant } from '../support/servers/emulator';
import { clientAt } from '../support/servers/token-server';
import { until } from '../support/until';

/** Milliseconds that no test waits for. */
const LONG = 3_600_000;

/** A listening emulator with an active call whose answer is late by this time. */
async function startCall(delay: number) {
  const emulator = emulatorOf();
  const { url, close } = await emulator.listen();
  cleanUp(() => close());
  emulator.faults.set({ delay });
  const call = clientAt(url).token({ parameters: passwordGrant() });
  call.catch(() => undefined);
  await until(() => emulator.journal.calls().length === 1);
  return { call, close, url };
}

describe('close', () => {
  it('cuts calls off by default', async () => {
    const { call, close } = await startCall(LONG);
    await close();
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('lets active calls end within the grace, and accepts no others', async () => {
    const { call, close, url } = await startCall(200);
    const closed = close({ grace: LONG });
    await expect(fetch(url)).rejects.toThrow();
    expect(await call).toMatchObject({ action: 'PASSWORD' });
    await closed;
  });

  it('does not wait for connections that have become idle', async () => {
    const emulator = emulatorOf();
    const listen = jest.spyOn(emulator.app, 'listen');
    const { url, close } = await emulator.listen();
    // Neither side ends the connection by itself.
    (listen.mock.results[0]?.value as Server).keepAliveTimeout = 0;
    const agent = new Agent({ keepAlive: true });
    cleanUp(() => agent.destroy());
    emulator.faults.set({ delay: 200 });
    const call = request(`${url}/api/1/auth/token`, { method: 'POST', agent }).end();
    await until(() => emulator.journal.calls().length === 1);
    const [answer] = (await Promise.all([
      once(call, 'response').then(([message]) => (message as IncomingMessage).resume()),
      close({ grace: LONG }),
    ])) as [IncomingMessage, unknown];
    expect(answer.statusCode).toBe(401);
  });

  it('cuts calls off when the grace is over', async () => {
    const { call, close } = await startCall(LONG);
    await close({ grace: 50 });
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it('ends the grace when it is called again without one', async () => {
    const { call, close } = await startCall(LONG);
    const closed = close({ grace: LONG });
    await close();
    await closed;
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
  });

  it.each([
    ['a grace of zero', { grace: 0 }, 'grace must be a positive number of milliseconds'],
    ['an option that it does not know', { gracs: 1 }, 'close: unknown option "gracs"'],
  ])('rejects %s, and does not close', async (_what, options, message) => {
    const { url, close } = await emulatorOf().listen();
    cleanUp(() => close());
    await expect(close(options as CloseOptions)).rejects.toMatchObject({
      code: 'ERR_ATF_OPTIONS',
      message: expect.stringContaining(message) as string,
    });
    expect((await fetch(url)).status).toBe(404);
  });
});
