import type { RequestListener } from 'node:http';
import { passwordGrant, PUBLIC_CLIENT } from '../support/servers/emulator';
import { createEvent, openSocket, sendAndDisconnect } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { serve } from '../support/servers/listen';
import { type EmulatedServerOptions, tokenServerOnEmulator } from '../support/servers/token-server';
import { until } from '../support/until';

const never = new Promise<never>(() => undefined);

const duration = expect.any(Number) as number;

/** What every password grant of john's has. */
const GRANT = { grantType: 'password', clientId: Number(PUBLIC_CLIENT), duration };

describe.each(EXPRESS_VERSIONS)('a disconnected client application on $version', ({ express }) => {
  const start = (options: EmulatedServerOptions = {}) =>
    tokenServerOnEmulator({ express, ...options });

  it('has its request aborted while authenticate runs', async () => {
    const called = createEvent();
    const { app, outcomes } = await start({
      endpoint: {
        authenticate() {
          called.happen();
          return never;
        },
      },
    });
    await sendAndDisconnect(app as RequestListener, passwordGrant(), called.happened);
    await until(() => outcomes.length > 0);
    expect(outcomes).toEqual([
      {
        ...GRANT,
        outcome: 'aborted',
        reason: 'UNKNOWN',
        action: 'INTERNAL_SERVER_ERROR',
        resultCode: 'EMU301',
        resultMessage: '[EMU301] The token request failed for an unknown reason.',
      },
    ]);
  });

  it('has its request aborted while a token is issued', async () => {
    const called = createEvent();
    const held = createEvent();
    const { app, outcomes } = await start({
      alter: ({ tokenIssue }) => ({
        async tokenIssue(request) {
          called.happen();
          await held.happened;
          return tokenIssue(request);
        },
      }),
    });
    await sendAndDisconnect(app as RequestListener, passwordGrant(), called.happened);
    held.happen();
    await until(() => outcomes.length > 0);
    expect(outcomes).toMatchObject([{ ...GRANT, outcome: 'aborted', action: 'OK' }]);
    expect(outcomes[0]).not.toHaveProperty('status');
  });

  it('has its request aborted before its body has arrived', async () => {
    const { app, outcomes } = await start();
    const url = await serve(app as RequestListener);
    const socket = openSocket(url);
    socket.write(
      'POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n' +
        'Content-Type: application/x-www-form-urlencoded\r\n\r\na=b',
      () => socket.destroy(),
    );
    await until(() => outcomes.length > 0);
    expect(outcomes).toEqual([{ outcome: 'aborted', duration }]);
  });

  it('has an error reported all the same if its ticket cannot be closed', async () => {
    const called = createEvent();
    const { app, outcomes } = await start({
      alter: () => ({ tokenFail: () => Promise.reject(new Error('down')) }),
      endpoint: {
        authenticate() {
          called.happen();
          return never;
        },
      },
    });
    await sendAndDisconnect(app as RequestListener, passwordGrant(), called.happened);
    await until(() => outcomes.length > 0);
    expect(outcomes).toEqual([
      {
        ...GRANT,
        outcome: 'error',
        reason: 'UNKNOWN',
        error: expect.objectContaining({ code: 'ERR_ATF_CALLBACK_THREW' }) as unknown,
      },
    ]);
  });
});
