import { request } from 'node:http';
import type express5 from 'express';
import type { Fault } from 'express-authlete-token-fail/emulator';
import type * as EmulatorPackage from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../support/cleanup';
import {
  callApi,
  emulatorOf,
  passwordGrant,
  SERVICE_ID,
  ticketOf,
} from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { thrownBy } from '../support/errors/thrown';
import { clientAt } from '../support/servers/token-server';
import { until } from '../support/until';

const REASON = 'INVALID_RESOURCE_OWNER_CREDENTIALS';

/** Creates an emulator on this version of Express. */
function emulatorOn(express: typeof express5) {
  jest.resetModules();
  jest.doMock('express', () => express);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const emulator = require('express-authlete-token-fail/emulator') as typeof EmulatorPackage;
  return emulator.createAuthleteEmulator({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    onNotice: () => undefined,
  });
}

/** Sends a fail call and waits for its connection to end. */
async function endOfFailCall(url: string, ticket: string): Promise<void> {
  const call = request(`${url}/api/${SERVICE_ID}/auth/token/fail`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${BEARER_TOKEN}`, 'Content-Type': 'application/json' },
  });
  cleanUp(() => call.destroy());
  call.end(JSON.stringify({ ticket, reason: REASON }));
  await new Promise((resolve) => call.on('error', resolve).on('close', resolve));
}

describe.each(EXPRESS_VERSIONS)('a call that is failed on $version', ({ express }) => {
  it('is refused with the status, and leaves its ticket as it is', async () => {
    const emulator = emulatorOn(express);
    const ticket = await ticketOf(emulator);
    emulator.faults.set({ failWith: 503 });
    for (const api of ['/auth/token/fail', '/auth/token/issue'] as const) {
      const { status, body } = await callApi(emulator, api, {
        ticket,
        reason: REASON,
        subject: 's',
      });
      expect(status).toBe(503);
      expect(body).toEqual({ resultCode: 'EMU008', resultMessage: expect.any(String) as string });
    }
    expect(emulator.openTickets()).toBe(1);
    emulator.faults.clear();
    const { body } = await callApi(emulator, '/auth/token/fail', { ticket, reason: REASON });
    expect(body).toMatchObject({ resultCode: 'A067301' });
  });

  it('is stalled until the caller disconnects, and leaves its ticket as it is', async () => {
    const emulator = emulatorOn(express);
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    const ticket = await ticketOf(emulator);
    emulator.faults.set({ stall: true });
    await expect(
      clientAt(url, { timeout: 100 }).tokenFail({ ticket, reason: REASON }),
    ).rejects.toMatchObject({
      code: 'ERR_ATF_TIMEOUT',
    });
    expect(emulator.journal.calls({ api: '/auth/token/fail', ticket })).toHaveLength(1);
    expect(emulator.openTickets()).toBe(1);
  });

  it('is answered late, with its ticket used at once', async () => {
    const emulator = emulatorOn(express);
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    const ticket = await ticketOf(emulator);
    emulator.faults.set({ delay: 60_000 });
    await expect(
      clientAt(url, { timeout: 100 }).tokenFail({ ticket, reason: REASON }),
    ).rejects.toMatchObject({
      code: 'ERR_ATF_TIMEOUT',
    });
    expect(emulator.openTickets()).toBe(0);
    emulator.faults.set({ delay: 1 });
    const { action } = await clientAt(url).tokenFail({ ticket: TICKET, reason: REASON });
    expect(action).toBe('INTERNAL_SERVER_ERROR');
  });
});

describe('a fault', () => {
  it('is for one API if it names one, and each API has its own', async () => {
    const emulator = emulatorOf();
    emulator.faults.set({ api: '/auth/token/fail', failWith: 503 });
    emulator.faults.set({ api: '/auth/token/issue', failWith: 504 });
    const ticket = await ticketOf(emulator);
    const request = { ticket, reason: REASON, subject: 'john-1' };
    expect((await callApi(emulator, '/auth/token/fail', request)).status).toBe(503);
    expect((await callApi(emulator, '/auth/token/issue', request)).status).toBe(504);
  });

  it('replaces the one before, and is none if nothing is in it', () => {
    const { faults } = emulatorOf();
    faults.set({ failWith: 503, delay: 5 });
    faults.set({ api: '/auth/token', stall: true });
    expect(faults.of('/auth/token')).toEqual({ stall: true });
    expect(faults.of('/auth/token/fail')).toEqual({ failWith: 503, delay: 5 });
    faults.set({ api: '/auth/token/fail' });
    expect(faults.of('/auth/token/fail')).toBeUndefined();
    faults.set({ delay: 7, stall: false });
    expect(faults.of('/auth/token')).toEqual({ delay: 7 });
    faults.clear();
    expect(faults.of('/auth/token')).toBeUndefined();
  });

  it('is the same for calls with and without credentials if it refuses them', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    const post = () => fetch(`${url}/api/1/auth/token`, { method: 'POST' });
    emulator.faults.set({ failWith: 502 });
    const refused = await post();
    expect(refused.status).toBe(502);
    expect(refused.headers.has('WWW-Authenticate')).toBe(false);
    emulator.faults.set({ delay: 1 });
    expect((await post()).status).toBe(401);
  });

  it('refuses a call whose body cannot be read, too', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    emulator.faults.set({ failWith: 502 });
    const headers = { 'Content-Type': 'application/json' };
    const init = { method: 'POST', headers, body: '{' };
    expect((await fetch(`${url}/api/1/auth/token`, init)).status).toBe(502);
  });

  it('may be a late refusal', async () => {
    const emulator = emulatorOf();
    emulator.faults.set({ failWith: 503, delay: 1 });
    const { status } = await callApi(emulator, '/auth/token', { parameters: passwordGrant() });
    expect(status).toBe(503);
    expect(emulator.journal.calls()).toMatchObject([{ fault: { failWith: 503, delay: 1 } }]);
  });

  it.each<[string, unknown, string]>([
    ['a status that is no error', { failWith: 200 }, 'failWith must be an HTTP status from 400'],
    ['a status that HTTP has not', { failWith: 600 }, '400 to 599, got 600'],
    ['a status in words', { failWith: '503' }, '400 to 599, got a string'],
    ['no delay at all', { delay: 0 }, 'delay must be a positive number of milliseconds'],
    ['a stall that is no boolean', { stall: 'yes' }, 'stall must be a boolean, got a string'],
    ['a stalled refusal', { stall: true, failWith: 503 }, 'stall excludes failWith and delay'],
    ['a stall after a delay', { stall: true, delay: 5 }, 'stall excludes failWith and delay'],
    [
      'an API that there is not',
      { api: '/auth' },
      'api must be one of /auth/token, /auth/token/is',
    ],
    [
      'a misspelt field',
      { faiWith: 503 },
      'faults.set: unknown option "faiWith"; it takes api, fa',
    ],
    ['nothing', undefined, 'faults.set: options must be an object, got undefined'],
  ])('cannot be %s', (_what, fault, message) => {
    const { faults } = emulatorOf();
    faults.set({ delay: 9 });
    const error = thrownBy(() => faults.set(fault as Fault));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(message);
    expect(faults.of('/auth/token')).toEqual({ delay: 9 });
  });
});

describe('the journal of faults', () => {
  it('has what a faulted call named and met, and no status that was never sent', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    const ticket = await ticketOf(emulator);
    emulator.faults.set({ failWith: 503 });
    await callApi(emulator, '/auth/token/fail', { ticket, reason: REASON });
    emulator.faults.set({ stall: true });
    void endOfFailCall(url, ticket);
    await until(() => emulator.journal.calls().length === 3);
    const call = {
      time: expect.any(Number) as number,
      api: '/auth/token/fail',
      serviceId: SERVICE_ID,
      ticket: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as string,
      reason: REASON,
    };
    expect(emulator.journal.calls({ api: '/auth/token/fail', ticket })).toEqual([
      { ...call, status: 503, resultCode: 'EMU008', fault: { failWith: 503 } },
      { ...call, fault: { stall: true } },
    ]);
    expectNoSecretIn(emulator.journal.calls());
  });
});

describe('close, while calls are faulted', () => {
  it('ends stalled calls', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    emulator.faults.set({ stall: true });
    const ended = endOfFailCall(url, TICKET);
    await until(() => emulator.journal.calls().length === 1);
    await close();
    await ended;
  });

  it('ends stalled calls at once, whatever the grace, and lets late answers out', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    emulator.faults.set({ api: '/auth/token/fail', stall: true });
    emulator.faults.set({ api: '/auth/token', delay: 200 });
    const stalled = endOfFailCall(url, TICKET);
    const late = clientAt(url).token({ parameters: passwordGrant() });
    await until(() => emulator.journal.calls().length === 2);
    const closed = close({ grace: 3_600_000 });
    await stalled;
    expect(await late).toMatchObject({ action: 'PASSWORD' });
    await closed;
  });
});
