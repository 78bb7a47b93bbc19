import { text } from 'node:stream/consumers';
import {
  errorOf,
  FORM_TYPE,
  openSocket,
  sendRaw,
  startEndpoint,
  TOKEN_HEADERS,
  type EndpointServerOptions,
  tokenRequestsOf,
} from '../support/servers/endpoint';
import { passwordGrant } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

const basic = (userPass: string) => `Basic ${Buffer.from(userPass).toString('base64')}`;

describe.each(EXPRESS_VERSIONS)('the token request on $version', ({ express }) => {
  const start = (options: Partial<EndpointServerOptions> = {}) =>
    startEndpoint({ express, ...options });

  it('is the form alone if the client application sends nothing else', async () => {
    const server = await start();
    const answer = await sendRaw(server.url, { body: 'a=b' });
    expect(answer.status).toBe(200);
    expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
  });

  describe('of a method', () => {
    it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
      'like %s is rejected',
      async (method) => {
        const server = await start();
        const answer = await sendRaw(server.url, { method });
        expect(answer.status).toBe(405);
        expect(answer.headers).toMatchObject({ ...TOKEN_HEADERS, allow: 'POST' });
        if (method === 'HEAD') expect(answer.text).toBe('');
        else expect(errorOf(answer)).toEqual([405, 'invalid_request']);
        expect(server.upstream.requests).toEqual([]);
        expect(server.outcomes).toMatchObject([{ outcome: 'rejected', status: 405 }]);
        expect(server.errors).toEqual([]);
      },
    );

    it('other than POST is rejected before anything else is looked at', async () => {
      const server = await start();
      const answer = await sendRaw(server.url, {
        method: 'GET',
        headers: { Authorization: 'Bearer token', 'Content-Type': 'text/plain' },
      });
      expect(answer.status).toBe(405);
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    });
  });

  describe('with HTTP Basic', () => {
    it('has the credentials form-decoded beside the parameters', async () => {
      const server = await start();
      const Authorization = basic('my%3Aclient:s+%2B%C3%B6');
      const body = passwordGrant({ client_id: 'other', client_secret: 'body-secret' });
      expect((await sendRaw(server.url, { headers: { Authorization }, body })).status).toBe(200);
      expect(tokenRequestsOf(server)).toEqual([
        { parameters: body, clientId: 'my:client', clientSecret: 's +ö' },
      ]);
    });

    it('has an empty secret if that is empty', async () => {
      const server = await start();
      await sendRaw(server.url, { headers: { Authorization: basic('my-client:') }, body: 'a=b' });
      expect(tokenRequestsOf(server)).toEqual([
        { parameters: 'a=b', clientId: 'my-client', clientSecret: '' },
      ]);
    });

    it('has the credentials of the body in its parameters alone', async () => {
      const server = await start();
      const body = passwordGrant({ client_id: 'my-client', client_secret: 'my-secret' });
      await sendRaw(server.url, { body });
      expect(tokenRequestsOf(server)).toEqual([{ parameters: body }]);
    });

    it.each([
      ['of another scheme', 'Bearer token'],
      ['that is empty', ''],
      ['with malformed credentials', basic('no colon')],
    ])('is rejected for an Authorization header %s', async (_what, Authorization) => {
      const server = await start();
      const answer = await sendRaw(server.url, { headers: { Authorization }, body: 'a=b' });
      expect(errorOf(answer)).toEqual([401, 'invalid_client']);
      expect(answer.headers['www-authenticate']).toBe('Basic realm="token endpoint"');
      expect(server.upstream.requests).toEqual([]);
      expect(server.outcomes).toMatchObject([{ outcome: 'rejected', status: 401 }]);
      expect(server.errors).toEqual([]);
    });

    it('is rejected with the realm of the options', async () => {
      const server = await start({ endpoint: { realm: "Joe's (first) realm, a=b" } });
      const answer = await sendRaw(server.url, { headers: { Authorization: 'Digest a=b' } });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(`Basic realm="Joe's (first) realm, a=b"`);
    });

    it('says nothing of the credentials that it rejects', async () => {
      const server = await start();
      const Authorization = basic('PLANTED%zz:PLANTED');
      const answer = await sendRaw(server.url, { headers: { Authorization } });
      expect(answer.status).toBe(401);
      expect(answer.text).not.toMatch(/PLANTED|UExBTlRFR/);
    });
  });

  describe('of a browser', () => {
    it.each(['navigate', 'no-cors'])(
      'is rejected with 400 where a page posts a form by itself (Sec-Fetch-Mode: %s)',
      async (mode) => {
        const server = await start();
        const headers = { 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Site': 'cross-site' };
        const answer = await sendRaw(server.url, { headers, body: passwordGrant() });
        expect(errorOf(answer)).toEqual([400, 'invalid_request']);
        expect(server.upstream.requests).toEqual([]);
        expect(server.outcomes).toMatchObject([{ outcome: 'rejected', status: 400 }]);
        expect([server.errors, server.passedOn]).toEqual([[], []]);
      },
    );

    it('is rejected before its body is read', async () => {
      const server = await start();
      const socket = openSocket(server.url);
      socket.write(
        `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\nContent-Length: 9\r\n` +
          'Sec-Fetch-Mode: navigate\r\nConnection: close\r\n\r\n',
      );
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    });

    it.each(['cors', 'same-origin'])(
      'is served where a script sends it (Sec-Fetch-Mode: %s)',
      async (mode) => {
        const server = await start();
        const headers = { 'Sec-Fetch-Mode': mode };
        const body = passwordGrant();
        expect((await sendRaw(server.url, { headers, body })).status).toBe(200);
        expect(tokenRequestsOf(server)).toEqual([{ parameters: body }]);
      },
    );
  });

  it('has the headers of attestation-based client authentication', async () => {
    const server = await start();
    await sendRaw(server.url, {
      headers: {
        'OAuth-Client-Attestation': 'the.attestation',
        'OAuth-Client-Attestation-PoP': 'its.proof',
      },
      body: 'a=b',
    });
    expect(tokenRequestsOf(server)).toEqual([
      {
        parameters: 'a=b',
        oauthClientAttestation: 'the.attestation',
        oauthClientAttestationPop: 'its.proof',
      },
    ]);
  });

  it('sends no other header on', async () => {
    const server = await start();
    await sendRaw(server.url, {
      headers: { 'X-Client-Cert': 'SURPLUS', Cookie: 'SURPLUS', 'User-Agent': 'SURPLUS' },
      body: 'a=b',
    });
    expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
    expect(JSON.stringify(server.upstream.requests)).not.toContain('SURPLUS');
  });
});
