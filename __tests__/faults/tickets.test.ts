import {
  http,
  type FaultyUpstream,
  startFaultyUpstream,
  TICKET_REPLY,
} from '../support/faults/faulty-upstream';
import { pickPathsTo, resultOfFailure, sendGrant } from '../support/faults/grant';
import { watchEachTest } from '../support/observe/watch';
import { until } from '../support/until';

const API = '/auth/token';

const { username, ticket } = TICKET_REPLY;

async function expectOneFailCall({ calls }: FaultyUpstream): Promise<void> {
  // The client makes it by itself where it refuses the reply: nobody else learns of the ticket.
  await until(() => calls('/auth/token/fail') > 0);
  expect([calls(API), calls('/auth/token/fail')]).toEqual([1, 1]);
}

watchEachTest();

describe.each(pickPathsTo(API))('$title: a ticket is closed once though it comes with', (path) => {
  it.each<[string, object]>([
    ['no password', { action: 'PASSWORD', username, ticket }],
    ['a number for a username', { ...TICKET_REPLY, username: 7 }],
    ['no action', { ticket }],
    ['an unknown action', { ...TICKET_REPLY, action: 'RETRY' }],
    ['a nonce that no header can carry', { ...TICKET_REPLY, dpopNonce: 'a\r\nb: c' }],
  ])('%s', async (_what, reply) => {
    const upstream = await startFaultyUpstream(API, (socket) => socket.write(http(reply)));
    const result = await sendGrant(path, { baseUrl: upstream.url });
    expect(result).toEqual(resultOfFailure(API, 'ERR_ATF_RESPONSE_INVALID'));
    await expectOneFailCall(upstream);
  });

  it.each([201, 400, 500])('HTTP status %i', async (status) => {
    const upstream = await startFaultyUpstream(API, (socket) =>
      socket.write(http(TICKET_REPLY, { status: `${status} x` })),
    );
    const result = await sendGrant(path, { baseUrl: upstream.url });
    expect(result).toEqual(resultOfFailure(API, 'ERR_ATF_HTTP_STATUS'));
    await expectOneFailCall(upstream);
  });

  it.each(['OK', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR', 'INVALID_CLIENT', 'TOKEN_EXCHANGE'])(
    'an action that has none: %s',
    async (action) => {
      const upstream = await startFaultyUpstream(API, (socket) =>
        socket.write(http({ action, ticket, responseContent: '{}' })),
      );
      await sendGrant(path, { baseUrl: upstream.url });
      await expectOneFailCall(upstream);
    },
  );
});
