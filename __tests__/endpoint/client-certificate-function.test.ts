import type { CallbackError, EndpointOptions } from 'express-authlete-token-fail';
import { certificateOf } from '../support/servers/certificates';
import {
  errorOf,
  sendRaw,
  SERVER_ERROR,
  startEndpoint,
  TOKEN_HEADERS,
  tokenRequestsOf,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { until } from '../support/until';

const CERTIFICATE = certificateOf('client');

type CertificateFunction = NonNullable<EndpointOptions['clientCertificate']>;

describe.each(EXPRESS_VERSIONS)('clientCertificate on $version', ({ express }) => {
  const startWith = (clientCertificate: CertificateFunction, endpoint = {}) =>
    startEndpoint({ express, endpoint: { clientCertificate, ...endpoint } });

  it.each<[string, CertificateFunction, object]>([
    ['a string', () => 'own', { clientCertificate: 'own' }],
    ['an array of one', () => ['own'], { clientCertificate: 'own' }],
    [
      'an array of several',
      () => ['own', 'b', 'a'],
      { clientCertificate: 'own', clientCertificatePath: ['b', 'a'] },
    ],
    ['a promise', () => Promise.resolve(['own']), { clientCertificate: 'own' }],
    ['a promise of nothing', () => Promise.resolve(null), {}],
    ['undefined', () => undefined, {}],
    ['null', () => null, {}],
    ['an empty array', () => [], {}],
  ])('may return %s', async (_what, clientCertificate, expected) => {
    const server = await startWith(clientCertificate);
    expect((await sendRaw(server.url, { body: 'a=b' })).status).toBe(200);
    expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b', ...expected }]);
    expect(server.errors).toEqual([]);
  });

  it('may return what a proxy sent in a header', async () => {
    const server = await startWith((req) => decodeURIComponent(req.get('X-Client-Cert') ?? ''));
    const headers = { 'X-Client-Cert': encodeURIComponent(CERTIFICATE.pem) };
    await sendRaw(server.url, { headers, body: 'a=b' });
    expect(tokenRequestsOf(server)).toEqual([
      { parameters: 'a=b', clientCertificate: CERTIFICATE.pem },
    ]);
  });

  it.each<[string, () => unknown]>([
    ['a number', () => 7],
    ['a boolean', () => false],
    ['an object', () => ({ pem: 'own' })],
    ['bytes', () => Buffer.from('own')],
    ['an array with a number', () => ['own', 7]],
    ['an array of arrays', () => [['own']]],
    ['an array with nothing in it', () => [undefined]],
    ['a promise of a number', () => Promise.resolve(7)],
  ])('is a server error if it returns %s', async (_what, clientCertificate) => {
    const server = await startWith(clientCertificate as CertificateFunction);
    const answer = await sendRaw(server.url);
    expect(errorOf(answer)).toEqual([500, 'server_error']);
    expect(server.errors).toMatchObject([
      { name: 'CallbackError', code: 'ERR_ATF_CALLBACK_RESULT', callback: 'clientCertificate' },
    ]);
    expect(String(server.errors[0])).toContain('clientCertificate must return PEM');
    expect(server.upstream.requests).toEqual([]);
  });

  it.each<[string, (error: Error) => CertificateFunction]>([
    [
      'throws',
      (error) => () => {
        throw error;
      },
    ],
    ['rejects', (error) => () => Promise.reject(error)],
  ])('is a server error if it %s, and the outcome has the cause', async (_what, make) => {
    const error = new Error('vault is sealed');
    const server = await startWith(make(error));
    const answer = await sendRaw(server.url);
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
    expect(server.outcomes).toMatchObject([{ outcome: 'error', status: 500 }]);
    expect(server.errors).toMatchObject([
      { code: 'ERR_ATF_CALLBACK_THREW', message: 'clientCertificate threw' },
    ]);
    expect((server.errors[0] as CallbackError).cause).toBe(error);
    expect(server.upstream.requests).toEqual([]);
  });

  it('is a server error if it hangs', async () => {
    const server = await startWith(() => new Promise<never>(() => undefined), {
      authenticateTimeout: 20,
    });
    expect(errorOf(await sendRaw(server.url))).toEqual([500, 'server_error']);
    expect(server.errors).toMatchObject([{ code: 'ERR_ATF_CALLBACK_TIMEOUT' }]);
    expect(String(server.errors[0])).toContain('clientCertificate did not settle within 20 ms');
    expect(server.upstream.requests).toEqual([]);
  });

  it('is not called where the request is rejected anyway', async () => {
    const clientCertificate = jest.fn(() => 'own');
    const server = await startWith(clientCertificate);
    await sendRaw(server.url, { method: 'GET' });
    await sendRaw(server.url, { headers: { 'Content-Type': 'text/plain' } });
    await sendRaw(server.url, { headers: { Authorization: 'Bearer token' } });
    expect(clientCertificate).not.toHaveBeenCalled();
  });

  it('is not called once the client application has disconnected', async () => {
    const clientCertificate = jest.fn(() => 'own');
    const waiting: { res: { closed: boolean }; next: () => void }[] = [];
    const server = await startEndpoint({
      express,
      before: [
        express.urlencoded({ extended: false }),
        (_req, res, next) => {
          waiting.push({ res, next });
        },
      ],
      endpoint: { clientCertificate },
    });
    const connection = new AbortController();
    const body = new URLSearchParams('first=1');
    const first = fetch(server.url, { method: 'POST', body, signal: connection.signal });
    const failed = expect(first).rejects.toThrow();
    await until(() => waiting.length === 1);
    connection.abort();
    await failed;
    await until(() => waiting[0]?.res.closed === true);
    waiting[0]?.next();

    const second = sendRaw(server.url, { body: 'second=1' });
    await until(() => waiting.length === 2);
    waiting[1]?.next();
    expect((await second).status).toBe(200);
    expect(clientCertificate).toHaveBeenCalledTimes(1);
    expect(tokenRequestsOf(server)).toEqual([{ parameters: 'second=1', clientCertificate: 'own' }]);
    expect(server.outcomes.map(({ outcome }) => outcome)).toEqual(['aborted', 'issued']);
    expect([server.errors, server.passedOn]).toEqual([[], []]);
  });

  it('leads to no call if the client application disconnects meanwhile', async () => {
    const certificates: ((certificate: string) => void)[] = [];
    const responses: { closed: boolean }[] = [];
    const server = await startEndpoint({
      express,
      before: [
        (_req, res, next) => {
          responses.push(res);
          next();
        },
      ],
      endpoint: {
        clientCertificate: () => new Promise((resolve) => certificates.push(resolve)),
      },
    });
    const connection = new AbortController();
    const first = fetch(server.url, {
      method: 'POST',
      body: new URLSearchParams('first=1'),
      signal: connection.signal,
    });
    const failed = expect(first).rejects.toThrow();
    await until(() => certificates.length === 1);
    connection.abort();
    await failed;
    await until(() => responses[0]?.closed === true);
    certificates[0]?.('late');

    const second = sendRaw(server.url, { body: 'second=1' });
    await until(() => certificates.length === 2);
    certificates[1]?.('own');
    expect((await second).status).toBe(200);
    expect(tokenRequestsOf(server)).toEqual([{ parameters: 'second=1', clientCertificate: 'own' }]);
    expect(server.outcomes.map(({ outcome }) => outcome)).toEqual(['aborted', 'issued']);
    expect([server.errors, server.passedOn]).toEqual([[], []]);
  });
});
