import axios, { AxiosError, type AxiosInstance } from 'axios';
import { MINIMUM_CALLS } from '../../lib/authlete/circuit-breaker';
import { catchError, catchFailError, REQUEST, startClient } from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';
import { watchChannel } from '../support/observe/channels';
import { closedPort } from '../support/servers/listen';
import { FAIL_REPLY, startUpstream, type Upstream } from '../support/servers/upstream';

type Answer = [status: number, headers?: Record<string, string>, body?: string];

const GOOD: Answer = [200, {}, JSON.stringify(FAIL_REPLY)];

/** An upstream that gives these answers, one after the other, and then good ones. */
function startAnswering(...answers: Answer[]): Promise<Upstream> {
  return startUpstream((res) => {
    const [status, headers = {}, body = ''] = answers.shift() ?? GOOD;
    res.writeHead(status, headers).end(body);
  });
}

/** An axios instance of the app's whose first calls fail like this, before anything is sent. */
function createFailingInstance(times: number, code: string, syscall?: string): AxiosInstance {
  const instance = axios.create();
  const request = instance.request.bind(instance);
  let failures = 0;
  instance.request = (config: object) => {
    if (failures++ >= times) return request(config);
    const cause = Object.assign(new Error(code), { code, syscall });
    return Promise.reject(AxiosError.from(cause, code, config as never));
  };
  return instance;
}

const parseBodies = ({ requests }: Upstream) =>
  requests.map(({ body }) => JSON.parse(body) as unknown);

describe('a call that was surely not processed', () => {
  it.each<[string, Answer[]]>([
    ['503 with Retry-After', [[503, { 'Retry-After': '0' }]]],
    ['429 with Retry-After', [[429, { 'Retry-After': '0' }]]],
    ['429 without Retry-After', [[429]]],
    [
      'both in turn',
      [
        [503, { 'Retry-After': '0' }],
        [429, { 'Retry-After': '0' }, '<html>'],
      ],
    ],
    ['a date that has passed', [[503, { 'Retry-After': 'Tue, 24 Nov 2020 12:00:00 GMT' }]]],
  ])('is sent again after %s, with the same body', async (_what, answers) => {
    const events = watchChannel('express-authlete-token-fail:call');
    const attempts = answers.length + 1;
    const upstream = await startAnswering(...answers);
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(parseBodies(upstream)).toEqual(Array.from({ length: attempts }, () => REQUEST));
    expect(events).toMatchObject([{ attempts, status: 200 }]);
  });

  it.each([
    ['ECONNREFUSED', 'connect'],
    ['ENOTFOUND', 'getaddrinfo'],
    ['ETIMEDOUT', 'connect'],
    ['EMFILE', 'connect'],
    ['EPIPE', 'write'],
    ['ECONNRESET', 'write'],
    ['CERT_HAS_EXPIRED', undefined],
  ])('is sent again after %s of %s', async (code, syscall) => {
    const upstream = await startAnswering();
    const instance = createFailingInstance(2, code, syscall);
    const client = startClient(upstream.url, { axios: instance });
    await expect(client.tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toHaveLength(1);
  });

  it('asks for the bearer token again', async () => {
    const upstream = await startAnswering([503, { 'Retry-After': '0' }]);
    let count = 0;
    const accessToken = () => `token-${++count}`;
    await startClient(upstream.url, { accessToken }).tokenFail(REQUEST);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('is sent three times at most', async () => {
    const answer: Answer = [503, { 'Retry-After': '0' }];
    const upstream = await startAnswering(answer, answer, answer, answer);
    expect(await catchFailError(startClient(upstream.url))).toMatchObject({
      code: 'ERR_ATF_HTTP_STATUS',
      status: 503,
    });
    expect(upstream.requests).toHaveLength(3);
  });

  it('is not sent again if the time that it asks for is not left', async () => {
    const upstream = await startAnswering([503, { 'Retry-After': '11' }]);
    const error = await catchFailError(startClient(upstream.url));
    expect(error).toMatchObject({ code: 'ERR_ATF_HTTP_STATUS', status: 503 });
    // Only an error for throttling has it.
    expect(error).not.toHaveProperty('retryAfter');
    expect(upstream.requests).toHaveLength(1);
  });

  it('waits a little before it is sent again', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.99);
    cleanUp(() => random.mockRestore());
    const arrivals: number[] = [];
    const upstream = await startUpstream((res) => {
      arrivals.push(performance.now());
      res.writeHead(503, { 'Retry-After': '0' }).end();
    });
    expect(await catchFailError(startClient(upstream.url))).toMatchObject({ status: 503 });
    const [first = 0, second = 0, third = 0] = arrivals;
    // Never sooner; how much later depends on the machine.
    expect(second - first).toBeGreaterThan(90);
    expect(third - second).toBeGreaterThan(180);
  });

  it('fails with what it failed with, and not with the circuit that this opened', async () => {
    const client = startClient(await closedPort());
    const calls = Array.from({ length: 2 * MINIMUM_CALLS }, () => catchFailError(client));
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['ERR_ATF_UNREACHABLE']));
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_CIRCUIT_OPEN' });
  });

  it('stops waiting when its caller aborts', async () => {
    const upstream = await startAnswering([503, { 'Retry-After': '9' }]);
    const caller = new AbortController();
    const call = startClient(upstream.url).tokenFail(REQUEST, { signal: caller.signal });
    setTimeout(() => caller.abort(), 50);
    expect(await catchError(call)).toMatchObject({ code: 'ERR_ATF_ABORTED' });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a call that may have been processed', () => {
  it.each<[string, Answer]>([
    ['503 without Retry-After', [503]],
    ['503 with a malformed Retry-After', [503, { 'Retry-After': 'soon' }]],
    ['500', [500, { 'Retry-After': '0' }]],
    ['502', [502, { 'Retry-After': '0' }]],
    ['403', [403, { 'Retry-After': '0' }]],
    ['an invalid reply', [200, { 'Retry-After': '0' }, '<html>']],
  ])('is not sent again after %s', async (_what, answer) => {
    const upstream = await startAnswering(answer);
    await catchFailError(startClient(upstream.url));
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    ['ECONNRESET', 'read'],
    ['ETIMEDOUT', 'read'],
    ['EPROTO', 'write'],
  ])('is not sent again after %s of %s', async (code, syscall) => {
    const upstream = await startAnswering();
    const instance = createFailingInstance(1, code, syscall);
    await catchFailError(startClient(upstream.url, { axios: instance }));
    expect(upstream.requests).toEqual([]);
  });
});
