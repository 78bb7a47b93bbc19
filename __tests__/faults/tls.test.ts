import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { getGoodReply, http } from '../support/faults/faulty-upstream';
import {
  pickPathsTo,
  resultOfFailure,
  resultOfReply,
  sendGrant,
  SERVER_ERROR_ANSWER,
} from '../support/faults/grant';
import { type ProcessResult, sendGrantsToProcess } from '../support/faults/run-app-process';
import { temporaryFolder } from '../support/folder';
import { watchEachTest } from '../support/observe/watch';
import {
  type Certificate,
  certificateOf,
  type CertificateOptions,
} from '../support/servers/certificates';
import { serveTcp } from '../support/servers/listen';
import { serveTls } from '../support/servers/tls';

const API = '/auth/token/fail';
const { status, content } = resultOfReply(API);

const AUTHORITY = certificateOf('authority');
const GOOD = certificateOf('good', { issuer: AUTHORITY, host: 'localhost' });

const issuedBy = (issuer: Certificate): CertificateOptions => ({ issuer, host: 'localhost' });

/** Answers each call, and counts them. */
function answering(): { onConnection: (socket: TLSSocket) => void; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    onConnection: (socket) =>
      socket.on('data', () => {
        calls++;
        socket.write(http(getGoodReply(API)));
      }),
  };
}

/** Sends a grant to an app that trusts the authority. */
function sendTrustingGrant(isApps: boolean, baseUrl: string): Promise<ProcessResult> {
  const authority = join(temporaryFolder(join(tmpdir(), 'authority-')), 'authority.pem');
  writeFileSync(authority, AUTHORITY.pem);
  const env = { NODE_EXTRA_CA_CERTS: authority, AUTHLETE_BASE_URL: baseUrl };
  return sendGrantsToProcess({ isApps, starved: false }, env);
}

watchEachTest();

describe.each(pickPathsTo(API))('$title: a server survives an upstream', (path) => {
  const { isApps } = path.adapter;

  it('whose certificate is good', async () => {
    const { onConnection, calls } = answering();
    const result = await sendTrustingGrant(isApps, await serveTls(GOOD, onConnection));
    expect(result).toEqual({ answers: [{ status, content }], errors: [], exitCode: 0 });
    expect(calls()).toBe(1);
  });

  it.each<[string, Certificate]>([
    [
      'has expired',
      certificateOf('old', { ...issuedBy(AUTHORITY), notAfter: new Date('2021-01-01') }),
    ],
    [
      'is not valid yet',
      certificateOf('new', { ...issuedBy(AUTHORITY), notBefore: new Date('2048-01-01') }),
    ],
    ['is for another host', certificateOf('other', { issuer: AUTHORITY, host: 'other.example' })],
    ['is self-signed', certificateOf('self-signed', { host: 'localhost' })],
    ['is of an unknown authority', certificateOf('foreign', issuedBy(certificateOf('unknown')))],
  ])('whose certificate %s', async (_what, certificate) => {
    const { onConnection, calls } = answering();
    const result = await sendTrustingGrant(isApps, await serveTls(certificate, onConnection));
    expect(result).toMatchObject({
      answers: [SERVER_ERROR_ANSWER],
      errors: [{ code: 'ERR_ATF_UNREACHABLE' }],
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
    const result = await sendGrant(path, { baseUrl: url.replace('http:', 'https:') });
    expect(result).toEqual(resultOfFailure(API, code));
  });

  it('that has no newer version than TLS 1.1', async () => {
    const { onConnection, calls } = answering();
    const baseUrl = await serveTls(GOOD, onConnection, {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const result = await sendGrant(path, { baseUrl });
    expect(result).toEqual(resultOfFailure(API, 'ERR_ATF_UNREACHABLE'));
    expect(calls()).toBe(0);
  });
});
