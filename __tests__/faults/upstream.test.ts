import { grantThatCalls, SERVER_ERROR_ANSWER, TIMEOUT } from '../support/fault-host';
import { type Api, APIS, http, REPLY_OF, startFaultyUpstream } from '../support/faulty-upstream';
import { until } from '../support/until';
import { startJsonUpstream } from '../support/upstream';
import { watchEachTest } from '../support/watch';
import { CONNECTION_FAULTS } from './connections';
import { CONTENTS, REPLY_FAULTS } from './replies';

/** How often a call is sent at most. */
const ATTEMPTS = 3;

/** Milliseconds: time for every attempt. */
const TIMEOUT_OF_REPEATED = 10 * TIMEOUT;

/** What the client application gets where a call fails. */
const ANSWER_OF_FAILURE: Readonly<Record<Api, { status: number; content: string }>> = {
  '/auth/token': SERVER_ERROR_ANSWER,
  '/auth/token/issue': contentOf('/auth/token/fail'),
  '/auth/token/fail': SERVER_ERROR_ANSWER,
};

function contentOf(api: Api): { status: number; content: string } {
  const { status, responseContent } = REPLY_OF[api];
  return { status, content: responseContent };
}

watchEachTest();

describe.each(APIS)('in %s, a server survives when upstream', (api) => {
  it.each([...CONNECTION_FAULTS, ...REPLY_FAULTS])('$name', async ({ code, act, repeated }) => {
    const upstream = await startFaultyUpstream(api, act);
    const outcome = await grantThatCalls(api, {
      baseUrl: upstream.url,
      timeout: repeated ? TIMEOUT_OF_REPEATED : TIMEOUT,
    });
    expect(outcome).toEqual(
      code === undefined
        ? { ...contentOf(api), told: [] }
        : { ...ANSWER_OF_FAILURE[api], told: [code] },
    );
    expect(upstream.calls(api)).toBe(repeated ? ATTEMPTS : 1);
    // A connection that stalls is not kept, though that of the fail call after it may be.
    const kept = api === '/auth/token/issue' ? 1 : 0;
    if (code === 'ERR_ATF_TIMEOUT') await until(() => upstream.connections() <= kept);
  });

  it.each(CONTENTS)('has %s in responseContent', async (_name, responseContent) => {
    const { action, status } = REPLY_OF[api];
    const upstream = await startFaultyUpstream(api, (socket) =>
      socket.write(http({ action, responseContent })),
    );
    const outcome = await grantThatCalls(api, { baseUrl: upstream.url });
    expect(outcome).toEqual({ status, content: responseContent, told: [] });
    expect(upstream.calls(api)).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])('redirects elsewhere with %i', async (status) => {
    const elsewhere = await startJsonUpstream(REPLY_OF[api]);
    const upstream = await startFaultyUpstream(api, (socket) =>
      socket.write(http('', { status: `${status} x`, headers: [`Location: ${elsewhere.url}/`] })),
    );
    const outcome = await grantThatCalls(api, { baseUrl: upstream.url });
    expect(outcome).toEqual({ ...ANSWER_OF_FAILURE[api], told: ['ERR_ATF_HTTP_STATUS'] });
    expect(elsewhere.requests).toEqual([]);
  });
});
