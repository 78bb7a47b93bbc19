import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { type Certificate, certificateOf } from '../support/servers/certificates';
import { cleanUp } from '../support/cleanup';
import {
  endpointAppOf,
  type EndpointServer,
  sendRaw,
  startEndpoint,
  tokenRequestsOf,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

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

describe.each(EXPRESS_VERSIONS)(
  'the client certificate of the connection on $version',
  ({ express }) => {
    /** Starts a server behind TLS that asks for a certificate. */
    async function startTls(endpoint = {}): Promise<EndpointServer & { port: number }> {
      const started = await endpointAppOf({ express, endpoint });
      const server = createServer(
        {
          key: SERVER.key,
          cert: SERVER.pem,
          requestCert: true,
          rejectUnauthorized: false,
        },
        started.app as RequestListener,
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanUp(async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      });
      return { ...started, port: (server.address() as AddressInfo).port };
    }

    /** Sends a token request over TLS; returns the session, and whether it was an earlier one. */
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
      const server = await startTls();
      await sendTls(server.port, options);
      expect(tokenRequestsOf(server)).toEqual([
        {
          parameters: 'a=b',
          clientCertificate: own?.pem,
          ...(path.length > 0 && { clientCertificatePath: path.map(({ pem }) => pem) }),
        },
      ]);
    });

    it('is none if the client has none', async () => {
      const server = await startTls();
      await sendTls(server.port);
      expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
    });

    it('is none without TLS', async () => {
      const server = await startEndpoint({ express });
      await sendRaw(server.url, { body: 'a=b' });
      expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'is known in a resumed session of %s',
      async (version) => {
        const server = await startTls();
        const options: RequestOptions = {
          ...presenting(ISSUED, INTERMEDIATE, ROOT),
          minVersion: version,
          maxVersion: version,
        };
        const { session, reused } = await sendTls(server.port, options);
        expect(reused).toBe(false);
        const again = await sendTls(server.port, { ...options, session });
        expect(again.reused).toBe(true);
        expect(tokenRequestsOf(server)).toMatchObject([
          { clientCertificate: ISSUED.pem },
          { clientCertificate: ISSUED.pem },
        ]);
      },
    );

    it("gives way to what the app's function returns", async () => {
      const server = await startTls({ clientCertificate: () => ROOT.pem });
      await sendTls(server.port, presenting(SELF_SIGNED));
      expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b', clientCertificate: ROOT.pem }]);
    });

    it("gives way to the app's function even where that returns nothing", async () => {
      const server = await startTls({ clientCertificate: () => undefined });
      await sendTls(server.port, presenting(SELF_SIGNED));
      expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
    });
  },
);
