import { grantThatCalls, SERVER_ERROR_ANSWER } from '../support/fault-host';
import { APIS } from '../support/faulty-upstream';
import { BEARER_TOKEN } from '../support/secrets';
import { rejectWithNothing } from '../support/thrown';
import { startJsonUpstream } from '../support/upstream';
import { watchEachTest } from '../support/watch';

watchEachTest();

describe('a server survives an accessToken function that', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error(`vault: ${BEARER_TOKEN}`);
      },
    ],
    ['rejects', () => Promise.reject(new Error(`vault: ${BEARER_TOKEN}`))],
    ['rejects with nothing', rejectWithNothing],
    ['gives nothing', () => undefined],
    ['gives an empty string', () => ''],
    ['gives an object', () => ({ token: BEARER_TOKEN })],
    ['gives a line break', () => `${BEARER_TOKEN}\r\nX-Other: header`],
    ['gives characters that are not ASCII', () => `${BEARER_TOKEN}é`],
  ])('%s', async (_what, accessToken) => {
    const upstream = await startJsonUpstream({});
    const options = { baseUrl: upstream.url, accessToken: accessToken as () => string };
    for (const api of [APIS[0], APIS[2]]) {
      const outcome = await grantThatCalls(api, options);
      expect(outcome).toEqual({ ...SERVER_ERROR_ANSWER, told: ['ERR_ATF_ACCESS_TOKEN'] });
    }
    expect(upstream.requests).toEqual([]);
  });

  it('never settles', async () => {
    const upstream = await startJsonUpstream({});
    const accessToken = (): Promise<string> => new Promise(() => undefined);
    const outcome = await grantThatCalls('/auth/token/fail', {
      baseUrl: upstream.url,
      accessToken,
    });
    expect(outcome).toEqual({ ...SERVER_ERROR_ANSWER, told: ['ERR_ATF_TIMEOUT'] });
    expect(upstream.requests).toEqual([]);
  });
});
