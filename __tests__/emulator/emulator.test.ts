import type { Server } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import {
  type AuthleteEmulatorOptions,
  createAuthleteEmulator,
  type ListenOptions,
} from 'express-authlete-token-fail/emulator';
import { cleanUp } from '../support/cleanup';
import { emulatorOf } from '../support/servers/emulator';
import { CLIENT_SECRET, expectNoSecretIn } from '../support/secrets/secrets';
import { closedPort, serve } from '../support/servers/listen';
import { thrownBy } from '../support/errors/thrown';

describe('createAuthleteEmulator', () => {
  it('has a service, a random bearer token and a public client by default', async () => {
    const emulator = createAuthleteEmulator({ onNotice: () => undefined });
    expect(emulator.serviceId).toBe('1000000001');
    expect(emulator.accessToken).toMatch(/^[\w-]{43}$/);
    expect(emulator.accessToken).not.toBe(createAuthleteEmulator().accessToken);

    const { url, close } = await emulator.listen();
    cleanUp(close);
    const reply = await fetch(`${url}/api/1000000001/auth/token`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${emulator.accessToken}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({
        parameters: 'grant_type=password&client_id=26478243745571&username=a&password=b',
      }),
    });
    expect(await reply.json()).toMatchObject({ action: 'PASSWORD' });
    expect(emulator.openTickets()).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['an unknown option', { port: 1 }, 'createAuthleteEmulator: unknown option "port"'],
    ['null as options', null, 'createAuthleteEmulator: options must be an object, got null'],
    [
      'an empty service ID',
      { serviceId: '' },
      "serviceId must be the service's ID as a string, got an empty string",
    ],
    [
      'a numeric service ID',
      { serviceId: 1 },
      "serviceId must be the service's ID as a string, got a number",
    ],
    ['a service ID that is a dot', { serviceId: '.' }, 'got one that is a dot segment'],
    ['a service ID that is two dots', { serviceId: '..' }, 'got one that is a dot segment'],
    ['a service ID with a space', { serviceId: 'a b' }, 'has white space or a control character'],
    [
      'a service ID with a control character',
      { serviceId: 'PLANTED\u0000' },
      'has white space or a control character',
    ],
    [
      'a token with a line break',
      { accessToken: 'PLANTED\n' },
      'accessToken must be visible ASCII without white space, got a string (masked)',
    ],
    ['a ticket lifetime of zero', { ticketLifetime: 0 }, 'ticketLifetime must be a positive numb'],
    ['clients that are no array', { clients: {} }, 'clients must be an array, got an object'],
    ['a client that is null', { clients: [null] }, 'clients[0] must be an object, got null'],
    [
      'a client with a misspelt field',
      { clients: [{ clientId: '1', secret: CLIENT_SECRET }] },
      'clients[0] has the unknown field "secret"; it takes clientId, clientIdAlias, clientSecret',
    ],
    [
      'a client ID that is no integer',
      { clients: [{ clientId: '1' }, { clientId: 'my-client' }] },
      'clients[1].clientId must be a string of 1 to 15 digits',
    ],
    [
      'a numeric client ID',
      { clients: [{ clientId: 1 }] },
      'clients[0].clientId must be a string of 1 to 15 digits, the first not 0, got a number',
    ],
    [
      'an empty client secret',
      { clients: [{ clientId: '1', clientSecret: '' }] },
      'clients[0].clientSecret must be a non-empty string, got an empty string',
    ],
    [
      'an alias that is a number',
      { clients: [{ clientId: '1', clientIdAlias: 7 }] },
      'clients[0].clientIdAlias must be a non-empty string, got a number',
    ],
    [
      'two clients of one name',
      { clients: [{ clientId: '1' }, { clientId: '2', clientIdAlias: '1' }] },
      'clients[1] has the name "1" of another one',
    ],
    [
      'a required nonce that is no boolean',
      { dpopNonceRequired: 'true' },
      'dpopNonceRequired must be a boolean, got a string',
    ],
    [
      'an onNotice that is no function',
      { onNotice: 'log' },
      'onNotice must be a function, got a s',
    ],
    ['an onCall that is no function', { onCall: 1 }, 'onCall must be a function, got a number'],
  ])('refuses %s', (_what, options, message) => {
    const create = () => createAuthleteEmulator(options as AuthleteEmulatorOptions);
    const error = thrownBy(create);
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toContain(message);
    expectNoSecretIn(error);
  });
});

describe('createAuthleteEmulator where NODE_ENV is production', () => {
  beforeEach(() => {
    const { NODE_ENV } = process.env;
    cleanUp(() => (process.env['NODE_ENV'] = NODE_ENV));
    process.env['NODE_ENV'] = 'production';
  });

  it('refuses, and says what allows it', () => {
    const error = thrownBy(() => createAuthleteEmulator());
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
    expect((error as Error).message).toMatch(/set allowInProduction \(--allow-in-production\)$/);
  });

  it('creates one if allowInProduction says so', () => {
    expect(createAuthleteEmulator({ allowInProduction: true }).openTickets()).toBe(0);
  });
});

describe('listen', () => {
  it('binds to a free port of 127.0.0.1 and gives its URL', async () => {
    const { url, close } = await emulatorOf().listen();
    cleanUp(close);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(url)).status).toBe(404);
  });

  it('gives a URL that works for an IPv6 address', async () => {
    const { url, close } = await emulatorOf().listen({ host: '::1' });
    cleanUp(close);
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(url)).status).toBe(404);
  });

  it('says that it is not Authlete and not for production', async () => {
    const onNotice = jest.fn();
    const { close } = await emulatorOf({ onNotice }).listen();
    cleanUp(close);
    expect(onNotice.mock.calls).toEqual([
      [expect.stringMatching(/not Authlete, and it is not for production/)],
    ]);
  });

  it('says so on standard error by default', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const { close } = await emulatorOf({ onNotice: undefined }).listen();
      cleanUp(close);
      expect(write.mock.calls[0]?.[0]).toMatch(/It is not Authlete.*\n$/);
    } finally {
      write.mockRestore();
    }
  });

  it('rejects when the port is in use', async () => {
    const port = Number(new URL(await serve(() => undefined)).port);
    await expect(emulatorOf().listen({ port })).rejects.toHaveProperty('code', 'EADDRINUSE');
  });

  const WRONG_PORT = 'listen: port must be a whole number from 0 to 65535';

  it.each<[string, unknown, string]>([
    ['a port that is too high', { port: 65536 }, WRONG_PORT],
    ['a negative port', { port: -1 }, WRONG_PORT],
    ['a port that is no whole number', { port: 1.5 }, WRONG_PORT],
    ['a port that is NaN', { port: NaN }, WRONG_PORT],
    ['a port that is the name of a socket', { port: 'x' }, WRONG_PORT],
    ['a port that is a string of digits', { port: '0' }, WRONG_PORT],
    ['a port that is null', { port: null }, WRONG_PORT],
    ['an empty host', { host: '' }, 'listen: host must be a non-empty string, got an empty string'],
    ['a host that is null', { host: null }, 'listen: host must be a non-empty string, got null'],
    [
      'a host that is a number',
      { host: 1 },
      'listen: host must be a non-empty string, got a number',
    ],
    [
      'an option that it does not know',
      { prot: 1 },
      'listen: unknown option "prot"; it takes port, host',
    ],
  ])('rejects %s before it says or does anything', async (_what, options, message) => {
    const onNotice = jest.fn();
    const emulator = emulatorOf({ onNotice });
    // If it listens all the same, it must not do so for longer than the test.
    const listening = emulator.listen(options as ListenOptions);
    cleanUp(() => listening.then(({ close }) => close()).catch(() => undefined));
    await expect(listening).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_ATF_OPTIONS',
      message,
    });
    expect(onNotice).not.toHaveBeenCalled();
  });

  it('leaves nothing listening when onNotice throws', async () => {
    const url = await closedPort();
    const thrown = new Error('notice');
    const emulator = emulatorOf({
      onNotice: () => {
        throw thrown;
      },
    });
    // Whatever still listens is to end with the test.
    const listen = jest.spyOn(emulator.app, 'listen');
    cleanUp(() => {
      for (const { value } of listen.mock.results) (value as Server).close();
    });
    await expect(emulator.listen({ port: Number(new URL(url).port) })).rejects.toBe(thrown);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('closes connections that are open, and may be closed twice', async () => {
    const { url, close } = await emulatorOf().listen();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    socket.resume();
    await Promise.all([close(), close(), ended]);
    await close();
    await expect(fetch(url)).rejects.toThrow();
  });
});
