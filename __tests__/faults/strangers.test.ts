import type { RequestListener } from 'node:http';
import { tokenFail } from 'express-authlete-token-fail';
import { STRANGERS } from '../support/errors/strangers';
import { APP_ERROR, APP_PATHS } from '../support/faults/faulty-app';
import { watchEachTest } from '../support/observe/watch';
import { sendRaw } from '../support/servers/endpoint';
import { serve } from '../support/servers/listen';
import { clientAt } from '../support/servers/token-server';
import { startJsonUpstream } from '../support/servers/upstream';

watchEachTest();

describe.each(APP_PATHS)('$title, next gets at once, unchanged', ({ express, adapter }) => {
  it.each([...STRANGERS, ['zero', 0], ['an empty string', ''], ['false', false]])(
    'an error that is %s',
    async (_kind, error) => {
      const upstream = await startJsonUpstream({});
      const onOutcome = jest.fn();
      const client = clientAt(upstream.url, adapter.options());
      const middleware = tokenFail({ client, onOutcome });
      const passedOn: unknown[] = [];
      const app = express();
      app.use((req, res) => {
        middleware(error, req, res, (passed) => passedOn.push(passed));
        res.status(APP_ERROR).end(`after ${passedOn.length}`);
      });
      const url = await serve(app as RequestListener);
      await expect(sendRaw(url)).resolves.toMatchObject({ status: APP_ERROR, text: 'after 1' });
      expect(Object.is(passedOn[0], error)).toBe(true);
      expect([upstream.requests, onOutcome.mock.calls]).toEqual([[], []]);
    },
  );
});
