import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { cleanUp } from '../support/cleanup';
import { WRONG_PASSWORD_CONTENT } from '../support/examples/examples';
import { ATTEMPT, startPlayground } from '../support/examples/playground';
import { BEARER_TOKEN } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';

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
    ['/icon.svg', 'image/svg+xml'],
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
