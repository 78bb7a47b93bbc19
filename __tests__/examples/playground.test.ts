import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Step } from '../../examples/playground/exchanges';
import { cleanUp } from '../support/cleanup';
import { passwordGrant } from '../support/emulator';
import { WRONG_PASSWORD_CONTENT } from '../support/examples';
import { ATTEMPT, startPlayground, stepsOf } from '../support/playground';
import { BEARER_TOKEN, PASSWORD } from '../support/secrets';

/** What an exchange comes to, step by step. */
function outline(steps: Step[]): unknown[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'request':
        return `${step.method} ${step.path}`;
      case 'check':
        return step.subject;
      case 'call': {
        const [entry] = step.journal;
        return [step.api, entry?.action ?? entry?.status, entry?.reason, step.error?.code].filter(
          Boolean,
        );
      }
      case 'answer':
        return [step.status, (JSON.parse(step.body) as { error?: string }).error];
    }
  });
}

/** What is sent with each method. */
const bodies: Record<string, string> = { POST: JSON.stringify(ATTEMPT), PUT: '{}' };

/** Sends a request down to its headers; gives the status. */
async function statusOf(url: string, method: string, headers: Record<string, string>) {
  const call = request(url, { method, headers, agent: false });
  cleanUp(() => call.destroy());
  call.end(bodies[method]);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('an exchange in the playground', () => {
  it('has the steps of a wrong password', async () => {
    const playground = await startPlayground();
    const steps = await stepsOf(playground, { password: 'wrong' });
    expect(outline(steps)).toEqual([
      'POST /token',
      ['/auth/token', 'PASSWORD'],
      null,
      ['/auth/token/fail', 'BAD_REQUEST', 'INVALID_RESOURCE_OWNER_CREDENTIALS'],
      [400, 'invalid_request'],
    ]);
    expect(steps.at(-1)).toMatchObject({
      statusText: 'Bad Request',
      headers: expect.arrayContaining([
        ['content-type', 'application/json'],
        ['cache-control', 'no-store'],
      ]) as unknown,
      body: WRONG_PASSWORD_CONTENT,
    });
    expect(playground.emulator.openTickets()).toBe(0);
  });

  it('has the steps of the right password', async () => {
    const playground = await startPlayground();
    expect(outline(await stepsOf(playground))).toEqual([
      'POST /token',
      ['/auth/token', 'PASSWORD'],
      'john-1',
      ['/auth/token/issue', 'OK'],
      [200, undefined],
    ]);
  });

  it('has the steps of a client that Authlete does not know', async () => {
    expect(outline(await stepsOf(await startPlayground(), { clientId: '7' }))).toEqual([
      'POST /token',
      ['/auth/token', 'INVALID_CLIENT'],
      [400, 'invalid_client'],
    ]);
  });

  it.each([
    ['INVALID_TARGET', 'BAD_REQUEST', 400, 'invalid_target'],
    ['INVALID_CLIENT', 'BAD_REQUEST', 400, 'invalid_client'],
    ['UNAUTHORIZED_CLIENT', 'BAD_REQUEST', 400, 'unauthorized_client'],
    ['INVALID_SCOPE', 'BAD_REQUEST', 400, 'invalid_scope'],
    ['UNKNOWN', 'INTERNAL_SERVER_ERROR', 500, 'server_error'],
  ])(
    'fails the ticket with reason %s if the page says so',
    async (reason, action, status, error) => {
      const steps = await stepsOf(await startPlayground(), { password: 'wrong', reason });
      expect(outline(steps).slice(-2)).toEqual([
        ['/auth/token/fail', action, reason],
        [status, error],
      ]);
    },
  );

  it('shows no secret', async () => {
    const playground = await startPlayground();
    const right = JSON.stringify(await stepsOf(playground));
    const wrong = JSON.stringify(await stepsOf(playground, { password: 'PLANTED wrong' }));
    expect(right + wrong).not.toMatch(/PLANTED|[\w-]{43}/);
    expect(right).toContain('password=••••••');
    expect(right).toContain(String.raw`\"access_token\":\"••••••\",\"refresh_token\":\"••••••\"`);
  });

  it('has the calls of its own token request and of no other', async () => {
    const playground = await startPlayground();
    const others = Array.from({ length: 5 }, () =>
      fetch(`${playground.url}/token`, {
        method: 'POST',
        body: new URLSearchParams(passwordGrant({ password: 'wrong' })),
      }),
    );
    const exchanges = await Promise.all(
      ['INVALID_TARGET', 'INVALID_SCOPE', 'UNKNOWN'].map((reason) =>
        stepsOf(playground, { password: 'wrong', reason }),
      ),
    );
    await Promise.all(others);
    const calls = exchanges.map((steps) =>
      steps.flatMap((step) => (step.kind === 'call' ? step.journal : [])),
    );
    expect(calls).toMatchObject(
      ['INVALID_TARGET', 'INVALID_SCOPE', 'UNKNOWN'].map((reason) => [
        { api: '/auth/token' },
        { api: '/auth/token/fail', reason },
      ]),
    );
    for (const [token, fail] of calls) expect(fail?.ticket).toBe(token?.ticket);
    expect(new Set(calls.flat().map(({ ticket }) => ticket)).size).toBe(3);
  });

  it.each([
    [{ failWith: 503 }, ['/auth/token', 503, 'ERR_ATF_HTTP_STATUS']],
    [{ stall: true }, ['/auth/token', 'ERR_ATF_TIMEOUT']],
    [{ delay: 60_000 }, ['/auth/token', 'PASSWORD', 'ERR_ATF_TIMEOUT']],
  ])(
    'has the steps of an outage: %j',
    async (fault, call) => {
      const playground = await startPlayground();
      playground.emulator.faults.set(fault);
      const steps = await stepsOf(playground);
      expect(outline(steps)).toEqual(['POST /token', call, [500, 'server_error']]);
      expect(steps[1]).toMatchObject({ journal: [{ fault }] });
    },
    15_000,
  );

  it.each([
    ['no password', { password: undefined }],
    ['a password that is no string', { password: 1 }],
    ['a reason that there is not', { reason: 'WEATHER' }],
  ])('needs everything: %s', async (_what, changes) => {
    const { url, emulator } = await startPlayground();
    const response = await fetch(`${url}/playground/exchanges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...ATTEMPT, ...changes }),
    });
    expect(response.status).toBe(400);
    expect(emulator.journal.calls()).toEqual([]);
  });

  it('does not quote a body that it cannot read', async () => {
    const { url } = await startPlayground();
    const response = await fetch(`${url}/playground/exchanges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `{"password":"${PASSWORD}"`,
    });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('PLANTED');
  });
});

describe('the fault switches of the playground', () => {
  const put = (url: string, fault: unknown) =>
    fetch(`${url}/playground/faults`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fault),
    });

  it('put one fault in place of all that are in force, and tell what is', async () => {
    const { url, emulator } = await startPlayground();
    emulator.faults.set({ stall: true });
    const response = await put(url, { api: '/auth/token/fail', failWith: 503 });
    expect(await response.json()).toEqual({ '/auth/token/fail': { failWith: 503 } });
    expect(emulator.faults.of('/auth/token')).toBeUndefined();
    expect(await (await fetch(`${url}/playground/faults`)).json()).toEqual({
      '/auth/token/fail': { failWith: 503 },
    });
    expect(await (await put(url, {})).json()).toEqual({});
  });

  it('leave everything as it is if the fault cannot be', async () => {
    const { url, emulator } = await startPlayground();
    emulator.faults.set({ api: '/auth/token', delay: 5 });
    const response = await put(url, { failWith: 200 });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      message: 'failWith must be an HTTP status from 400 to 599, got 200',
    });
    expect(emulator.faults.of('/auth/token')).toEqual({ delay: 5 });
    expect(emulator.faults.of('/auth/token/fail')).toBeUndefined();
  });
});

describe('the page of the playground', () => {
  it.each([
    ['/', 'text/html'],
    ['/style.css', 'text/css'],
    ['/script.js', 'text/javascript'],
  ])('%s may load nothing from elsewhere, and is framed by nobody', async (path, type) => {
    const { url } = await startPlayground();
    const { status, headers } = await fetch(url + path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain(type);
    const policy = (headers.get('content-security-policy') ?? '').split('; ');
    expect(policy).toEqual([
      ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'"],
      ...["connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
      "require-trusted-types-for 'script'",
    ]);
  });

  it.each([
    ['another origin', { Origin: 'https://example.com' }, 403],
    ['another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['no origin that it tells', { Origin: 'null' }, 403],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a name that somebody pointed here', { Host: 'rebound.example:3000' }, 403],
    ['no browser', {}, 200],
  ])('alone may ask for exchanges and faults: %s', async (_what, headers, status) => {
    const { url, emulator } = await startPlayground();
    const all = { 'Content-Type': 'application/json', ...headers };
    expect(await statusOf(`${url}/playground/exchanges`, 'POST', all)).toBe(status);
    expect(emulator.journal.calls()).toHaveLength(status === 200 ? 2 : 0);
    expect(await statusOf(`${url}/playground/faults`, 'PUT', all)).toBe(status);
  });

  it('is not shown under a name that somebody pointed here', async () => {
    const { url } = await startPlayground();
    expect(await statusOf(url, 'GET', { Host: 'rebound.example' })).toBe(403);
    expect(await statusOf(url, 'GET', { Host: 'localhost:3000' })).toBe(200);
  });

  it('does not see a token request that it did not ask for', async () => {
    const { url, emulator } = await startPlayground();
    const response = await fetch(`${url}/token`, {
      method: 'POST',
      headers: { 'X-Request-Id': BEARER_TOKEN },
      body: new URLSearchParams(passwordGrant({ password: 'wrong' })),
    });
    expect(await response.text()).toBe(WRONG_PASSWORD_CONTENT);
    expect(emulator.journal.calls().every(({ requestId }) => requestId === undefined)).toBe(true);
  });
});
