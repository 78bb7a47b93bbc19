import { GOOD_REPLIES, http, startFaultyUpstream } from '../support/faults/faulty-upstream';
import {
  GRANT_PATHS,
  resultOfFailure,
  resultOfReply,
  sendGrant,
  TIMEOUT,
} from '../support/faults/grant';
import { watchEachTest } from '../support/observe/watch';
import { startJsonUpstream } from '../support/servers/upstream';
import { until } from '../support/until';
import { COMPRESSION_FAULTS } from './compression';
import { CONNECTION_FAULTS } from './connections';
import { CONTENTS, REPLY_FAULTS } from './replies';

const FAULTS = [...CONNECTION_FAULTS, ...COMPRESSION_FAULTS, ...REPLY_FAULTS];

/** How often a call is sent at most. */
const ATTEMPTS = 3;

/** Milliseconds: time for every attempt. */
const TIMEOUT_OF_REPEATED = 20 * TIMEOUT;

watchEachTest();

describe.each(GRANT_PATHS)('$title: a server survives when upstream', (path) => {
  const { api, adapter } = path;
  const closesTicket = api === '/auth/token/issue';

  it.each(FAULTS)('$name', async (fault) => {
    const { act, repeated, retryAfter, resultCode } = fault;
    const code = adapter.isApps ? fault.codeOverAxios : fault.code;
    const upstream = await startFaultyUpstream(api, act);
    const { retryAfter: header, ...result } = await sendGrant(path, {
      baseUrl: upstream.url,
      timeout: repeated ? TIMEOUT_OF_REPEATED : TIMEOUT,
    });
    expect(result).toEqual(
      code === undefined ? resultOfReply(api) : { ...resultOfFailure(api, code), resultCode },
    );
    if (retryAfter) expect(header).toMatch(retryAfter);
    else expect(header).toBeUndefined();
    expect(upstream.calls(api)).toBe(repeated ? ATTEMPTS : 1);
    if (closesTicket) expect(upstream.calls('/auth/token/fail')).toBe(code === undefined ? 0 : 1);
    // A connection that stalls is not kept, though that of the fail call after it may be.
    if (code === 'ERR_ATF_TIMEOUT')
      await until(() => upstream.connections() <= (closesTicket ? 1 : 0));
  });

  it.each(CONTENTS)('has %s in responseContent', async (_name, responseContent) => {
    const { action } = GOOD_REPLIES[api];
    const upstream = await startFaultyUpstream(api, (socket) =>
      socket.write(http({ action, responseContent })),
    );
    const result = await sendGrant(path, { baseUrl: upstream.url });
    expect(result).toEqual(resultOfReply(api, responseContent));
    expect(upstream.calls(api)).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])('redirects elsewhere with %i', async (status) => {
    const elsewhere = await startJsonUpstream(GOOD_REPLIES[api]);
    const upstream = await startFaultyUpstream(api, (socket) =>
      socket.write(http('', { status: `${status} x`, headers: [`Location: ${elsewhere.url}/`] })),
    );
    const result = await sendGrant(path, { baseUrl: upstream.url });
    expect(result).toEqual(resultOfFailure(api, 'ERR_ATF_HTTP_STATUS'));
    expect(elsewhere.requests).toEqual([]);
  });
});
