import type { RequestHandler } from 'express';
import { InvalidTargetError, tokenFail, type TokenOutcome } from 'express-authlete-token-fail';
import { recordingLogger } from '../support/observe/log';
import { TICKET } from '../support/secrets/secrets';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { clientAt, failingAppOf, requestToken } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream, type Upstream } from '../support/servers/upstream';
import { until } from '../support/until';

describe.each(EXPRESS_VERSIONS)('one answer and one fail call on $version', ({ express }) => {
  let upstream: Upstream;

  beforeEach(async () => {
    upstream = await startJsonUpstream(FAIL_REPLY);
  });

  const closedTickets = () =>
    upstream.requests.map(({ body }) => (JSON.parse(body) as { ticket: string }).ticket).sort();

  it.each([
    ['the same failure twice', [TICKET, TICKET], [TICKET]],
    ['two failures', ['first', 'second'], ['first', 'second']],
  ])('are made when %s reach the middleware at once', async (_what, tickets, closed) => {
    const outcomes: TokenOutcome[] = [];
    const { logger, lines } = recordingLogger();
    const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
    const passedOn: unknown[] = [];
    const middleware = tokenFail({ client: clientAt(upstream.url), onOutcome, logger });
    const app = express();
    app.post('/token', (req, res) => {
      for (const ticket of tickets) {
        middleware(new InvalidTargetError(ticket), req, res, (error) => passedOn.push(error));
      }
    });
    expect((await requestToken(app)).status).toBe(400);
    await until(() => upstream.requests.length === closed.length);
    expect(closedTickets()).toEqual(closed);
    expect(passedOn).toEqual([]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed']);
    expect(lines.map(([level]) => level)).toEqual(['info']);
  });

  it('are made when the route calls next twice and the middleware is mounted twice', async () => {
    const client = clientAt(upstream.url);
    const error = new InvalidTargetError(TICKET);
    const route: RequestHandler = (_req, _res, next) => {
      next(error);
      next(error);
    };
    // Express continues a second call of next where the first one left off.
    const options = { client };
    const { app } = failingAppOf({ express, route, options, after: tokenFail({ client }) });
    expect((await requestToken(app)).status).toBe(400);
    await client.close();
    expect(closedTickets()).toEqual([TICKET]);
  });

  it('are made when the middleware is mounted twice', async () => {
    const client = clientAt(upstream.url);
    const { app } = failingAppOf({
      express,
      route: new InvalidTargetError(TICKET),
      options: { client },
      after: tokenFail({ client }),
    });
    expect((await requestToken(app)).status).toBe(400);
    await client.close();
    expect(closedTickets()).toEqual([TICKET]);
  });
});
