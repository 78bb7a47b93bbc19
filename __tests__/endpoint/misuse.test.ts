import type { ErrorRequestHandler, RequestHandler } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import {
  type EndpointOptions,
  InvalidResourceOwnerCredentialsError,
  InvalidTargetError,
  tokenEndpoint,
  tokenFail,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { cleanUp } from '../support/cleanup';
import { watchWarnings } from '../support/observe/warnings';
import { TICKET } from '../support/secrets/secrets';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { clientAt, tokenServerOnEmulator } from '../support/servers/token-server';
import { until } from '../support/until';

/** Sets NODE_ENV for the current test. */
function setNodeEnv(value: string): void {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = value;
  cleanUp(() => (process.env['NODE_ENV'] = before));
}

const bruteForce = (): EndpointOptions['bruteForce'] => ({
  limiters: { address: new RateLimiterMemory({ points: 100, duration: 60 }) },
});

/** Warnings are emitted in a later turn. */
const nextTurn = () => new Promise(setImmediate);

describe('an endpoint without brute force protection', () => {
  const create = (options: Partial<EndpointOptions>) =>
    tokenEndpoint({ client: clientAt('https://a.example'), authenticate: () => null, ...options });

  it('is warned of in production, where it is created', async () => {
    setNodeEnv('production');
    const warnings = watchWarnings();
    create({});
    await nextTurn();
    expect(warnings).toMatchObject([
      {
        code: 'ERR_ATF_NO_BRUTE_FORCE',
        message: expect.stringContaining('set bruteForce, or set it to false') as string,
      },
    ]);
  });

  it.each([
    ['elsewhere', 'development', undefined],
    ['in production if something else does it', 'production', false as const],
    ['in production if there is one', 'production', bruteForce()],
  ])('is not warned of %s', async (_where, nodeEnv, option) => {
    setNodeEnv(nodeEnv);
    const warnings = watchWarnings();
    create({ bruteForce: option });
    await nextTurn();
    expect(warnings).toEqual([]);
  });
});

describe.each(EXPRESS_VERSIONS)('misuse on $version', ({ express }) => {
  describe('of trust proxy with brute force protection', () => {
    async function sendTwice(
      trustProxy: unknown,
      option: EndpointOptions['bruteForce'],
      headers: Record<string, string> = {},
    ) {
      const warnings = watchWarnings();
      const { app, send } = await tokenServerOnEmulator({
        express,
        endpoint: { bruteForce: option },
      });
      app.set('trust proxy', trustProxy);
      for (let count = 0; count < 2; count++) await send().set(headers).expect(200);
      await nextTurn();
      return warnings.map(({ code }) => code);
    }

    const FORWARDED = { 'X-Forwarded-For': '192.0.2.1' };

    it('is warned of once if it is true', async () => {
      const warnings = await sendTwice(true, bruteForce(), FORWARDED);
      expect(warnings).toEqual(['ERR_ATF_PERMISSIVE_TRUST_PROXY']);
    });

    it('is warned of once if it is not set and X-Forwarded-For arrives', async () => {
      const warnings = await sendTwice(false, bruteForce(), FORWARDED);
      expect(warnings).toEqual(['ERR_ATF_UNEXPECTED_X_FORWARDED_FOR']);
    });

    it.each<[string, unknown, EndpointOptions['bruteForce'], Record<string, string>]>([
      ['it is a number', 1, bruteForce(), FORWARDED],
      ['it is a list of addresses', ['loopback'], bruteForce(), FORWARDED],
      ['it is not set and nothing is forwarded', false, bruteForce(), {}],
      ['it is true without protection', true, undefined, FORWARDED],
      ['it is true and something else protects', true, false, FORWARDED],
    ])('is not warned of if %s', async (_what, trustProxy, option, headers) => {
      expect(await sendTwice(trustProxy, option, headers)).toEqual([]);
    });
  });

  /** What an app answers, and what its error handler gets. */
  async function errorOf(mount: (app: ReturnType<typeof express>) => void) {
    const errors: unknown[] = [];
    const app = express();
    mount(app);
    const handler: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
      errors.push(error);
      res.status(500).end();
    };
    app.use(handler);
    await supertest(app).post('/token').expect(500);
    return errors;
  }

  it('of tokenFail that is mounted uncalled is an error that says so', async () => {
    const errors = await errorOf((app) => app.use(tokenFail as unknown as RequestHandler));
    expect(errors).toMatchObject([
      {
        code: 'ERR_ATF_OPTIONS',
        message: 'tokenFail must be called where it is mounted: app.use(tokenFail())',
      },
    ]);
  });

  it('of tokenEndpoint that is mounted uncalled is an error that says so', async () => {
    const errors = await errorOf((app) =>
      app.post('/token', tokenEndpoint as unknown as RequestHandler),
    );
    expect(errors).toMatchObject([
      {
        code: 'ERR_ATF_OPTIONS',
        message:
          "tokenEndpoint must be called where it is mounted: app.post('/token', tokenEndpoint({ authenticate }))",
      },
    ]);
  });

  it.each([
    ['TokenRequestError', new TokenRequestError(TICKET, 'UNKNOWN')],
    ['InvalidTargetError', new InvalidTargetError(TICKET)],
    ['InvalidResourceOwnerCredentialsError', new InvalidResourceOwnerCredentialsError(TICKET)],
  ])('of %s without tokenFail is an error that says to mount it', async (name, failure) => {
    const errors = await errorOf((app) => app.post('/token', (_req, _res, next) => next(failure)));
    expect(errors).toEqual([failure]);
    expect(String(errors[0])).toMatch(
      new RegExp(`^${name}: .* mount app\\.use\\(tokenFail\\(\\)\\) after your routes\\.$`),
    );
  });
});

describe('an error without hook and logger', () => {
  it('is a process warning, once for each code and endpoint', async () => {
    const warnings = watchWarnings();
    const { send } = await tokenServerOnEmulator({
      endpoint: {
        onOutcome: undefined,
        authenticate: (_username, password) =>
          password === 'throw' ? Promise.reject(new Error('database')) : (7 as never),
      },
    });
    for (const password of ['throw', 'throw', 'return', 'return']) {
      await send({ password }).expect(500);
    }
    await until(() => warnings.length === 2);
    expect(warnings.map(({ name, code }) => [name, code])).toEqual([
      ['AuthleteTokenFailWarning', 'ERR_ATF_CALLBACK_THREW'],
      ['AuthleteTokenFailWarning', 'ERR_ATF_CALLBACK_RESULT'],
    ]);
  });
});
