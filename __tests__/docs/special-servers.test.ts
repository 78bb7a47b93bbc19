import { writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { startServer } from '../support/docs/run';
import { findMissingPackages, findSnippet } from '../support/docs/snippets';
import { temporaryFolder } from '../support/folder';
import { certificateOf } from '../support/servers/certificates';
import { passwordGrant } from '../support/servers/emulator';
import { serve, serveTcp } from '../support/servers/listen';
import { describeWithRedis, startRedis } from '../support/servers/redis';
import { until } from '../support/until';

/** Starts something in Authlete's place that keeps the requests; gives its URL. */
async function serveReplies(replies: Record<string, object>) {
  const requests: Record<string, unknown>[] = [];
  const url = await serve((req, res) => {
    void json(req).then((body) => {
      requests.push(body as Record<string, unknown>);
      res.end(JSON.stringify(replies[String(req.url).replace(/^\/api\/\d+/, '')]));
    });
  });
  return { requests, env: { AUTHLETE_BASE_URL: url } };
}

const ISSUED = { action: 'OK', responseContent: '{"access_token":"token"}' };

const OWN_ROUTE = 'docs/own-route.md';

describe('docs/own-route.md', () => {
  const forExpress4 = (code: string) => code.replace("from 'express'", "from 'express4'");

  it('(own-route.mjs) works on Express 4 once rejections go to next', async () => {
    const { code, ...snippet } = findSnippet(OWN_ROUTE, 'own-route.mjs');
    const caught = forExpress4(code)
      .replace(
        "app.post('/token', async (req, res) => {",
        "app.post('/token', (req, res, next) => {\n  serveToken(req, res).catch(next);\n});\n" +
          'async function serveToken(req, res) {',
      )
      .replace('\n});\n\napp.use(tokenFail', '\n}\n\napp.use(tokenFail');
    const { emulator, grant } = await startServer({ ...snippet, code: caught });
    expect((await grant('wrong')).status).toBe(400);
    expect((await grant('open-sesame')).status).toBe(200);
    expect(emulator.openTickets()).toBe(0);
  });

  it('(passport.mjs) works on Express 4', async () => {
    const { code, ...snippet } = findSnippet(OWN_ROUTE, 'passport.mjs');
    const { emulator, grant } = await startServer({ ...snippet, code: forExpress4(code) });
    expect((await grant('wrong')).status).toBe(400);
    expect((await grant('open-sesame')).status).toBe(200);
    expect(emulator.openTickets()).toBe(0);
  });
});

describe('docs/token-endpoint.md', () => {
  it('(resources.mjs) refuses a resource with invalid_target', async () => {
    const { emulator, grant } = await startServer(
      findSnippet('docs/token-endpoint.md', 'resources.mjs'),
    );
    const password = { username: 'john', password: 'open-sesame', ticket: 'ticket' };
    const resources = ['https://elsewhere.example/'];
    emulator.replyOnce({ api: '/auth/token', action: 'PASSWORD', ...password, resources });
    emulator.replyOnce({
      api: '/auth/token/fail',
      action: 'BAD_REQUEST',
      responseContent: '{"error":"invalid_target"}',
    });
    expect(await (await grant('open-sesame')).json()).toEqual({ error: 'invalid_target' });
    expect(emulator.journal.calls({ api: '/auth/token/fail' })[0]?.reason).toBe('INVALID_TARGET');
  });

  it('(fields.mjs) sends the fields', async () => {
    const { grant } = await startServer(findSnippet('docs/token-endpoint.md', 'fields.mjs'));
    expect(await (await grant('open-sesame')).json()).toMatchObject({ expires_in: 600 });
  });

  it('(native-sso.mjs) answers with what /nativesso says', async () => {
    const { requests, env } = await serveReplies({
      '/auth/token': { action: 'NATIVE_SSO', accessToken: 'token', sessionId: 'session' },
      '/nativesso': { action: 'OK', responseContent: '{"device_secret":"secret"}' },
    });
    const { grant } = await startServer(findSnippet('docs/token-endpoint.md', 'native-sso.mjs'), {
      env,
    });
    const answer = await grant('not used');
    expect([answer.status, await answer.json()]).toEqual([200, { device_secret: 'secret' }]);
    expect(requests[1]).toMatchObject({ accessToken: 'token' });
    expect(typeof requests[1]?.['deviceSecret']).toBe('string');
  });
});

describe('docs/proxies.md', () => {
  const reply = { action: 'PASSWORD', username: 'john', password: 'open-sesame', ticket: 'ticket' };
  const replies = { '/auth/token': reply, '/auth/token/issue': ISSUED };

  it("(behind-nginx.mjs) passes on the client's certificate", async () => {
    const { requests, env } = await serveReplies(replies);
    const { grant } = await startServer(findSnippet('docs/proxies.md', 'behind-nginx.mjs'), {
      env,
    });
    const { pem } = certificateOf('client');
    await grant('open-sesame', { headers: { 'X-Client-Cert': encodeURIComponent(pem) } });
    await grant('open-sesame', { headers: { 'X-Client-Cert': '', DPoP: 'proof' } });
    const [first, , second] = requests;
    expect(first).toMatchObject({ clientCertificate: pem });
    expect(second).not.toHaveProperty('clientCertificate');
    expect(second).toMatchObject({ htu: 'https://as.example.com/token' });
  });

  it("(mutual-tls.mjs) passes on the client's certificate", async () => {
    const { requests, env } = await serveReplies(replies);
    const server = certificateOf('server', { host: 'localhost' });
    const folder = temporaryFolder('/tmp/docs-');
    const [TLS_KEY, TLS_CERT] = [join(folder, 'key'), join(folder, 'cert')];
    writeFileSync(TLS_KEY, server.key);
    writeFileSync(TLS_CERT, server.pem);
    const { url } = await startServer(findSnippet('docs/proxies.md', 'mutual-tls.mjs'), {
      env: { ...env, TLS_KEY, TLS_CERT },
    });
    const client = certificateOf('client');
    const send = () =>
      new Promise<string>((resolve, reject) => {
        const options = { method: 'POST', ca: server.pem, cert: client.pem, key: client.key };
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const request = httpsRequest(
          `${url.replace('http:', 'https:').replace('127.0.0.1', 'localhost')}/token`,
          { ...options, headers },
          (response) => void text(response).then(resolve, reject),
        );
        request.on('error', reject).end(passwordGrant());
      });
    let answer: string | undefined;
    // It does not listen yet.
    while (answer === undefined) answer = await send().catch(() => undefined);
    expect(answer).toBe(ISSUED.responseContent);
    expect(requests[0]).toMatchObject({ clientCertificate: client.pem });
  });

  it('(outgoing-proxy.mjs) calls Authlete through the proxy', async () => {
    const lines: string[] = [];
    const proxy = await serveTcp((socket) => {
      socket.on('data', (data) => {
        lines.push(data.toString().split('\r\n', 1).join());
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    });
    const { grant } = await startServer(findSnippet('docs/proxies.md', 'outgoing-proxy.mjs'), {
      env: { PROXY_URL: proxy, AUTHLETE_BASE_URL: 'https://us.authlete.com' },
    });
    expect((await grant('wrong')).status).toBe(500);
    expect(lines[0]).toBe('CONNECT us.authlete.com:443 HTTP/1.1');
  });
});

describe('docs/brute-force.md', () => {
  it('(brute-force.mjs) blocks the sixth attempt', async () => {
    const { grant, printed } = await startServer(
      findSnippet('docs/brute-force.md', 'brute-force.mjs'),
    );
    for (let attempt = 0; attempt < 5; attempt++) await grant('wrong');
    expect((await grant('open-sesame')).status).toBe(400);
    await until(() => printed().includes('token request blocked'));
  });

  describeWithRedis('with a Redis server', () => {
    it('(brute-force-redis.mjs) waits for a Redis that hangs as it starts', async () => {
      const redis = await startRedis();
      const snippet = findSnippet('docs/brute-force.md', 'brute-force-redis.mjs');
      redis.hang();
      const { grant, printed } = await startServer(snippet, {
        env: { REDIS_URL: `redis://127.0.0.1:${redis.port}` },
      });
      await until(() => printed().includes('Command timed out'));
      redis.resume();
      expect((await grant('open-sesame')).status).toBe(200);
    });

    it('(brute-force-redis.mjs) counts in Redis, also right after an outage', async () => {
      const redis = await startRedis();
      const snippet = findSnippet('docs/brute-force.md', 'brute-force-redis.mjs');
      const settings = { env: { REDIS_URL: `redis://127.0.0.1:${redis.port}` } };
      const [one, other] = [
        await startServer(snippet, settings),
        await startServer(snippet, settings),
      ];
      expect((await one.grant('open-sesame')).status).toBe(200);
      redis.hang();
      for (let attempt = 0; attempt < 7; attempt++) {
        expect((await one.grant('open-sesame')).status).toBe(500);
      }
      redis.resume();
      // Nobody is locked out by what was counted late.
      expect((await other.grant('open-sesame')).status).toBe(200);
      for (let attempt = 0; attempt < 5; attempt++) await one.grant('wrong');
      expect((await other.grant('open-sesame')).status).toBe(400);
    });
  });
});

describe('docs/many-services.md', () => {
  it('(tenants.mjs) serves each tenant by its own service', async () => {
    const { emulator, grant } = await startServer(
      findSnippet('docs/many-services.md', 'tenants.mjs'),
      { emulator: { services: [{ serviceId: '715948317' }, { serviceId: '715948318' }] } },
    );
    for (const path of ['/acme/token', '/globex/token']) {
      expect((await grant('wrong', { path })).status).toBe(400);
      expect((await grant('open-sesame', { path })).status).toBe(200);
    }
    expect((await grant('open-sesame', { path: '/nobody/token' })).status).toBe(404);
    expect(emulator.openTickets()).toBe(0);
  });
});

describe('docs/authlete-2.3.md', () => {
  it('(authlete-2.3.mjs) answers a wrong password and the right one', async () => {
    const { emulator, grant } = await startServer(
      findSnippet('docs/authlete-2.3.md', 'authlete-2.3.mjs'),
      { emulator: { apiVersion: 2 } },
    );
    expect((await grant('wrong')).status).toBe(400);
    expect((await grant('open-sesame')).status).toBe(200);
    expect(emulator.openTickets()).toBe(0);
  });
});

/** `it` for a recipe, if the packages that it needs are installed. */
const itFor = (file: string) =>
  findMissingPackages(findSnippet('docs/recipes.md', file)).length === 0 ? it : it.skip;

describe('docs/recipes.md', () => {
  itFor('cors.mjs')('(cors.mjs) answers a preflight, and exposes headers', async () => {
    const { grant, send } = await startServer(findSnippet('docs/recipes.md', 'cors.mjs'));
    const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'POST' };
    const preflight = await send('/token', { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('DPoP');
    const answer = await grant('wrong', { headers: { Origin: 'https://app.example.com' } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce');
  });

  itFor('correlation.mjs')('(correlation.mjs) sends the ID of the request', async () => {
    const { emulator, grant, printed } = await startServer(
      findSnippet('docs/recipes.md', 'correlation.mjs'),
    );
    const answers = await Promise.all(['wrong', 'open-sesame'].map((password) => grant(password)));
    for (const { headers } of answers) {
      const requestId = headers.get('x-request-id') ?? '';
      expect(emulator.journal.calls({ requestId })).toHaveLength(2);
      await until(() => printed().includes(requestId));
    }
  });

  itFor('rate-limit.mjs')('(rate-limit.mjs) answers one request too many in JSON', async () => {
    const { grant } = await startServer(findSnippet('docs/recipes.md', 'rate-limit.mjs'));
    let answer;
    for (let request = 0; request <= 60; request++) answer = await grant('wrong');
    expect(answer?.status).toBe(429);
    expect(await answer?.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('(probes.mjs) is alive and ready, also while the circuit is open', async () => {
    const { emulator, grant, send } = await startServer(
      findSnippet('docs/recipes.md', 'probes.mjs'),
    );
    emulator.faults.set({ failWith: 502 });
    for (let attempt = 0; attempt < 21; attempt++) await grant('wrong');
    expect((await send('/livez')).status).toBe(200);
    const ready = await send('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ active: 0, queued: 0, closed: false });
  });

  it('(shutdown.mjs) ends by SIGTERM once the last request is answered', async () => {
    const { emulator, grant, stop } = await startServer(
      findSnippet('docs/recipes.md', 'shutdown.mjs'),
    );
    await grant('wrong');
    emulator.faults.set({ api: '/auth/token/fail', delay: 300 });
    const answer = grant('wrong');
    await until(() => emulator.journal.calls({ api: '/auth/token/fail' }).length === 2);
    const { exitCode, stdout } = await stop();
    expect((await answer).status).toBe(400);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/closed\n$/)]);
  });
});

describe('docs/logs-and-telemetry.md', () => {
  it('(logs.mjs) logs an outcome in JSON', async () => {
    const { grant, printed } = await startServer(
      findSnippet('docs/logs-and-telemetry.md', 'logs.mjs'),
    );
    await grant('wrong');
    await until(() => printed().endsWith('\n'));
    expect(JSON.parse(printed())).toMatchObject({ msg: 'token request failed', outcome: 'failed' });
  });

  it('(alert.mjs) alerts at the tenth blocked attempt', async () => {
    const { grant, printed } = await startServer(
      findSnippet('docs/logs-and-telemetry.md', 'alert.mjs'),
    );
    for (let attempt = 0; attempt < 14; attempt++) await grant('wrong');
    expect(printed()).not.toContain('ALERT');
    await grant('wrong');
    await until(() => printed().includes('ALERT: 10 blocked attempts in a minute, last from '));
  });
});

describe('docs/migrating.md', () => {
  it('(basic-check.mjs) names client applications that HTTP Basic may break', async () => {
    const { send, stop } = await startServer(findSnippet('docs/migrating.md', 'basic-check.mjs'));
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    for (const header of [basic('1:plain/='), basic('2:a+b'), basic('3:a:%b'), 'Bearer token']) {
      await send('/token', { method: 'POST', headers: { Authorization: header } });
    }
    expect((await stop()).stderr.trim().split('\n')).toEqual([
      'token endpoint: look at client 2',
      'token endpoint: look at client 3',
      'token endpoint: scheme Bearer',
    ]);
  });
});
