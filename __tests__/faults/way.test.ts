import { cleanUp } from '../support/cleanup';
import { getGoodReply, http, startFaultyUpstream } from '../support/faults/faulty-upstream';
import { pickPathsTo, resultOfFailure, resultOfReply, sendGrant } from '../support/faults/grant';
import { watchEachTest } from '../support/observe/watch';
import { closedPort } from '../support/servers/listen';
import { startJsonUpstream } from '../support/servers/upstream';

const API = '/auth/token/fail';

/** Milliseconds: time for every attempt. */
const LONG = 10_000;

const UNREACHABLE = resultOfFailure(API, 'ERR_ATF_UNREACHABLE');
const LOST = resultOfFailure(API, 'ERR_ATF_CONNECTION_LOST');

/** A reply that is not the one of the call. */
const STRAY_REPLY = { ...getGoodReply(API), responseContent: 'of another grant' };

watchEachTest();

describe.each(pickPathsTo(API))('$title: on the way to upstream, a server survives', (path) => {
  it('a refused connection', async () => {
    const result = await sendGrant(path, { baseUrl: await closedPort(), timeout: LONG });
    expect(result).toEqual(UNREACHABLE);
  });

  it('a name that does not exist', async () => {
    const baseUrl = 'https://authlete.invalid';
    const result = await sendGrant(path, { baseUrl, timeout: LONG });
    expect(result).toEqual(UNREACHABLE);
  });

  // An app that passes its own axios may want a proxy.
  const toWhom = path.adapter.isApps ? 'which gets the call' : 'which gets nothing';
  it(`a proxy in the environment, ${toWhom}`, async () => {
    const { action, responseContent } = getGoodReply(API);
    const proxy = await startJsonUpstream({ action, responseContent: 'of the proxy' });
    const upstream = await startJsonUpstream({ action, responseContent });
    const saved = { ...process.env };
    cleanUp(() => (process.env = saved));
    for (const name of ['http', 'https', 'all']) {
      process.env[`${name}_proxy`] = proxy.url;
      process.env[`${name.toUpperCase()}_PROXY`] = proxy.url;
    }
    process.env['NODE_USE_ENV_PROXY'] = '1';
    for (const name of ['no_proxy', 'NO_PROXY']) process.env[name] = '';

    const result = await sendGrant(path, { baseUrl: upstream.url });
    const calls = [upstream.requests.length, proxy.requests.length];
    expect([result, calls]).toEqual(
      path.adapter.isApps
        ? [resultOfReply(API, 'of the proxy'), [0, 1]]
        : [resultOfReply(API), [1, 0]],
    );
  });

  it('a kept-alive connection that is closed just as the next call goes into it', async () => {
    let replies = 0;
    const upstream = await startFaultyUpstream(API, (socket, reply) => {
      // The first call leaves the connection open; the second one is too late.
      if (replies++ === 0) socket.write(http(reply));
      else socket.resetAndDestroy();
    });
    const result = await sendGrant(path, { baseUrl: upstream.url, grants: 2 });
    expect(result).toEqual(LOST);
    expect(upstream.calls(API)).toBe(2);
  });

  it('a second reply that nobody asked for, which the next call does not take', async () => {
    const upstream = await startFaultyUpstream(API, (socket, reply) =>
      socket.write(Buffer.concat([http(reply), http(STRAY_REPLY)])),
    );
    const result = await sendGrant(path, { baseUrl: upstream.url, grants: 2 });
    expect(result).toEqual(resultOfReply(API));
  });

  it('a reply from before the call was sent, which it does not take', async () => {
    const upstream = await startFaultyUpstream(API, (socket, reply) => {
      socket.write(http(reply));
      setImmediate(() => socket.write(http(STRAY_REPLY)));
    });
    const result = await sendGrant(path, { baseUrl: upstream.url, grants: 3 });
    // The stray reply ends the connection, with the call that was sent over it or without.
    expect([
      resultOfReply(API),
      LOST,
      resultOfFailure(API, 'ERR_ATF_RESPONSE_INVALID'),
    ]).toContainEqual(result);
  });
});
