import type { AuthleteClient } from 'express-authlete-token-fail';
import {
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
} from 'express-authlete-token-fail/emulator';
import { post, startEmulator } from '../support/emulator/start';
import { thrownBy } from '../support/errors/thrown';
import { CLIENT_SECRET, expectNoSecretIn } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { clientAt } from '../support/servers/token-server';

const SERVICES = [
  { serviceId: '101', clients: [{ clientId: '1' }] },
  { serviceId: '102', clients: [{ clientId: '2', clientSecret: CLIENT_SECRET }] },
];

/** An emulator with two services, and a client of each. */
async function start() {
  const { emulator, url } = await startEmulator({ services: SERVICES });
  const first = clientAt(url, { serviceId: emulator.serviceId });
  return { emulator, url, first, second: first.forService('102') };
}

async function openTicket(client: AuthleteClient, form: Record<string, string>): Promise<string> {
  const reply = await client.token({ parameters: passwordGrant(form) });
  return String(reply.ticket);
}

const FIRST = { client_id: '1' };
const SECOND = { client_id: '2', client_secret: CLIENT_SECRET };

describe('an emulator with several services', () => {
  it('accepts one token for all of them, with forService of a client', async () => {
    const { emulator, first, second } = await start();
    expect(emulator.serviceId).toBe('101');
    await openTicket(first, FIRST);
    const ticket = await openTicket(second, SECOND);
    expect(emulator.openTickets()).toBe(2);
    expect(await second.tokenIssue({ ticket, subject: 'john-1' })).toMatchObject({
      action: 'OK',
      clientId: 2,
    });
    expect(emulator.openTickets()).toBe(1);
  });

  it('does not know the ticket of one service at another, and leaves it open', async () => {
    const { emulator, first, second } = await start();
    const ticket = await openTicket(first, FIRST);
    const unknown = { action: 'INTERNAL_SERVER_ERROR', resultCode: 'EMU201' };
    expect(await second.tokenIssue({ ticket, subject: 'john-1' })).toMatchObject(unknown);
    expect(await second.tokenFail({ ticket, reason: 'UNKNOWN' })).toMatchObject(unknown);
    expect(emulator.openTickets()).toBe(1);
    expect(await first.tokenIssue({ ticket, subject: 'john-1' })).toMatchObject({ action: 'OK' });
  });

  it('does not know the clients, refresh tokens and codes of one service at another', async () => {
    const { emulator, first, second } = await start();
    expect(await second.token({ parameters: passwordGrant(FIRST) })).toMatchObject({
      action: 'INVALID_CLIENT',
      resultCode: 'EMU107',
    });
    const code = emulator.issueCode({ serviceId: '102', clientId: '2', subject: 'john-1' });
    const exchange = (client: AuthleteClient, form: Record<string, string>) =>
      client.token({
        parameters: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          ...form,
        }).toString(),
      });
    expect(await exchange(first, FIRST)).toMatchObject({ resultCode: 'EMU126' });
    const { refreshToken } = await exchange(second, SECOND);
    const parameters = `grant_type=refresh_token&client_id=1&refresh_token=${refreshToken}`;
    expect(await first.token({ parameters })).toMatchObject({ resultCode: 'EMU113' });
  });

  it('names the service in the journal, which can be searched for it', async () => {
    const { emulator, url, first, second } = await start();
    await openTicket(first, FIRST);
    await openTicket(second, SECOND);
    await post(`${url}/api/PLANTED-103/auth/token`, {});
    const ids = emulator.journal.calls().map(({ serviceId }) => serviceId);
    expect(ids).toEqual(['101', '102', undefined]);
    expect(emulator.journal.calls({ serviceId: '102' })).toMatchObject([{ action: 'PASSWORD' }]);
    expectNoSecretIn(emulator.journal.calls());
  });

  it('refuses another service with 403', async () => {
    const { url } = await start();
    const { status, body } = await post(`${url}/api/103/auth/token`, {});
    expect(status).toBe(403);
    expect(body).toMatchObject({ resultCode: 'EMU003' });
  });

  it('has the default client in a service without clients', async () => {
    const { url } = await startEmulator({ services: [{ serviceId: '101' }] });
    const client = clientAt(url, { serviceId: '101' });
    expect(await client.token({ parameters: passwordGrant() })).toMatchObject({
      action: 'PASSWORD',
      clientId: 26478243745571,
    });
  });

  it.each<[string, unknown, string]>([
    [
      'services beside a serviceId',
      { services: SERVICES, serviceId: '1' },
      'services cannot be used together with serviceId or clients',
    ],
    [
      'services beside clients',
      { services: SERVICES, clients: [] },
      'services cannot be used together with serviceId or clients',
    ],
    ['services that are no array', { services: {} }, 'services must be an array, got an object'],
    ['no service', { services: [] }, 'services must have one service or more, got an empty array'],
    ['a service that is null', { services: [null] }, 'services[0] must be an object, got null'],
    [
      'a service without an ID',
      { services: [SERVICES[0], {}] },
      "services[1].serviceId must be the service's ID as a string, got undefined",
    ],
    [
      'a service with a misspelt field',
      { services: [{ serviceId: '1', client: [] }] },
      'services[0] has the unknown field "client"; it takes serviceId, clients',
    ],
    [
      'a wrong client',
      { services: [SERVICES[0], { serviceId: '1', clients: [{ clientId: 'x' }] }] },
      'services[1].clients[0].clientId must be a string of 1 to 15 digits',
    ],
    [
      'two services of one ID',
      { services: [{ serviceId: '1' }, { serviceId: '1' }] },
      'services[1].serviceId is that of another one',
    ],
  ])('refuses %s', (_what, options, message) => {
    const error = thrownBy(() => createAuthleteEmulator(options as AuthleteEmulatorOptions));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(message);
  });
});
