import { startFaultyUpstream, http } from '../support/faults/faulty-upstream';
import { pickPathsTo, resultOfReply, SERVER_ERROR_ANSWER } from '../support/faults/grant';
import { sendGrantsToProcess } from '../support/faults/run-app-process';
import { watchEachTest } from '../support/observe/watch';

const API = '/auth/token/fail';

watchEachTest();

describe.each(pickPathsTo(API))('$title: a server survives that it has no', ({ adapter }) => {
  it('file descriptor left for a socket (EMFILE), and goes on once there are some', async () => {
    const upstream = await startFaultyUpstream(API, (socket, reply) => socket.write(http(reply)));
    const result = await sendGrantsToProcess(
      { isApps: adapter.isApps, starved: true },
      { AUTHLETE_BASE_URL: upstream.url },
      2,
    );
    const { status, content } = resultOfReply(API);
    expect(result).toEqual({
      answers: [SERVER_ERROR_ANSWER, { status, content }],
      errors: [
        {
          code: 'ERR_ATF_UNREACHABLE',
          message: expect.stringMatching(/No socket was left.*\(EMFILE\)/) as unknown,
        },
      ],
      exitCode: 0,
    });
    expect(upstream.calls(API)).toBe(1);
  });
});
