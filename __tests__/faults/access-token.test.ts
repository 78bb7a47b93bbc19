import { APIS } from '../support/faults/faulty-upstream';
import { GRANT_PATHS, resultOfFailure, sendGrant } from '../support/faults/grant';
import { rejectWithNothing } from '../support/errors/thrown';
import { watchEachTest } from '../support/observe/watch';
import { BEARER_TOKEN } from '../support/secrets/secrets';
import { startJsonUpstream } from '../support/servers/upstream';

watchEachTest();

// No call to issue a token comes to pass without one to open a ticket.
const PATHS = GRANT_PATHS.filter(({ api }) => api !== APIS[1]);

describe.each(PATHS)('$title: a server survives an accessToken function that', (path) => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error(`vault: ${BEARER_TOKEN}`);
      },
    ],
    ['rejects', () => Promise.reject(new Error(`vault: ${BEARER_TOKEN}`))],
    ['rejects with nothing', rejectWithNothing],
    ['returns nothing', () => undefined],
    ['returns an empty string', () => ''],
    ['returns an object', () => ({ token: BEARER_TOKEN })],
    ['returns a line break', () => `${BEARER_TOKEN}\r\nX-Other: header`],
    ['returns characters that are not ASCII', () => `${BEARER_TOKEN}é`],
    ['returns white space', () => `${BEARER_TOKEN} `],
  ])('%s', async (_what, accessToken) => {
    const upstream = await startJsonUpstream({});
    const options = { baseUrl: upstream.url, accessToken: accessToken as () => string };
    const result = await sendGrant(path, options);
    expect(result).toEqual(resultOfFailure(path.api, 'ERR_ATF_ACCESS_TOKEN'));
    expect(upstream.requests).toEqual([]);
  });

  it('never settles', async () => {
    const upstream = await startJsonUpstream({});
    const accessToken = (): Promise<string> => new Promise(() => undefined);
    const result = await sendGrant(path, { baseUrl: upstream.url, accessToken });
    expect(result).toEqual(resultOfFailure(path.api, 'ERR_ATF_TIMEOUT'));
    expect(upstream.requests).toEqual([]);
  });
});
