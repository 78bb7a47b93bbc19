import axios, { AxiosError, type AxiosInstance } from 'axios';
import { createAuthleteClient } from 'express-authlete-token-fail';
import { FAILURES_TO_OPEN } from '../lib/breaker';
import { cleanUp } from './support/cleanup';
import { closedPort } from './support/servers';
import { BEARER_TOKEN, TICKET } from './support/secrets';
import { type ReceivedRequest, FAIL_REPLY, startUpstream } from './support/upstream';

type Answer = [status: number, headers?: Record<string, string>, body?: string];

const GOOD: Answer = [200, {}, JSON.stringify(FAIL_REPLY)];

/** An upstream that gives these answers, one after the other. */
async function startAnswering(...answers: Answer[]) {
  const upstream = await startUpstream((res) => {
    const [status, headers = {}, body = ''] = answers.shift() ?? GOOD;
    res.writeHead(status, headers).end(body);
  });
  return upstream;
}

function clientOf(
  baseUrl: string,
  options: { timeout?: number; axios?: AxiosInstance; accessToken?: () => string } = {},
) {
  const client = createAuthleteClient({
    serviceId: '715948317',
    accessToken: BEARER_TOKEN,
    baseUrl,
    timeout: 10_000,
    ...options,
  });
  cleanUp(() => client.close());
  return client;
}

const fail = (client: ReturnType<typeof clientOf>) =>
  client.tokenFail({ ticket: TICKET, reason: 'UNKNOWN' });

/** An axios of the host's whose first calls fail this way, before anything is sent. */
function axiosFailing(times: number, code: string, syscall?: string): AxiosInstance {
  const instance = axios.create({ proxy: false });
  const request = instance.request.bind(instance);
  let failures = 0;
  instance.request = (config: object) => {
    if (failures++ >= times) return request(config);
    const cause = Object.assign(new Error(code), { code, syscall });
    return Promise.reject(AxiosError.from(cause, code, config as never));
  };
  return instance;
}

const bodies = ({ requests }: { requests: ReceivedRequest[] }) =>
  requests.map(({ body }) => JSON.parse(body) as unknown);

describe('a call that was surely not processed', () => {
  it.each<[string, Answer[]]>([
    ['503 with Retry-After', [[503, { 'Retry-After': '0' }]]],
    ['429 with Retry-After', [[429, { 'Retry-After': '0' }]]],
    [
      'both in turn',
      [
        [503, { 'Retry-After': '0' }],
        [429, { 'Retry-After': '0' }, '<html>'],
      ],
    ],
    ['a date that has passed', [[503, { 'Retry-After': 'Tue, 24 Nov 2020 12:00:00 GMT' }]]],
  ])('is sent again after %s, with the same body', async (_what, answers) => {
    const count = answers.length + 1;
    const upstream = await startAnswering(...answers);
    await expect(fail(clientOf(upstream.url))).resolves.toEqual(FAIL_REPLY);
    const body = { ticket: TICKET, reason: 'UNKNOWN' };
    expect(bodies(upstream)).toEqual(Array.from({ length: count }, () => body));
  });

  it.each([
    ['ECONNREFUSED', 'connect'],
    ['ENOTFOUND', 'getaddrinfo'],
    ['ETIMEDOUT', 'connect'],
    ['EPIPE', 'write'],
    ['CERT_HAS_EXPIRED', undefined],
  ])('is sent again after %s', async (code, syscall) => {
    const upstream = await startAnswering();
    const client = clientOf(upstream.url, { axios: axiosFailing(2, code, syscall) });
    await expect(fail(client)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toHaveLength(1);
  });

  it('asks for the bearer token anew', async () => {
    const upstream = await startAnswering([503, { 'Retry-After': '0' }]);
    let count = 0;
    const accessToken = () => `token-${++count}`;
    await fail(clientOf(upstream.url, { accessToken }));
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('is sent three times at most', async () => {
    const answer: Answer = [503, { 'Retry-After': '0' }];
    const upstream = await startAnswering(answer, answer, answer, answer);
    await expect(fail(clientOf(upstream.url))).rejects.toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
      status: 503,
    });
    expect(upstream.requests).toHaveLength(3);
  });

  it('is not sent again if the time that it asks for is not left', async () => {
    const upstream = await startAnswering([503, { 'Retry-After': '11' }]);
    await expect(fail(clientOf(upstream.url))).rejects.toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
    });
    expect(upstream.requests).toHaveLength(1);
  });

  it('waits as long as it is asked to', async () => {
    const upstream = await startAnswering([429, { 'Retry-After': '1' }]);
    const start = Date.now();
    await fail(clientOf(upstream.url));
    // A lower bound, which no slow machine can break.
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  it('waits a little before it is sent again', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.99);
    cleanUp(() => random.mockRestore());
    const arrivals: number[] = [];
    const upstream = await startUpstream((res) => {
      arrivals.push(performance.now());
      res.writeHead(503, { 'Retry-After': '0' }).end();
    });
    await expect(fail(clientOf(upstream.url))).rejects.toMatchObject({ status: 503 });
    const [first = 0, second = 0, third = 0] = arrivals;
    // Never sooner; how much later is the machine's affair.
    expect(second - first).toBeGreaterThan(90);
    expect(third - second).toBeGreaterThan(180);
  });

  it('fails with what it failed with, and not with the circuit that this opened', async () => {
    const client = clientOf(await closedPort());
    const calls = Array.from({ length: 2 * FAILURES_TO_OPEN }, () => fail(client));
    const codes = (await Promise.allSettled(calls)).map(
      (result) => (result as { reason?: { code?: unknown } }).reason?.code,
    );
    expect(new Set(codes)).toEqual(new Set(['ERR_ATF_UNREACHABLE']));
    await expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
  });

  it('stops waiting when its caller gives up', async () => {
    const upstream = await startAnswering([503, { 'Retry-After': '9' }]);
    const caller = new AbortController();
    const call = clientOf(upstream.url).tokenFail(
      { ticket: TICKET, reason: 'UNKNOWN' },
      { signal: caller.signal },
    );
    setTimeout(() => caller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_ABORTED' });
  });
});

describe('a call that was perhaps processed', () => {
  it.each<[string, Answer]>([
    ['503 without Retry-After', [503]],
    ['503 with a malformed Retry-After', [503, { 'Retry-After': 'soon' }]],
    ['429 without Retry-After', [429]],
    ['500', [500, { 'Retry-After': '0' }]],
    ['502', [502, { 'Retry-After': '0' }]],
    ['403', [403, { 'Retry-After': '0' }]],
    ['an invalid reply', [200, { 'Retry-After': '0' }, '<html>']],
  ])('is not sent again after %s', async (_what, answer) => {
    const upstream = await startAnswering(answer);
    await expect(fail(clientOf(upstream.url))).rejects.toHaveProperty('name', 'AuthleteApiError');
    expect(upstream.requests).toHaveLength(1);
  });

  it('is not sent again when an interceptor of the host fails after it was answered', async () => {
    const upstream = await startAnswering();
    const instance = axios.create({ proxy: false });
    const audit = await closedPort();
    instance.interceptors.response.use((response) => axios.post(audit).then(() => response));
    const call = fail(clientOf(upstream.url, { axios: instance }));
    await expect(call).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    ['ECONNRESET', 'read'],
    ['ETIMEDOUT', 'read'],
    ['EPROTO', 'write'],
  ])('is not sent again after %s of %s', async (code, syscall) => {
    const upstream = await startAnswering();
    const client = clientOf(upstream.url, { axios: axiosFailing(1, code, syscall) });
    await expect(fail(client)).rejects.toHaveProperty('name', 'AuthleteApiError');
    expect(upstream.requests).toEqual([]);
  });

  it('is not sent again when a kept-alive connection is reset before an answer', async () => {
    let count = 0;
    const upstream = await startUpstream((res) => {
      if (++count === 1) res.end(JSON.stringify(FAIL_REPLY));
      else res.socket?.resetAndDestroy();
    });
    const client = clientOf(upstream.url);
    await fail(client);
    await expect(fail(client)).rejects.toMatchObject({ code: 'ERR_ATF_CONNECTION_LOST' });
    expect(upstream.requests).toHaveLength(2);
  });
});
