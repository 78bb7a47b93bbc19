import type { ErrorRequestHandler, Request } from 'express';
import {
  type EndpointClient,
  InvalidTargetError,
  type TokenFailClient,
  tokenEndpoint,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import supertest from 'supertest';
import { expectNoSecretIn, PASSWORD, TICKET } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { SERVER_ERROR, TOKEN_HEADERS } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { clientAt, failingAppOf, requestToken } from '../support/servers/token-server';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';

const broken = new Error('no such tenant');

/** What a function for a client should not do, and the error that comes of it. */
const MISBEHAVIOURS: [string, () => unknown, (missing: string) => object][] = [
  [
    'throws',
    () => {
      throw broken;
    },
    () => ({ code: 'ERR_ATF_CALLBACK_THREW', message: 'client threw', cause: broken }),
  ],
  ...(
    [
      ['undefined', undefined, 'undefined'],
      ['null', null, 'null'],
      ['a string', 'client', 'a string'],
      ['an empty object', {}, 'an object'],
      ['a promise', Promise.resolve({}), 'an object'],
    ] as const
  ).map(([what, returned, described]): (typeof MISBEHAVIOURS)[number] => [
    `returns ${what}`,
    () => returned,
    (missing) => ({
      code: 'ERR_ATF_CALLBACK_RESULT',
      message: `client returned ${described} without ${missing}`,
    }),
  ]),
];

describe.each(EXPRESS_VERSIONS)('a client function of tokenEndpoint on $version', ({ express }) => {
  async function send(client: (req: Request) => EndpointClient) {
    const outcomes: TokenOutcome[] = [];
    const passedOn: unknown[] = [];
    const app = express();
    const onOutcome = (outcome: TokenOutcome) => outcomes.push(outcome);
    const authenticate = () => null;
    app.post('/token', express.urlencoded({ extended: false }));
    app.post('/token', tokenEndpoint({ client, authenticate, onOutcome }));
    const handler: ErrorRequestHandler = (error: unknown, _req, _res, next) => {
      passedOn.push(error);
      next(error);
    };
    app.use(handler);
    const request = supertest(app).post('/token').type('form');
    const answer = await request.send(passwordGrant({ password: PASSWORD }));
    return { answer, outcomes, passedOn };
  }

  it('is called with the request', async () => {
    const upstream = await startJsonUpstream({ action: 'OK', responseContent: '{}' });
    const own = clientAt(upstream.url);
    const client = jest.fn((_req: Request) => own);
    expect((await send(client)).answer.status).toBe(200);
    expect(client.mock.calls).toEqual([[expect.objectContaining({ method: 'POST' })]]);
  });

  it.each(MISBEHAVIOURS)('that %s is a 500', async (_what, client, error) => {
    const { answer, outcomes, passedOn } = await send(client as () => EndpointClient);
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    expect(answer.body).toEqual(SERVER_ERROR);
    expect(outcomes).toMatchObject([{ outcome: 'error', status: 500, error: error('token') }]);
    expect(passedOn).toEqual([]);
  });

  it('that throws the password has no cause', async () => {
    const { outcomes } = await send((req) => {
      throw new Error(`no client for ${JSON.stringify(req.body)}`);
    });
    expect(outcomes).toMatchObject([{ error: { code: 'ERR_ATF_CALLBACK_THREW' } }]);
    expectNoSecretIn(outcomes);
  });
});

describe.each(EXPRESS_VERSIONS)('a client function of tokenFail on $version', ({ express }) => {
  it('is called with the request, for a failed grant only', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const own = clientAt(upstream.url);
    const client = jest.fn((_req: Request) => own);
    const options = { client };
    const route = new InvalidTargetError(TICKET);
    expect((await requestToken(failingAppOf({ express, route, options }).app)).status).toBe(400);
    expect(client.mock.calls).toEqual([[expect.objectContaining({ method: 'POST' })]]);
    const foreign = failingAppOf({ express, route: new Error('other'), options });
    await supertest(foreign.app).post('/token').expect(418);
    expect(client).toHaveBeenCalledTimes(1);
  });

  it.each(MISBEHAVIOURS)('that %s is a 500', async (_what, client, error) => {
    const outcomes: TokenOutcome[] = [];
    const { app, passedOn } = failingAppOf({
      express,
      route: new InvalidTargetError(TICKET),
      options: {
        client: client as () => TokenFailClient,
        onOutcome: (outcome) => outcomes.push(outcome),
      },
    });
    const answer = await requestToken(app);
    expect(answer.status).toBe(500);
    expect(JSON.parse(String(answer.body))).toEqual(SERVER_ERROR);
    expect(outcomes).toMatchObject([{ outcome: 'error', status: 500, error: error('tokenFail') }]);
    expect(passedOn).toEqual([]);
  });
});
