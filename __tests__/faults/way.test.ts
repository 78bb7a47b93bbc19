import { grantThatCalls, SERVER_ERROR_ANSWER } from '../support/fault-host';
import { http, REPLY_OF, startFaultyUpstream } from '../support/faulty-upstream';
import { cleanUp } from '../support/cleanup';
import { closedPort } from '../support/servers';
import { startJsonUpstream } from '../support/upstream';
import { watchEachTest } from '../support/watch';

const API = '/auth/token/fail';
const { responseContent: content, status, action } = REPLY_OF[API];
const ANSWER = { status, content, told: [] };

/** Milliseconds: time for every attempt. */
const LONG = 10_000;

watchEachTest();

describe('on the way to upstream, a server survives', () => {
  it('a refused connection', async () => {
    const outcome = await grantThatCalls(API, { baseUrl: await closedPort(), timeout: LONG });
    expect(outcome).toEqual({ ...SERVER_ERROR_ANSWER, told: ['ERR_ATF_UNREACHABLE'] });
  });

  it('a name that does not exist', async () => {
    const baseUrl = 'https://authlete.invalid';
    const outcome = await grantThatCalls(API, { baseUrl, timeout: LONG });
    expect(outcome).toEqual({ ...SERVER_ERROR_ANSWER, told: ['ERR_ATF_UNREACHABLE'] });
  });

  it('a proxy in the environment, which gets nothing', async () => {
    const proxy = await startJsonUpstream({ action, responseContent: 'of the proxy' });
    const upstream = await startJsonUpstream({ action, responseContent: content });
    const saved = { ...process.env };
    cleanUp(() => (process.env = saved));
    for (const name of ['http', 'https', 'all']) {
      process.env[`${name}_proxy`] = proxy.url;
      process.env[`${name.toUpperCase()}_PROXY`] = proxy.url;
    }
    process.env['NODE_USE_ENV_PROXY'] = '1';
    for (const name of ['no_proxy', 'NO_PROXY']) process.env[name] = '';

    expect(await grantThatCalls(API, { baseUrl: upstream.url })).toEqual(ANSWER);
    expect([upstream.requests.length, proxy.requests.length]).toEqual([1, 0]);
  });

  it('a kept-alive connection that is closed just as the next call goes into it', async () => {
    let replies = 0;
    const upstream = await startFaultyUpstream(API, (socket, reply) => {
      // The first call leaves the connection open; the second one is too late.
      if (replies++ === 0) socket.write(http(reply));
      else socket.resetAndDestroy();
    });
    const grant = await grantThatCalls(API, { baseUrl: upstream.url, grants: 2 });
    expect(grant).toEqual({ ...SERVER_ERROR_ANSWER, told: ['ERR_ATF_CONNECTION_LOST'] });
    expect(upstream.calls(API)).toBe(2);
  });

  it('a second reply that nobody asked for, which the next call does not take', async () => {
    const upstream = await startFaultyUpstream(API, (socket, reply) =>
      socket.write(
        Buffer.concat([http(reply), http({ ...reply, responseContent: 'of another grant' })]),
      ),
    );
    const grant = await grantThatCalls(API, { baseUrl: upstream.url, grants: 2 });
    expect(grant).toEqual(ANSWER);
  });

  it('a reply from before the call was sent, which it does not take', async () => {
    const upstream = await startFaultyUpstream(API, (socket, reply) => {
      socket.write(http(reply));
      setImmediate(() => socket.write(http({ ...reply, responseContent: 'of another grant' })));
    });
    const grant = await grantThatCalls(API, { baseUrl: upstream.url, grants: 3 });
    expect(grant).toMatchObject({ status: expect.any(Number) as number });
    expect(grant.content).not.toContain('another');
  });
});
