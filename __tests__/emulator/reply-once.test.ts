import type { ReplyOnceOptions } from 'express-authlete-token-fail/emulator';
import { post, startEmulator } from '../support/emulator/start';
import { thrownBy } from '../support/errors/thrown';
import { expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import {
  callApi,
  emulatorOf,
  passwordGrant,
  SERVICE_ID,
  ticketOf,
} from '../support/servers/emulator';
import { clientAt } from '../support/servers/token-server';

const API = '/auth/token';

const token = (emulator: ReturnType<typeof emulatorOf>) =>
  callApi(emulator, API, { parameters: passwordGrant() });

describe('replyOnce', () => {
  it('answers the next call of the API with exactly this, and only that one', async () => {
    const emulator = emulatorOf();
    const fields = { action: 'NATIVE_SSO', odd: { list: [1, null, 'x'] }, sessionId: 's' };
    emulator.replyOnce({ api: API, ...fields });
    expect((await callApi(emulator, '/auth/token/fail', {})).body).toMatchObject({
      resultCode: 'EMU006',
    });
    expect(await token(emulator)).toEqual({ status: 200, body: fields });
    expect((await token(emulator)).body).toMatchObject({ action: 'PASSWORD' });
  });

  it('answers several calls in order', async () => {
    const emulator = emulatorOf();
    for (const action of ['OK', 'ID_TOKEN_REISSUABLE']) {
      emulator.replyOnce({ api: API, action, responseContent: '{}' });
    }
    expect((await token(emulator)).body).toEqual({ action: 'OK', responseContent: '{}' });
    expect((await token(emulator)).body).toMatchObject({ action: 'ID_TOKEN_REISSUABLE' });
  });

  it('can throttle a call, which the client then tries again', async () => {
    const { emulator, url } = await startEmulator({ serviceId: SERVICE_ID });
    emulator.replyOnce({ api: API, status: 429, headers: { 'RateLimit-Reset': '1' } });
    const client = clientAt(url);
    expect(await client.token({ parameters: passwordGrant() })).toMatchObject({
      action: 'PASSWORD',
    });
    expect(emulator.journal.calls()).toMatchObject([
      { status: 429, replyOnce: true },
      { status: 200, action: 'PASSWORD' },
    ]);
  });

  it('sends status and headers, whatever the credentials of the call are', async () => {
    const { emulator, url } = await startEmulator();
    emulator.replyOnce({
      api: API,
      status: 503,
      headers: { 'Retry-After': '7' },
      resultCode: 'A1',
    });
    const { status, headers, body } = await post(`${url}/api/7/auth/token`, {}, 'Bearer guess');
    expect([status, headers.get('Retry-After')]).toEqual([503, '7']);
    expect(headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(body).toEqual({ resultCode: 'A1' });
  });

  it('leaves tickets as they are, and masks them in the journal', async () => {
    const emulator = emulatorOf();
    const ticket = await ticketOf(emulator);
    emulator.replyOnce({ api: '/auth/token/fail', action: 'BAD_REQUEST', responseContent: '{}' });
    emulator.replyOnce({ api: API, action: 'PASSWORD', ticket: TICKET });
    await callApi(emulator, '/auth/token/fail', { ticket, reason: 'UNKNOWN' });
    await token(emulator);
    expect(emulator.openTickets()).toBe(1);
    expect(emulator.journal.calls({ ticket })).toMatchObject([
      { api: API },
      { action: 'BAD_REQUEST', reason: 'UNKNOWN', replyOnce: true },
    ]);
    expect(emulator.journal.calls({ ticket: TICKET })).toMatchObject([{ action: 'PASSWORD' }]);
    expect(emulator.journal.calls()[0]).not.toHaveProperty('replyOnce');
    expectNoSecretIn(emulator.journal.calls());
  });

  it('is left for a later call by one that a fault refuses, and can be late', async () => {
    const emulator = emulatorOf();
    emulator.replyOnce({ api: API, action: 'OK' });
    emulator.faults.set({ failWith: 503 });
    expect((await token(emulator)).body).toMatchObject({ resultCode: 'EMU008' });
    emulator.faults.set({ delay: 1 });
    expect((await token(emulator)).body).toEqual({ action: 'OK' });
    expect(emulator.journal.calls().at(-1)).toMatchObject({ fault: { delay: 1 }, replyOnce: true });
  });

  it('is dropped by faults.clear', async () => {
    const emulator = emulatorOf();
    emulator.replyOnce({ api: API, action: 'OK' });
    emulator.faults.clear();
    expect((await token(emulator)).body).toMatchObject({ action: 'PASSWORD' });
  });

  it('does not change with the object that it was given', async () => {
    const emulator = emulatorOf();
    const list = ['before'];
    emulator.replyOnce({ api: API, list });
    list.push('after');
    expect((await token(emulator)).body).toEqual({ list: ['before'] });
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'options must be an object, got undefined'],
    ['an array', [], 'options must be an object, got an array'],
    [
      'no API',
      { action: 'OK' },
      'api must be one of /auth/token, /auth/token/issue, /auth/token/f',
    ],
    ['a status of 1xx', { api: API, status: 100 }, 'status must be a whole number from 200 to 599'],
    ['a status in words', { api: API, status: 'OK' }, 'from 200 to 599, got a string'],
    [
      'a header with a line break',
      { api: API, headers: { A: 'x\n' } },
      'Invalid character in head',
    ],
    ['a header that is a number', { api: API, headers: { A: 1 } }, 'header A must be a string'],
    ['a header that frames', { api: API, headers: { Connection: 'x' } }, 'it frames the answer'],
    ['an undefined field', { api: API, action: undefined }, '"action" must be plain JSON'],
    ['a function', { api: API, a: { b: () => 1 } }, '"a" must be plain JSON'],
    ['a date', { api: API, at: new Date() }, '"at" must be plain JSON'],
    ['NaN', { api: API, at: NaN }, '"at" must be plain JSON'],
    ['a bigint', { api: API, id: 1n }, '"id" must be plain JSON'],
    ['a cycle', { api: API, cycle }, '"cycle" must be plain JSON'],
  ])('refuses %s', async (_what, reply, message) => {
    const emulator = emulatorOf();
    const error = thrownBy(() => emulator.replyOnce(reply as ReplyOnceOptions));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toMatch(/^replyOnce: /);
    expect((error as Error).message).toContain(message);
    expect((await token(emulator)).body).toMatchObject({ action: 'PASSWORD' });
  });
});
