import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { TokenEndpointSettings } from 'express-authlete-token-fail';
import { type Certificate, certificateOf } from './support/certificates';
import { cleanUp } from './support/cleanup';
import {
  errorOf,
  sendRaw,
  SERVER_ERROR,
  startTokenHost,
  TOKEN_HEADERS,
  type TokenHost,
  tokenHostOf,
  tokenRequestsOf,
} from './support/endpoint';
import { EXPRESS_VERSIONS } from './support/hosts';
import { until } from './support/until';

const SERVER = certificateOf('server');
const ROOT = certificateOf('root');
const INTERMEDIATE = certificateOf('intermediate', { issuer: ROOT });
const ISSUED = certificateOf('issued', { issuer: INTERMEDIATE });
const SELF_SIGNED = certificateOf('self-signed');

/** What a client presents: its own certificate, and others after it. */
const presenting = (own: Certificate, ...others: Certificate[]): RequestOptions => ({
  key: own.key,
  cert: [own, ...others].map(({ pem }) => pem).join(''),
});

type CertificateFunction = NonNullable<TokenEndpointSettings['clientCertificate']>;

describe.each(EXPRESS_VERSIONS)('the client certificate on $version', ({ express }) => {
  /** Starts a host behind TLS that asks for a certificate. */
  async function startTls(endpoint = {}): Promise<TokenHost & { port: number }> {
    const host = await tokenHostOf({ express, endpoint });
    const server = createServer(
      {
        key: SERVER.key,
        cert: SERVER.pem,
        requestCert: true,
        rejectUnauthorized: false,
      },
      host.app as RequestListener,
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp(async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });
    return { ...host, port: (server.address() as AddressInfo).port };
  }

  /** Sends a token request over TLS; gives the session, and whether it was an earlier one. */
  async function sendTls(
    port: number,
    options: RequestOptions & Pick<ConnectionOptions, 'session'> = {},
  ) {
    const request = httpsRequest({
      host: '127.0.0.1',
      port,
      path: '/token',
      method: 'POST',
      agent: false,
      rejectUnauthorized: false,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      ...options,
    });
    let session: Buffer | undefined;
    request.once('socket', (socket) =>
      socket.on('session', (newSession: Buffer) => (session = newSession)),
    );
    request.end('a=b');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const reused = (response.socket as Partial<TLSSocket>).isSessionReused?.();
    expect([response.statusCode, await text(response)]).toEqual([200, '{}']);
    return { session, reused };
  }

  describe('of the connection', () => {
    it.each([
      ['is that of a self-signed client', presenting(SELF_SIGNED), [SELF_SIGNED]],
      ['is that of a client that sends no issuer', presenting(ISSUED), [ISSUED]],
      [
        'stands before those that the client sent after it',
        presenting(ISSUED, INTERMEDIATE, ROOT),
        [ISSUED, INTERMEDIATE, ROOT],
      ],
      [
        'stands before an issuer that is not the last one',
        presenting(ISSUED, INTERMEDIATE),
        [ISSUED, INTERMEDIATE],
      ],
    ])('%s', async (_what, options, [own, ...path]) => {
      const host = await startTls();
      await sendTls(host.port, options);
      expect(tokenRequestsOf(host)).toEqual([
        {
          parameters: 'a=b',
          clientCertificate: own?.pem,
          ...(path.length > 0 && { clientCertificatePath: path.map(({ pem }) => pem) }),
        },
      ]);
    });

    it('is none if the client has none', async () => {
      const host = await startTls();
      await sendTls(host.port);
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b' }]);
    });

    it('is none without TLS', async () => {
      const host = await startTokenHost({ express });
      await sendRaw(host.url, { body: 'a=b' });
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b' }]);
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'is known in a resumed session of %s',
      async (version) => {
        const host = await startTls();
        const options: RequestOptions = {
          ...presenting(ISSUED, INTERMEDIATE, ROOT),
          minVersion: version,
          maxVersion: version,
        };
        const { session, reused } = await sendTls(host.port, options);
        expect(reused).toBe(false);
        const again = await sendTls(host.port, { ...options, session });
        expect(again.reused).toBe(true);
        expect(tokenRequestsOf(host)).toMatchObject([
          { clientCertificate: ISSUED.pem },
          { clientCertificate: ISSUED.pem },
        ]);
      },
    );

    it('gives way to what the host gives', async () => {
      const host = await startTls({ clientCertificate: () => ROOT.pem });
      await sendTls(host.port, presenting(SELF_SIGNED));
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b', clientCertificate: ROOT.pem }]);
    });

    it('gives way to the host even where that gives nothing', async () => {
      const host = await startTls({ clientCertificate: () => undefined });
      await sendTls(host.port, presenting(SELF_SIGNED));
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b' }]);
    });
  });

  describe('that the host gives', () => {
    const startWith = (clientCertificate: CertificateFunction, endpoint = {}) =>
      startTokenHost({ express, endpoint: { clientCertificate, ...endpoint } });

    it.each<[string, CertificateFunction, object]>([
      ['is a string', () => 'own', { clientCertificate: 'own' }],
      ['is an array of one', () => ['own'], { clientCertificate: 'own' }],
      [
        'is an array of several',
        () => ['own', 'b', 'a'],
        { clientCertificate: 'own', clientCertificatePath: ['b', 'a'] },
      ],
      ['is a promise', () => Promise.resolve(['own']), { clientCertificate: 'own' }],
      ['is a promise of nothing', () => Promise.resolve(null), {}],
      ['is undefined', () => undefined, {}],
      ['is null', () => null, {}],
      ['is an empty array', () => [], {}],
    ])('%s', async (_what, clientCertificate, expected) => {
      const host = await startWith(clientCertificate);
      expect((await sendRaw(host.url, { body: 'a=b' })).status).toBe(200);
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b', ...expected }]);
      expect(host.errors).toEqual([]);
    });

    it('may be one that a proxy told in a header', async () => {
      const host = await startWith((req) => decodeURIComponent(req.get('X-Client-Cert') ?? ''));
      const headers = { 'X-Client-Cert': encodeURIComponent(ISSUED.pem) };
      await sendRaw(host.url, { headers, body: 'a=b' });
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b', clientCertificate: ISSUED.pem }]);
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
    ])('is a server error if it is %s', async (_what, clientCertificate) => {
      const host = await startWith(clientCertificate as CertificateFunction);
      const answer = await sendRaw(host.url);
      expect(errorOf(answer)).toEqual([500, 'server_error']);
      expect(host.errors).toMatchObject([
        { name: 'HostFunctionError', code: 'ERR_ATF_HOST_RESULT' },
      ]);
      expect(String(host.errors[0])).toContain('clientCertificate must give PEM');
      expect(host.upstream.requests).toEqual([]);
    });

    it.each<[string, (error: Error) => CertificateFunction]>([
      [
        'throws',
        (error) => () => {
          throw error;
        },
      ],
      ['rejects', (error) => () => Promise.reject(error)],
    ])('is a server error if the function %s, and onError sees why', async (_what, make) => {
      const error = new Error('vault is sealed');
      const host = await startWith(make(error));
      const answer = await sendRaw(host.url);
      expect(answer.status).toBe(500);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(JSON.parse(answer.text)).toEqual(SERVER_ERROR);
      expect(host.errors).toEqual([error]);
      expect(host.errors[0]).toBe(error);
      expect(host.upstream.requests).toEqual([]);
    });

    it('is a server error if the function hangs', async () => {
      const host = await startWith(() => new Promise<never>(() => undefined), {
        authenticateTimeout: 20,
      });
      expect(errorOf(await sendRaw(host.url))).toEqual([500, 'server_error']);
      expect(host.errors).toMatchObject([{ code: 'ERR_ATF_HOST_TIMEOUT' }]);
      expect(String(host.errors[0])).toContain('clientCertificate did not settle within 20 ms');
      expect(host.upstream.requests).toEqual([]);
    });

    it('is not asked for where the request is refused anyway', async () => {
      const clientCertificate = jest.fn(() => 'own');
      const host = await startWith(clientCertificate);
      await sendRaw(host.url, { method: 'GET' });
      await sendRaw(host.url, { headers: { 'Content-Type': 'text/plain' } });
      await sendRaw(host.url, { headers: { Authorization: 'Bearer token' } });
      expect(clientCertificate).not.toHaveBeenCalled();
    });

    it('is not asked for once the client application has gone away', async () => {
      const clientCertificate = jest.fn(() => 'own');
      const waiting: { res: { closed: boolean }; next: () => void }[] = [];
      const host = await startTokenHost({
        express,
        before: [
          express.urlencoded({ extended: false }),
          (_req, res, next) => {
            waiting.push({ res, next });
          },
        ],
        endpoint: { clientCertificate },
      });
      const gone = new AbortController();
      const body = new URLSearchParams('first=1');
      const first = fetch(host.url, { method: 'POST', body, signal: gone.signal });
      const failed = expect(first).rejects.toThrow();
      await until(() => waiting.length === 1);
      gone.abort();
      await failed;
      await until(() => waiting[0]?.res.closed === true);
      waiting[0]?.next();

      const second = sendRaw(host.url, { body: 'second=1' });
      await until(() => waiting.length === 2);
      waiting[1]?.next();
      expect((await second).status).toBe(200);
      expect(clientCertificate).toHaveBeenCalledTimes(1);
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'second=1', clientCertificate: 'own' }]);
      expect([host.errors, host.passedOn]).toEqual([[], []]);
    });

    it('makes no call for a client application that goes away meanwhile', async () => {
      const certificates: ((certificate: string) => void)[] = [];
      const responses: { closed: boolean }[] = [];
      const host = await startTokenHost({
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
      const gone = new AbortController();
      const first = fetch(host.url, {
        method: 'POST',
        body: new URLSearchParams('first=1'),
        signal: gone.signal,
      });
      const failed = expect(first).rejects.toThrow();
      await until(() => certificates.length === 1);
      gone.abort();
      await failed;
      await until(() => responses[0]?.closed === true);
      certificates[0]?.('late');

      const second = sendRaw(host.url, { body: 'second=1' });
      await until(() => certificates.length === 2);
      certificates[1]?.('own');
      expect((await second).status).toBe(200);
      expect(tokenRequestsOf(host)).toEqual([{ parameters: 'second=1', clientCertificate: 'own' }]);
      expect([host.errors, host.passedOn]).toEqual([[], []]);
    });
  });
});
