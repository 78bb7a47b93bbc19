import type { EndpointClient, TokenFailRequest, TokenResponse } from 'express-authlete-token-fail';
import supertest from 'supertest';
import { recordingLogger } from '../support/observe/log';
import { expectNoSecretIn, TICKET } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { clientAt, tokenServerOf } from '../support/servers/token-server';
import { FAIL_REPLY, startUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

const CONTENT = '{"content":"of Authlete"}';

/** Replies of `/auth/token` with a ticket, what the client application gets, and the outcome. */
const REPLIES: [string, unknown, [number, string]][] = [
  ['an unknown action', { action: 'DANCE', ticket: TICKET }, [500, 'error']],
  ['no action', { ticket: TICKET }, [500, 'error']],
  ['an action that is a number', { action: 7, ticket: TICKET }, [500, 'error']],
  ['OK', { action: 'OK', responseContent: CONTENT, ticket: TICKET }, [200, 'issued']],
  ['OK without content', { action: 'OK', ticket: TICKET }, [500, 'error']],
  [
    'BAD_REQUEST',
    { action: 'BAD_REQUEST', responseContent: CONTENT, ticket: TICKET },
    [400, 'rejected'],
  ],
  [
    'INVALID_CLIENT',
    { action: 'INVALID_CLIENT', responseContent: CONTENT, ticket: TICKET },
    [400, 'rejected'],
  ],
  [
    'INTERNAL_SERVER_ERROR',
    { action: 'INTERNAL_SERVER_ERROR', responseContent: CONTENT, ticket: TICKET },
    [500, 'error'],
  ],
  ['TOKEN_EXCHANGE', { action: 'TOKEN_EXCHANGE', ticket: TICKET }, [400, 'rejected']],
  ['JWT_BEARER', { action: 'JWT_BEARER', ticket: TICKET }, [200, 'issued']],
  ['NATIVE_SSO', { action: 'NATIVE_SSO', ticket: TICKET }, [400, 'rejected']],
  [
    'PASSWORD without a password',
    { action: 'PASSWORD', username: 'john', ticket: TICKET },
    [500, 'error'],
  ],
  [
    'PASSWORD with a username that is a number',
    { action: 'PASSWORD', username: 7, password: 'x', ticket: TICKET },
    [500, 'error'],
  ],
  [
    'PASSWORD with a nonce that no header can carry',
    { action: 'PASSWORD', username: 'john', password: 'x', ticket: TICKET, dpopNonce: '\n' },
    [500, 'error'],
  ],
];

/** Replies that open no ticket. */
const WITHOUT_TICKET: [string, unknown][] = [
  ['a ticket that is null', { action: 'OK', responseContent: CONTENT, ticket: null }],
  ['a ticket that is empty', { action: 'OK', responseContent: CONTENT, ticket: '' }],
  ['a ticket that is a number', { action: 'DANCE', ticket: 7 }],
  ['no ticket', { action: 'DANCE' }],
  ['nothing but null', null],
];

describe.each(EXPRESS_VERSIONS)('a ticket in a reply of /auth/token on $version', ({ express }) => {
  /** Sends a token request; returns the answer, the outcomes, and what was logged. */
  async function send(client: EndpointClient) {
    const outcomes: unknown[] = [];
    const passedOn: unknown[] = [];
    const { logger, lines } = recordingLogger();
    const app = tokenServerOf({
      client,
      express,
      endpoint: {
        onOutcome: ({ outcome }) => outcomes.push(outcome),
        logger,
        handlers: { jwtBearer: () => ({ responseContent: CONTENT }) },
      },
      after: (error, _req, res, _next) => {
        passedOn.push(error);
        res.status(418).end();
      },
    });
    const answer = await supertest(app).post('/token').type('form').send(passwordGrant());
    return { answer, outcomes, passedOn, lines };
  }

  describe('to the client of the package', () => {
    /** A client of an upstream that replies so. */
    async function start(reply: unknown) {
      const upstream = await startUpstream((res) => {
        const isFail = res.req.url?.endsWith('/auth/token/fail');
        res.end(JSON.stringify(isFail ? FAIL_REPLY : reply));
      });
      const closed = () =>
        upstream.requests
          .filter(({ path }) => path?.endsWith('/auth/token/fail'))
          .map(({ body }) => JSON.parse(body) as unknown);
      const client = clientAt(upstream.url);
      return { client, closed };
    }

    it.each(REPLIES)('is failed with UNKNOWN once for %s', async (_what, reply, expected) => {
      const { client, closed } = await start(reply);
      const { answer, outcomes, passedOn, lines } = await send(client);
      await client.close();
      expect(closed()).toEqual([{ ticket: TICKET, reason: 'UNKNOWN' }]);
      expect([[answer.status, ...outcomes], passedOn]).toEqual([expected, []]);
      expectNoSecretIn(lines, answer.text, answer.headers);
    });

    it.each(WITHOUT_TICKET)('is not failed where there is %s', async (_what, reply) => {
      const { client, closed } = await start(reply);
      await send(client);
      await client.close();
      expect(closed()).toEqual([]);
    });
  });

  describe("to a client of the app's own", () => {
    /** A plain object whose replies are these. */
    function start(reply: unknown, tokenFail: EndpointClient['tokenFail']) {
      const closed: TokenFailRequest[] = [];
      const client: EndpointClient = {
        token: () => Promise.resolve(reply as TokenResponse),
        tokenIssue: () => Promise.reject(new Error('It issues nothing')),
        tokenFail: (request) => {
          closed.push({ ...request });
          return tokenFail(request);
        },
      };
      return { client, closed };
    }

    const failed = () => Promise.resolve({ ...FAIL_REPLY, action: 'BAD_REQUEST' as const });

    it.each(REPLIES)('is failed with UNKNOWN once for %s', async (_what, reply, expected) => {
      const { client, closed } = start(reply, failed);
      const { answer, outcomes, passedOn } = await send(client);
      await until(() => closed.length > 0);
      await new Promise(setImmediate);
      expect(closed).toEqual([{ ticket: TICKET, reason: 'UNKNOWN' }]);
      expect([[answer.status, ...outcomes], passedOn]).toEqual([expected, []]);
    });

    it.each(REPLIES)('is logged if it cannot be failed, for %s', async (_what, reply, expected) => {
      const { client } = start(reply, () => Promise.reject(new Error(TICKET)));
      const { answer, outcomes, passedOn, lines } = await send(client);
      const problems = () =>
        lines.filter(([, , fields]) =>
          String((fields as { error?: { message: string } }).error?.message).includes(
            'client threw',
          ),
        );
      await until(() => problems().length > 0);
      expect(problems()).toHaveLength(1);
      expect([[answer.status, ...outcomes], passedOn]).toEqual([expected, []]);
      expectNoSecretIn(lines, answer.text, answer.headers);
    });

    it.each(WITHOUT_TICKET)('is not failed where there is %s', async (_what, reply) => {
      const { client, closed } = start(reply, failed);
      await send(client);
      await new Promise(setImmediate);
      expect(closed).toEqual([]);
    });
  });
});
