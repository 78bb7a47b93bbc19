import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import supertest from 'supertest';
import {
  InvalidResourceOwnerCredentialsError,
  InvalidTargetError,
  type OutcomeName,
  type TokenFailOptions,
  type TokenOutcome,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { BEARER_TOKEN, expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { createEvent, sendAndDisconnect } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { closedPort } from '../support/servers/listen';
import { clientAt, failingAppOf, requestToken } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

/** The published example, whose content has backslashes before its quotes. */
const PUBLISHED_EXAMPLE = {
  ticket: '83BNqKIhGMyrkvop_7jQjv2Z1612LNdGSQKkvkrf47c',
  content:
    '{\\"error_description\\":\\"[A067301] The credentials (username & password) passed to the token ' +
    'endpoint are invalid.\\",\\"error\\":\\"invalid_request\\",\\"error_uri\\":' +
    '\\"https://docs.authlete.com/#A067301\\"}',
};

describe.each(EXPRESS_VERSIONS)('tokenFail on $version', ({ express }) => {
  const appOf = (route: unknown, options: TokenFailOptions) =>
    failingAppOf({ express, route, options: { onOutcome: () => undefined, ...options } });

  it.each([
    ['BAD_REQUEST', 400],
    ['INTERNAL_SERVER_ERROR', 500],
  ])('answers action %s with %i and responseContent unchanged', async (action, status) => {
    const responseContent = '{ "error" : "ünchanged €😀" }\r\n';
    const upstream = await startJsonUpstream({ ...FAIL_REPLY, action, responseContent });
    const error = new InvalidTargetError(TICKET);
    const { app, passedOn } = appOf(error, { client: clientAt(upstream.url) });
    const answer = await requestToken(app);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toBe(responseContent);
    expect(upstream.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { ticket: TICKET, reason: 'INVALID_TARGET' },
    ]);
    expect(passedOn).toEqual([]);
  });

  it('answers with what Authlete publishes, byte for byte', async () => {
    const upstream = await startJsonUpstream({
      resultCode: 'A067301',
      resultMessage:
        '[A067301] The credentials (username & password) passed to the token endpoint are invalid.',
      action: 'BAD_REQUEST',
      responseContent: PUBLISHED_EXAMPLE.content,
    });
    const error = new InvalidResourceOwnerCredentialsError(PUBLISHED_EXAMPLE.ticket);
    const { app } = appOf(error, { client: clientAt(upstream.url) });
    const answer = await requestToken(app);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(Buffer.from(PUBLISHED_EXAMPLE.content));
    expect(upstream.requests[0]?.body).toBe(
      `{"ticket":"${PUBLISHED_EXAMPLE.ticket}","reason":"INVALID_RESOURCE_OWNER_CREDENTIALS"}`,
    );
  });

  it('answers with a content of sixty thousand bytes', async () => {
    const responseContent = JSON.stringify({ error: 'x'.repeat(60_000) });
    const upstream = await startJsonUpstream({ ...FAIL_REPLY, responseContent });
    const { app } = appOf(new InvalidTargetError(TICKET), { client: clientAt(upstream.url) });
    const answer = await requestToken(app);
    expect(answer.status).toBe(400);
    expect(answer.body.equals(Buffer.from(responseContent))).toBe(true);
  });

  it('can create its own client', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const { app } = appOf(new InvalidTargetError(TICKET), {
      serviceId: '715948317',
      accessToken: BEARER_TOKEN,
      baseUrl: upstream.url,
    });
    expect((await requestToken(app)).status).toBe(400);
    expect(upstream.requests).toMatchObject([
      {
        path: '/api/715948317/auth/token/fail',
        headers: { authorization: `Bearer ${BEARER_TOKEN}` },
      },
    ]);
  });

  it('does not send headers that the route had set for another answer', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const stale = [
      'Trailer',
      'Location',
      'Content-Digest',
      'Content-MD5',
      'Content-Disposition',
      'Content-Encoding',
    ];
    const route: RequestHandler = (_req, res, next) => {
      for (const name of stale) res.setHeader(name, 'x');
      res.setHeader('X-Kept', 'x');
      next(new InvalidTargetError(TICKET));
    };
    for (const url of [upstream.url, await closedPort()]) {
      const { app } = appOf(route, { client: clientAt(url) });
      const names = Object.keys((await requestToken(app)).headers);
      expect(names).toContain('x-kept');
      expect(names.filter((name) => stale.some((s) => s.toLowerCase() === name))).toEqual([]);
    }
  });

  it('sends the extra headers of the error, whatever the answer is', async () => {
    const error = new InvalidTargetError(TICKET, { headers: { 'DPoP-Nonce': 'nonce' } });
    const upstream = await startJsonUpstream(FAIL_REPLY);
    for (const url of [upstream.url, await closedPort()]) {
      const { app } = appOf(error, { client: clientAt(url) });
      expect((await requestToken(app)).headers).toHaveProperty('dpop-nonce', 'nonce');
    }
  });

  it('answers what an async route throws', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    // Express 4 ignores the promise of a route, so there the route passes its error on.
    const route: RequestHandler = (_req, _res, next) => {
      Promise.reject(new InvalidTargetError(TICKET)).catch(next);
    };
    const { app } = appOf(route, { client: clientAt(upstream.url) });
    expect((await requestToken(app)).status).toBe(400);
  });

  it('answers HEAD without a body', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const { app } = appOf(new InvalidTargetError(TICKET), { client: clientAt(upstream.url) });
    const answer = await supertest(app).head('/token');
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({ 'content-length': '27', 'cache-control': 'no-store' });
  });

  it('closes the ticket of a client application that has disconnected', async () => {
    const asked = createEvent();
    const answered = createEvent();
    const upstream = await startUpstream((res) => {
      asked.happen();
      void answered.happened.then(() => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const outcomes: TokenOutcome[] = [];
    const { app, passedOn } = appOf(new TokenRequestError(TICKET, 'UNKNOWN'), {
      client: clientAt(upstream.url),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    await sendAndDisconnect(app as RequestListener, '', asked.happened);
    answered.happen();
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual([
      {
        outcome: 'aborted',
        grantType: 'password',
        reason: 'UNKNOWN',
        action: 'BAD_REQUEST',
        resultCode: 'A067301',
        resultMessage: FAIL_REPLY.resultMessage,
        duration: expect.any(Number) as unknown,
      },
    ]);
    expect(upstream.requests).toHaveLength(1);
    expect(passedOn).toEqual([]);
  });

  describe('onOutcome', () => {
    it.each<[string, number, OutcomeName]>([
      ['BAD_REQUEST', 400, 'failed'],
      ['INTERNAL_SERVER_ERROR', 500, 'error'],
    ])('is called once for action %s, with all that is known', async (action, status, outcome) => {
      const upstream = await startJsonUpstream({ ...FAIL_REPLY, action });
      const onOutcome = jest.fn();
      const error = new InvalidResourceOwnerCredentialsError(TICKET);
      const { app } = appOf(error, { client: clientAt(upstream.url), onOutcome });
      await requestToken(app);
      expect(onOutcome.mock.calls).toEqual([
        [
          {
            outcome,
            grantType: 'password',
            reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
            action,
            status,
            resultCode: 'A067301',
            resultMessage: '[A067301] The credentials are invalid.',
            duration: expect.any(Number) as unknown,
          },
          expect.objectContaining({ method: 'POST' }),
        ],
      ]);
      expectNoSecretIn((onOutcome.mock.calls as unknown[][])[0]?.[0]);
    });

    it.each([BEARER_TOKEN, TICKET, 'A1; ticket', '', null])(
      'gets no resultCode that is not one: %p',
      async (resultCode) => {
        const upstream = await startJsonUpstream({ ...FAIL_REPLY, resultCode });
        const outcomes: TokenOutcome[] = [];
        const { app } = appOf(new InvalidTargetError(TICKET), {
          client: clientAt(upstream.url),
          onOutcome: (outcome) => outcomes.push(outcome),
        });
        expect((await requestToken(app)).status).toBe(400);
        expect(outcomes).toHaveLength(1);
        expect(outcomes[0]).not.toHaveProperty('resultCode');
        expectNoSecretIn(outcomes);
      },
    );

    it.each([
      [
        'throws',
        () => {
          throw new Error('hook');
        },
      ],
      ['rejects', () => Promise.reject(new Error('hook'))],
      ['never settles', () => new Promise(() => undefined)],
    ])('changes no answer when it %s', async (_what, onOutcome) => {
      const upstream = await startJsonUpstream({ ...FAIL_REPLY, resultCode: null });
      const error = new InvalidTargetError(TICKET);
      const good = appOf(error, { client: clientAt(upstream.url), onOutcome });
      expect((await requestToken(good.app)).status).toBe(400);
      const bad = appOf(error, { client: clientAt(await closedPort()), onOutcome });
      expect((await requestToken(bad.app)).status).toBe(500);
      expect([...good.passedOn, ...bad.passedOn]).toEqual([]);
    });
  });
});
