import supertest from 'supertest';
import { InvalidTargetError, tokenFail } from 'express-authlete-token-fail';
import { STRANGERS } from '../support/errors/strangers';
import { watchWarnings } from '../support/observe/warnings';
import { TICKET } from '../support/secrets/secrets';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { clientAt, failingAppOf } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

/** Express calls an error handler for these; 'route' means something else to it. */
const TRUTHY: [string, unknown][] = [
  ...STRANGERS.filter(([, value]) => Boolean(value) && value !== 'route'),
  ['an error with a status', Object.assign(new Error('gone'), { status: 410 })],
  ['the string "0"', '0'],
];

describe.each(EXPRESS_VERSIONS)('an error that is not ours on $version', ({ express }) => {
  it.each(TRUTHY)('(%s) reaches the next handler as the very same value', async (_kind, error) => {
    const warnings = watchWarnings();
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const onOutcome = jest.fn();
    const { app, passedOn } = failingAppOf({
      express,
      route: (_req: unknown, _res: unknown, next: (error: unknown) => void) => next(error),
      options: { client: clientAt(upstream.url), onOutcome },
    });
    await supertest(app).post('/token').expect(418);
    expect(passedOn).toHaveLength(1);
    expect(Object.is(passedOn[0], error)).toBe(true);
    expect(upstream.requests).toEqual([]);
    expect(onOutcome).not.toHaveBeenCalled();
    expect(warnings).toEqual([]);
  });

  it('reaches the next handler even if the app has answered', async () => {
    const error = new Error('after the answer');
    const { app, passedOn } = failingAppOf({
      express,
      route: (_req: unknown, res: { end: (text: string) => void }, next: (e: unknown) => void) => {
        res.end('done');
        next(error);
      },
      options: { client: clientAt('http://127.0.0.1:9') },
    });
    await supertest(app).post('/token').expect(200, 'done');
    expect(passedOn).toEqual([error]);
  });

  it.each([undefined, null, 0, '', false, NaN])(
    '(%p) goes to next, though Express itself would not call an error handler',
    (error) => {
      const next = jest.fn();
      const middleware = tokenFail({ client: clientAt('http://127.0.0.1:9') });
      middleware(error, {} as never, {} as never, next);
      expect(next.mock.calls).toEqual([[error]]);
    },
  );

  it('is not made of a request that succeeds, even with tokenFail before the route', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const app = express();
    app.use(tokenFail({ client: clientAt(upstream.url) }));
    app.post('/token', (_req, res) => res.status(204).end());
    await supertest(app).post('/token').expect(204);
    expect(upstream.requests).toEqual([]);
  });

  it('is not what a failed grant should be: without tokenFail, its message says to mount it', async () => {
    const app = express();
    app.post('/token', (_req, _res, next) => next(new InvalidTargetError(TICKET)));
    const answer = await supertest(app).post('/token').expect(400);
    expect(answer.text).toContain('mount app.use(tokenFail()) after your routes');
    expect(answer.text).not.toContain(TICKET);
  });
});
