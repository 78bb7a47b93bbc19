import {
  type EndpointServerOptions,
  sendRaw,
  startEndpoint,
  tokenRequestsOf,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

const basic = (userPass: string) => `Basic ${Buffer.from(userPass).toString('base64')}`;

/** What a proxy says of the URL that the client application used. */
const FORWARDED = { 'X-Forwarded-Host': 'as.example', 'X-Forwarded-Proto': 'https' };

describe.each(EXPRESS_VERSIONS)('a token request with DPoP on $version', ({ express }) => {
  const start = (options: Partial<EndpointServerOptions> = {}) =>
    startEndpoint({ express, ...options });

  /** What Authlete is sent of the DPoP proof. */
  async function proofOf(
    options: Partial<EndpointServerOptions>,
    headers: Record<string, string> = {},
    target?: string,
  ) {
    const server = await start(options);
    const answer = await sendRaw(server.url, {
      headers: { DPoP: 'the.proof', Host: 'own.example', ...headers },
      body: 'a=b',
      ...(target !== undefined && { target }),
    });
    expect(answer.status).toBe(200);
    return tokenRequestsOf(server);
  }

  const proof = (htu: string) => [{ parameters: 'a=b', dpop: 'the.proof', htm: 'POST', htu }];

  it('has the proof, the method, and the URL that the Host header says', async () => {
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
  ])('has the URL that a trusted proxy says (%s)', async (_what, trustProxy) => {
    const request = await proofOf({ trustProxy }, FORWARDED);
    expect(request).toEqual(proof('https://as.example/token'));
  });

  it.each([
    ['none', false],
    ['no hop', 0],
    ['another address', '192.0.2.1'],
  ])('has nothing of what an untrusted proxy says (%s)', async (_what, trustProxy) => {
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
  ])('has the URL of a trusted proxy that sends %s', async (_what, headers, htu) => {
    expect(await proofOf({ trustProxy: true }, headers)).toEqual(proof(htu));
  });

  it('has the URL of the request line if that has the whole of it', async () => {
    const request = await proofOf({}, {}, 'http://own.example/token?a=b');
    expect(request).toEqual(proof('http://own.example/token'));
  });

  it('has the URL of the options, whatever the request says', async () => {
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

  it('has no URL if that of the service is to count', async () => {
    const request = await proofOf({ endpoint: { url: false }, trustProxy: true }, FORWARDED);
    expect(request).toEqual([{ parameters: 'a=b', dpop: 'the.proof', htm: 'POST' }]);
  });
});

describe.each(EXPRESS_VERSIONS)('a token request without DPoP on $version', ({ express }) => {
  it.each(['https://public.example/token', false] as const)(
    'has neither method nor URL, even where the option url is %p',
    async (url) => {
      const server = await startEndpoint({ express, endpoint: { url } });
      await sendRaw(server.url, { body: 'a=b' });
      expect(tokenRequestsOf(server)).toEqual([{ parameters: 'a=b' }]);
    },
  );
});
