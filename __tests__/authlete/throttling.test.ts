import {
  catchError,
  catchFailError,
  REQUEST,
  SHORT,
  startClient,
} from '../support/authlete/client';
import { watchChannel } from '../support/observe/channels';
import { FAIL_REPLY, startUpstream } from '../support/servers/upstream';

/** An upstream that answers 429 with these headers so often, and then as usual; when calls came. */
async function startThrottling(headers: Record<string, string>, times = Infinity, body = '') {
  const arrivals: number[] = [];
  const upstream = await startUpstream((res) => {
    arrivals.push(performance.now());
    if (arrivals.length <= times) res.writeHead(429, headers).end(body);
    else res.end(JSON.stringify(FAIL_REPLY));
  });
  return { ...upstream, arrivals };
}

describe('a call that Authlete throttles', () => {
  it.each<[string, Record<string, string>]>([
    ['RateLimit-Reset', { 'RateLimit-Reset': '1', 'X-RateLimit-Reset': '99', 'Retry-After': '99' }],
    ['X-RateLimit-Reset', { 'X-RateLimit-Reset': '1', 'Retry-After': '99' }],
    ['Retry-After', { 'Retry-After': '1' }],
    [
      'Retry-After, if the others say nothing',
      { 'RateLimit-Reset': '0', 'X-RateLimit-Reset': 'x', 'Retry-After': '1' },
    ],
  ])('is sent again after as many seconds as it says: %s', async (_name, headers) => {
    const upstream = await startThrottling(headers, 1);
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    const [first = 0, second = 0] = upstream.arrivals;
    // A lower bound, which no slow machine can break.
    expect(second - first).toBeGreaterThanOrEqual(990);
  });

  it.each<[string, Record<string, string>, number]>([
    ['RateLimit-Reset', { 'RateLimit-Reset': '77', 'Retry-After': '0' }, 77],
    ['X-RateLimit-Reset', { 'X-RateLimit-Reset': '78', 'Retry-After': '0' }, 78],
    ['Retry-After', { 'Retry-After': '79' }, 79],
  ])('fails at once if that is later than its deadline: %s', async (_name, headers, retryAfter) => {
    const upstream = await startThrottling(headers);
    const error = await catchFailError(startClient(upstream.url, { timeout: 60_000 }));
    expect(error).toMatchObject({
      code: 'ERR_ATF_THROTTLED',
      api: '/auth/token/fail',
      status: 429,
      message: 'Authlete answered /auth/token/fail with HTTP status 429',
      retryAfter,
    });
    expect(upstream.requests).toHaveLength(1);
  });

  it('rounds a date up to whole seconds', async () => {
    const date = new Date(Date.now() + 3600_000).toUTCString();
    const upstream = await startThrottling({ 'Retry-After': date });
    const { retryAfter } = await catchFailError(startClient(upstream.url));
    expect(Number.isInteger(retryAfter)).toBe(true);
    expect(retryAfter).toBeGreaterThan(3590);
    expect(retryAfter).toBeLessThanOrEqual(3600);
  });

  it('is sent three times at most, and fails without a time if it says none', async () => {
    const events = watchChannel('express-authlete-token-fail:call');
    const body = JSON.stringify({ resultCode: 'A999001', resultMessage: 'Slow down.' });
    const upstream = await startThrottling({}, Infinity, body);
    const error = await catchFailError(startClient(upstream.url));
    expect(error).toMatchObject({
      code: 'ERR_ATF_THROTTLED',
      resultCode: 'A999001',
      resultMessage: 'Slow down.',
    });
    expect(error).not.toHaveProperty('retryAfter');
    expect(upstream.requests).toHaveLength(3);
    expect(events).toMatchObject([{ attempts: 3, status: 429, error: { code: error.code } }]);
  });

  it('ends when its caller aborts while it waits', async () => {
    const upstream = await startThrottling({ 'Retry-After': '5' });
    const call = startClient(upstream.url).tokenFail(REQUEST, {
      signal: AbortSignal.timeout(SHORT),
    });
    expect(await catchError(call)).toMatchObject({ code: 'ERR_ATF_ABORTED' });
    expect(upstream.requests).toHaveLength(1);
  });

  it('keeps its place while it waits', async () => {
    const upstream = await startThrottling({ 'Retry-After': '1' }, 1);
    const client = startClient(upstream.url, { maxConcurrent: 1, maxQueued: 0 });
    const call = client.tokenFail(REQUEST);
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_OVERLOADED' });
    await expect(call).resolves.toEqual(FAIL_REPLY);
  });
});
