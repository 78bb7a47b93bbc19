import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { type Certificate, certificateOf } from '../support/certificates';
import { cleanUp } from '../support/cleanup';
import { temporaryFolder } from '../support/folder';
import type { ToldError } from '../support/fail-server';
import { grantThatCalls, SERVER_ERROR_ANSWER } from '../support/fault-host';
import { http, REPLY_OF } from '../support/faulty-upstream';
import { BEARER_TOKEN } from '../support/secrets';
import { serveTcp } from '../support/servers';
import { serveTls } from '../support/servers-tls';
import { watchEachTest } from '../support/watch';

const API = '/auth/token/fail';
const { action, responseContent, status } = REPLY_OF[API];

const AUTHORITY = certificateOf('authority');
const GOOD = certificateOf('good', { issuer: AUTHORITY, host: 'localhost' });
const SELF_SIGNED = certificateOf('self-signed', { host: 'localhost' });

/** Answers each call, and counts them. */
function answering(): { onConnection: (socket: TLSSocket) => void; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    onConnection: (socket) =>
      socket.on('data', () => {
        calls++;
        socket.write(http({ action, responseContent }));
      }),
  };
}

/** What came of a grant in a process that trusts the authority. */
interface TrustingOutcome {
  status: number;
  content: string;
  told: string[];
  exitCode: number | null;
}

/** Sends a grant to a server process of its own, because what Node trusts is fixed at its start. */
async function grantOfTrusting(baseUrl: string): Promise<TrustingOutcome> {
  const folder = temporaryFolder(join(tmpdir(), 'authority-'));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, AUTHORITY.pem);

  const child = fork(join(__dirname, '../support/fail-server.ts'), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: authority,
      AUTHLETE_BASE_URL: baseUrl,
      AUTHLETE_SERVICE_ID: '715948317',
      AUTHLETE_BEARER: BEARER_TOKEN,
    },
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  cleanUp(() => child.kill('SIGKILL'));
  const output = Promise.all([textOf(child.stdout), textOf(child.stderr)]);

  const [url] = (await once(child, 'message')) as [string];
  const answer = await fetch(url, { method: 'POST', headers: { Connection: 'close' } });
  const content = await answer.text();
  child.send('told');
  const [told] = (await once(child, 'message')) as [ToldError[]];
  const [exitCode] = await exited;

  const shown = [content, ...(await output), ...told.map(({ everything }) => everything)];
  expect(shown.join('\n')).not.toContain('PLANTED');
  return { status: answer.status, content, told: told.map(({ code }) => code), exitCode };
}

const textOf = (stream: Readable | null): Promise<string> => text(stream ?? Readable.from([]));

describe('a server survives an upstream', () => {
  watchEachTest();

  it('whose certificate is good', async () => {
    const { onConnection, calls } = answering();
    const outcome = await grantOfTrusting(await serveTls(GOOD, onConnection));
    expect(outcome).toEqual({ status, content: responseContent, told: [], exitCode: 0 });
    expect(calls()).toBe(1);
  });

  it.each<[string, Certificate]>([
    ['has expired', certificateOf('old', { ...from(AUTHORITY), notAfter: new Date('2021-01-01') })],
    [
      'is not valid yet',
      certificateOf('new', { ...from(AUTHORITY), notBefore: new Date('2048-01-01') }),
    ],
    ['is for another host', certificateOf('other', { issuer: AUTHORITY, host: 'other.example' })],
    ['is self-signed', SELF_SIGNED],
    ['is of an unknown authority', certificateOf('foreign', from(certificateOf('unknown')))],
  ])('whose certificate %s', async (_what, certificate) => {
    const { onConnection, calls } = answering();
    const outcome = await grantOfTrusting(await serveTls(certificate, onConnection));
    expect(outcome).toEqual({
      ...SERVER_ERROR_ANSWER,
      told: ['ERR_ATF_UNREACHABLE'],
      exitCode: 0,
    });
    expect(calls()).toBe(0);
  });

  it.each<[string, string, (socket: { end: () => void; write: (text: string) => void }) => void]>([
    ['speaks no TLS', 'ERR_ATF_UNREACHABLE', (socket) => socket.write('220 ready\r\n')],
    ['closes the connection in the handshake', 'ERR_ATF_CONNECTION_LOST', (socket) => socket.end()],
    ['never shakes hands', 'ERR_ATF_TIMEOUT', () => undefined],
  ])('that %s', async (_what, code, act) => {
    const url = await serveTcp((socket) => socket.once('data', () => act(socket)));
    const outcome = await grantThatCalls(API, { baseUrl: url.replace('http:', 'https:') });
    expect(outcome).toEqual({ ...SERVER_ERROR_ANSWER, told: [code] });
  });

  it('that has no newer version than TLS 1.1', async () => {
    const { onConnection, calls } = answering();
    const baseUrl = await serveTls(GOOD, onConnection, {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const outcome = await grantThatCalls(API, { baseUrl });
    expect(outcome).toEqual({ ...SERVER_ERROR_ANSWER, told: ['ERR_ATF_UNREACHABLE'] });
    expect(calls()).toBe(0);
  });
});

function from(issuer: Certificate): { issuer: Certificate; host: string } {
  return { issuer, host: 'localhost' };
}
