import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { isLocalHost } from 'express-authlete-token-fail/emulator';
import { runCommand } from '../../lib/emulator/command';
import { cleanUp } from '../support/cleanup';
import { jsonFile } from '../support/json-file';
import { BEARER_TOKEN, PASSWORD } from '../support/secrets/secrets';
import { emulatorOf, passwordGrant, SERVICE_ID } from '../support/servers/emulator';

/** Sends a token request with this `Host` header. */
async function send(
  url: string,
  host: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; body: unknown }> {
  const type = 'application/x-www-form-urlencoded';
  const call = request(url, {
    method: 'POST',
    headers: { Host: host, 'Content-Type': type, ...headers },
  });
  call.end(passwordGrant({ password: PASSWORD }));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await json(response) };
}

/** Sends the same as an API call. It has no `parameters`, so the answer is 400. */
const callWith = (api: string, host: string) =>
  send(api, host, { Authorization: `Bearer ${BEARER_TOKEN}` });

const LOCAL = [
  'localhost',
  'localhost:3000',
  'LOCALHOST',
  'authlete.localhost:80',
  '127.0.0.1:4000',
  '127.255.3.9',
  '[::1]',
  '[::1]:4000',
];

const FOREIGN = [
  'rebound.example',
  'rebound.example:4000',
  'localhost.example',
  '127.0.0.1.example:4000',
  'notlocalhost',
  '10.0.0.1',
  '0.0.0.0:4000',
  '[::2]:4000',
];

describe('isLocalHost', () => {
  it.each(LOCAL)('is true for %s', (host) => {
    expect(isLocalHost(host)).toBe(true);
  });

  it.each([...FOREIGN, '', '.localhost.', undefined])('is false for %s', (host) => {
    expect(isLocalHost(host)).toBe(false);
  });
});

describe('the APIs of the emulator', () => {
  it('are there for every name of this machine, and for no other', async () => {
    const emulator = emulatorOf();
    const { url, close } = await emulator.listen();
    cleanUp(() => close());
    const api = `${url}/api/${SERVICE_ID}/auth/token`;
    for (const host of LOCAL) expect(await callWith(api, host)).toMatchObject({ status: 400 });
    const calls = emulator.journal.calls().length;
    for (const host of FOREIGN) {
      const { status, body } = await callWith(api, host);
      expect(status).toBe(403);
      expect(body).toMatchObject({
        resultCode: 'EMU009',
        resultMessage: expect.stringMatching(
          /localhost, \*\.localhost, 127\.0\.0\.0\/8, \[::1\]/,
        ) as string,
      });
    }
    expect(emulator.journal.calls()).toHaveLength(calls);
  });

  it('are there for the host that the emulator listens on', async () => {
    const { url, close } = await emulatorOf().listen({ host: '0.0.0.0' });
    cleanUp(() => close());
    const api = `http://127.0.0.1:${new URL(url).port}/api/${SERVICE_ID}/auth/token`;
    expect(await callWith(api, '0.0.0.0:4000')).toMatchObject({ status: 400 });
    expect(await callWith(api, 'rebound.example')).toMatchObject({ status: 403 });
  });
});

describe('the token endpoint of the command', () => {
  it('is there for names of this machine alone', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    cleanUp(() => write.mockRestore());
    const users = jsonFile({ users: [{ username: 'john', password: PASSWORD }] });
    const listening = await runCommand(['--clients', users], () => undefined);
    cleanUp(() => listening?.close());
    const url = `${listening?.url}/token`;
    expect(await send(url, 'localhost:3000')).toMatchObject({ status: 200 });
    expect(await send(url, 'rebound.example')).toMatchObject({
      status: 403,
      body: { resultCode: 'EMU009' },
    });
  });
});
