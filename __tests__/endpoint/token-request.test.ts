import {
  errorOf,
  sendRaw,
  startTokenHost,
  TOKEN_HEADERS,
  type TokenHostOptions,
  tokenRequestsOf,
} from './support/endpoint';
import { passwordGrant } from './support/emulator';
import { EXPRESS_VERSIONS } from './support/hosts';

const basic = (userPass: string) => `Basic ${Buffer.from(userPass).toString('base64')}`;

/** What a proxy tells of the URL that the client application used. */
const FORWARDED = { 'X-Forwarded-Host': 'as.example', 'X-Forwarded-Proto': 'https' };

describe.each(EXPRESS_VERSIONS)('the token request on $version', ({ express }) => {
  const start = (options: Partial<TokenHostOptions> = {}) =>
    startTokenHost({ express, ...options });

  it('is the form alone if the client application sends nothing else', async () => {
    const host = await start();
    const answer = await sendRaw(host.url, { body: 'a=b' });
    expect(answer.status).toBe(200);
    expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b' }]);
  });

  describe('of a method', () => {
    it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
      'like %s is refused',
      async (method) => {
        const host = await start();
        const answer = await sendRaw(host.url, { method });
        expect(answer.status).toBe(405);
        expect(answer.headers).toMatchObject({ ...TOKEN_HEADERS, allow: 'POST' });
        if (method === 'HEAD') expect(answer.text).toBe('');
        else expect(errorOf(answer)).toEqual([405, 'invalid_request']);
        expect(host.upstream.requests).toEqual([]);
        expect(host.errors).toEqual([]);
      },
    );

    it('other than POST is refused before anything else is looked at', async () => {
      const host = await start();
      const answer = await sendRaw(host.url, {
        method: 'GET',
        headers: { Authorization: 'Bearer token', 'Content-Type': 'text/plain' },
      });
      expect(answer.status).toBe(405);
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    });
  });

  describe('with HTTP Basic', () => {
    it('has the credentials form-decoded beside the parameters', async () => {
      const host = await start();
      const Authorization = basic('my%3Aclient:s+%2B%C3%B6');
      const body = passwordGrant({ client_id: 'other', client_secret: 'body-secret' });
      expect((await sendRaw(host.url, { headers: { Authorization }, body })).status).toBe(200);
      expect(tokenRequestsOf(host)).toEqual([
        { parameters: body, clientId: 'my:client', clientSecret: 's +ö' },
      ]);
    });

    it('has an empty secret if that is empty', async () => {
      const host = await start();
      await sendRaw(host.url, { headers: { Authorization: basic('my-client:') }, body: 'a=b' });
      expect(tokenRequestsOf(host)).toEqual([
        { parameters: 'a=b', clientId: 'my-client', clientSecret: '' },
      ]);
    });

    it('has the credentials of the body in its parameters alone', async () => {
      const host = await start();
      const body = passwordGrant({ client_id: 'my-client', client_secret: 'my-secret' });
      await sendRaw(host.url, { body });
      expect(tokenRequestsOf(host)).toEqual([{ parameters: body }]);
    });

    it.each([
      ['of another scheme', 'Bearer token'],
      ['that is empty', ''],
      ['with malformed credentials', basic('no colon')],
    ])('is refused for an Authorization header %s', async (_what, Authorization) => {
      const host = await start();
      const answer = await sendRaw(host.url, { headers: { Authorization }, body: 'a=b' });
      expect(errorOf(answer)).toEqual([401, 'invalid_client']);
      expect(answer.headers['www-authenticate']).toBe('Basic realm="token endpoint"');
      expect(host.upstream.requests).toEqual([]);
      expect(host.errors).toEqual([]);
    });

    it('is refused with the realm of the host', async () => {
      const host = await start({ endpoint: { realm: "Joe's (first) realm, a=b" } });
      const answer = await sendRaw(host.url, { headers: { Authorization: 'Digest a=b' } });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(`Basic realm="Joe's (first) realm, a=b"`);
    });

    it('tells nothing of the credentials that it refuses', async () => {
      const host = await start();
      const Authorization = basic('PLANTED%zz:PLANTED');
      const answer = await sendRaw(host.url, { headers: { Authorization } });
      expect(answer.status).toBe(401);
      expect(answer.text).not.toMatch(/PLANTED|UExBTlRFR/);
    });
  });

  describe('with DPoP', () => {
    /** What Authlete is told of the DPoP proof. */
    async function proofOf(
      options: Partial<TokenHostOptions>,
      headers: Record<string, string> = {},
      target?: string,
    ) {
      const host = await start(options);
      const answer = await sendRaw(host.url, {
        headers: { DPoP: 'the.proof', Host: 'own.example', ...headers },
        body: 'a=b',
        ...(target !== undefined && { target }),
      });
      expect(answer.status).toBe(200);
      return tokenRequestsOf(host);
    }

    const proof = (htu: string) => [{ parameters: 'a=b', dpop: 'the.proof', htm: 'POST', htu }];

    it('has the proof, the method, and the URL that the Host header tells', async () => {
      expect(await proofOf({})).toEqual(proof('http://own.example/token'));
    });

    it.each(['own.example:8443', '127.0.0.1:8080', '[::1]:8080', '[2001:db8::1]'])(
      'has the URL of the host %s, with its port',
      async (Host) => {
        expect(await proofOf({}, { Host })).toEqual(proof(`http://${Host}/token`));
      },
    );

    it('has the URL without its query', async () => {
      const request = await proofOf({}, {}, '/token?tenant=a?b&c=/d');
      expect(request).toEqual(proof('http://own.example/token'));
    });

    it('has the whole path where it is mounted in another app', async () => {
      const request = await proofOf({ mountedAt: '/oauth/v1' });
      expect(request).toEqual(proof('http://own.example/oauth/v1/token'));
    });

    it('has the whole path, and the proxy that the outer app trusts, in another app', async () => {
      const request = await proofOf({ mountedAt: '/oauth', trustProxy: true }, FORWARDED);
      expect(request).toEqual(proof('https://as.example/oauth/token'));
    });

    it('has the whole path where it is mounted in a router', async () => {
      const inner = await start();
      const router = express.Router();
      router.use('/inner', inner.app);
      const outer = await start({ before: [express.Router().use('/router', router)] });
      const answer = await sendRaw(outer.url, {
        headers: { DPoP: 'the.proof', Host: 'own.example' },
        body: 'a=b',
        target: '/router/inner/token?a=b',
      });
      expect(answer.status).toBe(200);
      expect(tokenRequestsOf(inner)).toEqual(proof('http://own.example/router/inner/token'));
    });

    it.each([
      ['all', true],
      ['one hop', 1],
      ['loopback', 'loopback'],
    ])('has the URL that a trusted proxy tells (%s)', async (_what, trustProxy) => {
      const request = await proofOf({ trustProxy }, FORWARDED);
      expect(request).toEqual(proof('https://as.example/token'));
    });

    it.each([
      ['none', false],
      ['no hop', 0],
      ['another address', '192.0.2.1'],
    ])('has nothing of what an untrusted proxy tells (%s)', async (_what, trustProxy) => {
      const request = await proofOf({ trustProxy }, FORWARDED);
      expect(request).toEqual(proof('http://own.example/token'));
    });

    it.each<[string, Record<string, string>, string]>([
      ['a port', { 'X-Forwarded-Host': 'as.example:8443' }, 'http://as.example:8443/token'],
      ['an IPv6 address', { 'X-Forwarded-Host': '[::1]:8443' }, 'http://[::1]:8443/token'],
      [
        'a list of hosts, where the first is the outermost',
        { 'X-Forwarded-Host': 'as.example:8443 , inner.example, own.example' },
        'http://as.example:8443/token',
      ],
      ['a list of protocols', { 'X-Forwarded-Proto': 'https, http' }, 'https://own.example/token'],
      ['only the protocol', { 'X-Forwarded-Proto': 'https' }, 'https://own.example/token'],
      ['an empty host', { 'X-Forwarded-Host': '' }, 'http://own.example/token'],
    ])('has the URL of a trusted proxy that tells %s', async (_what, headers, htu) => {
      expect(await proofOf({ trustProxy: true }, headers)).toEqual(proof(htu));
    });

    it('has the URL of the request line if that has the whole of it', async () => {
      const request = await proofOf({}, {}, 'http://own.example/token?a=b');
      expect(request).toEqual(proof('http://own.example/token'));
    });

    it('has the URL that the host gives, whatever the request tells', async () => {
      const request = await proofOf(
        { endpoint: { url: 'https://public.example/as/token' }, trustProxy: true },
        FORWARDED,
      );
      expect(request).toEqual(proof('https://public.example/as/token'));
    });

    it('has both the proof and the credentials of HTTP Basic', async () => {
      const request = await proofOf({}, { Authorization: basic('my-client:my-secret') });
      expect(request).toEqual([
        {
          ...proof('http://own.example/token')[0],
          clientId: 'my-client',
          clientSecret: 'my-secret',
        },
      ]);
    });
  });

  it('without DPoP has neither method nor URL, even if the host gives one', async () => {
    const host = await start({ endpoint: { url: 'https://public.example/token' } });
    await sendRaw(host.url, { body: 'a=b' });
    expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b' }]);
  });

  it('has the headers of attestation-based client authentication', async () => {
    const host = await start();
    await sendRaw(host.url, {
      headers: {
        'OAuth-Client-Attestation': 'the.attestation',
        'OAuth-Client-Attestation-PoP': 'its.proof',
      },
      body: 'a=b',
    });
    expect(tokenRequestsOf(host)).toEqual([
      {
        parameters: 'a=b',
        oauthClientAttestation: 'the.attestation',
        oauthClientAttestationPop: 'its.proof',
      },
    ]);
  });

  it('hands on no other header', async () => {
    const host = await start();
    await sendRaw(host.url, {
      headers: { 'X-Client-Cert': 'SURPLUS', Cookie: 'SURPLUS', 'User-Agent': 'SURPLUS' },
      body: 'a=b',
    });
    expect(tokenRequestsOf(host)).toEqual([{ parameters: 'a=b' }]);
    expect(JSON.stringify(host.upstream.requests)).not.toContain('SURPLUS');
  });
});
