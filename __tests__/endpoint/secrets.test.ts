import type { RequestListener } from 'node:http';
import {
  AuthleteApiError,
  type AuthleteClient,
  type Authenticate,
  CallbackError,
  type EndpointClient,
  InvalidTargetError,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { watchChannels } from '../support/observe/channels';
import { keptLog } from '../support/observe/log';
import { watchOutput } from '../support/observe/output';
import {
  BEARER_TOKEN,
  CLIENT_SECRET,
  everythingOf,
  expectNoSecretIn,
  PASSWORD,
  TICKET,
} from '../support/secrets/secrets';
import { BOTH_CLIENTS, CONFIDENTIAL_CLIENT, passwordGrant } from '../support/servers/emulator';
import { type EndpointServerOptions, sendRaw } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';
import { serve } from '../support/servers/listen';
import {
  clientAt,
  failingAppOf,
  requestToken,
  tokenServerOf,
  tokenServerOnEmulator,
} from '../support/servers/token-server';
import { startUpstream } from '../support/servers/upstream';

/** A token request with every secret that a client application knows. */
const REQUEST = {
  client_id: CONFIDENTIAL_CLIENT,
  client_secret: CLIENT_SECRET,
  password: PASSWORD,
};

/** The secrets of a token request, by what they are. */
const SECRETS: [string, string][] = [
  ['password', PASSWORD],
  ['client secret', CLIENT_SECRET],
  ['ticket', TICKET],
  ['bearer token', BEARER_TOKEN],
];

/** An error with this as its message, without a stack. */
const errorOf = (message: string, fields: object = {}) =>
  Object.assign(new Error(message), { stack: 'Error' }, fields);

/** Errors that hold a secret in one place. */
const HIDING_PLACES: [string, (secret: string) => unknown][] = [
  ['the message', (secret) => new Error(`wrong: ${secret}`)],
  ['the message alone', (secret) => errorOf(`wrong: ${secret}`)],
  ['the stack alone', (secret) => Object.assign(new Error('x'), { stack: `Error: ${secret}` })],
  ['a property', (secret) => errorOf('x', { password: secret })],
  [
    'an error of the class of ours',
    (secret) => new CallbackError('ERR_ATF_CALLBACK_THREW', 'authenticate', `no ${secret}`),
  ],
  [
    'a frozen error of the class of ours',
    (secret) =>
      Object.freeze(
        new CallbackError('ERR_ATF_CALLBACK_THREW', 'authenticate', 'x', { cause: secret }),
      ),
  ],
  ['the name of a property', (secret) => errorOf('x', { [secret]: 1 })],
  ['a property of a symbol', (secret) => errorOf('x', { [Symbol('s')]: secret })],
  [
    'a property that is not enumerable',
    (secret) => Object.defineProperty(errorOf('x'), 'hidden', { value: secret }),
  ],
  ['a nested property', (secret) => errorOf('x', { config: { data: { body: [secret] } } })],
  ['a form in a property', (secret) => errorOf('x', { data: passwordGrant({ password: secret }) })],
  ['JSON in a property', (secret) => errorOf('x', { data: JSON.stringify({ a: secret }) })],
  [
    'base64 in a property',
    (secret) => errorOf('x', { data: Buffer.from(secret).toString('base64') }),
  ],
  ['the cause', (secret) => new Error('x', { cause: new Error(secret) })],
  [
    'the cause of the cause',
    (secret) => new Error('x', { cause: new Error('x', { cause: secret }) }),
  ],
  ['the errors of an AggregateError', (secret) => new AggregateError([new Error(secret)], 'x')],
  ['a cyclic property', (secret) => cyclic(errorOf('x', { password: secret }))],
  ['a long message', (secret) => errorOf(`${'x'.repeat(5000)} ${secret}`)],
  ['a Map', (secret) => errorOf('x', { fields: new Map([['password', secret]]) })],
  ['a Set', (secret) => errorOf('x', { fields: new Set([secret]) })],
  ['a URLSearchParams', (secret) => errorOf('x', { body: new URLSearchParams({ p: secret }) })],
  ['a URL', (secret) => errorOf('x', { url: new URL(`https://a.example/?p=${secret}`) })],
  ['a String object', (secret) => errorOf('x', { text: Object(secret) as unknown })],
  [
    'a getter',
    (secret) =>
      Object.defineProperty(errorOf('x'), 'body', { enumerable: true, get: () => secret }),
  ],
  ['a toJSON method', (secret) => errorOf('x', { toJSON: () => secret })],
  ['no Error but a string', (secret) => `wrong: ${secret}`],
  ['no Error but an object', (secret) => ({ wrong: secret })],
  ['an AuthleteApiError', (secret) => new AuthleteApiError('ERR_ATF_TIMEOUT', `late: ${secret}`)],
  [
    'a CallbackError and its cause',
    (secret) => new CallbackError('ERR_ATF_CALLBACK_THREW', 'mine', 'threw', { cause: secret }),
  ],
  ['the cause of a failed grant', (secret) => new InvalidTargetError(TICKET, { cause: secret })],
];

function cyclic(error: Error): Error {
  return Object.assign(error, { self: { error } });
}

/** Everything that an app could see of a token request, but for the answer. */
function watchAll() {
  const output = watchOutput();
  const published = watchChannels();
  const outcomes: TokenOutcome[] = [];
  const { logger, lines } = keptLog('debug');
  const hooks = { logger, onOutcome: (outcome: TokenOutcome) => outcomes.push(outcome) };
  const expectNoSecrets = (...more: unknown[]): void => {
    expect(outcomes.length).toBeGreaterThan(0);
    expectNoSecretIn(outcomes, published, lines, output.text(), ...more);
  };
  return { hooks, outcomes, expectNoSecrets };
}

describe.each(EXPRESS_VERSIONS)('no secret shows on $version', ({ express }) => {
  async function sendTo(
    endpoint: NonNullable<EndpointServerOptions['endpoint']>,
    alter?: (client: AuthleteClient) => Partial<EndpointClient>,
  ) {
    const { hooks, outcomes, expectNoSecrets } = watchAll();
    const { emulator, send } = await tokenServerOnEmulator({
      express,
      emulator: { clients: BOTH_CLIENTS },
      endpoint: { ...hooks, ...endpoint },
      ...(alter && { alter }),
    });
    const answer = await send(REQUEST);
    expect(emulator.openTickets()).toBe(0);
    expectNoSecrets(answer.text, answer.headers);
    return { answer, outcomes };
  }

  it.each(HIDING_PLACES)(
    'of an authenticate that throws the password in %s',
    async (_what, hide) => {
      const authenticate: Authenticate = (_username, password) => {
        throw hide(password);
      };
      await sendTo({ authenticate });
    },
  );

  it.each(HIDING_PLACES)('of an issueRequest that throws the ticket in %s', async (_what, hide) => {
    await sendTo({
      authenticate: () => 'john-1',
      issueRequest: (_subject, { ticket }) => {
        throw hide(`PLANTED-${ticket}`.slice(8)) as Error;
      },
    });
  });

  it.each<[string, (hide: (secret: string) => unknown) => EndpointServerOptions['endpoint']]>([
    [
      'tokenRequest',
      (hide) => ({
        tokenRequest: () => {
          throw hide(PASSWORD) as Error;
        },
      }),
    ],
    [
      'clientCertificate',
      (hide) => ({
        clientCertificate: () => {
          throw hide(CLIENT_SECRET) as Error;
        },
      }),
    ],
  ])('of a %s that throws a secret of the request', async (_name, endpointOf) => {
    for (const [, hide] of HIDING_PLACES.slice(0, 3)) {
      await sendTo(endpointOf(hide) ?? {});
    }
  });

  it('of an authenticate that throws what does not hold a secret, whose cause does show', async () => {
    const cause = new Error('database');
    const { outcomes } = await sendTo({ authenticate: () => Promise.reject(cause) });
    expect(outcomes[0]?.error?.cause).toBe(cause);
  });

  it('of an error that is too large to be searched, which has no cause', async () => {
    const cause = errorOf('x', { parts: Array.from({ length: 2000 }, () => ({})) });
    const { outcomes } = await sendTo({ authenticate: () => Promise.reject(cause) });
    expect(outcomes).toMatchObject([{ error: { code: 'ERR_ATF_CALLBACK_THREW' } }]);
    expect(outcomes[0]?.error).not.toHaveProperty('cause');
  });

  it.each([
    ['more secrets than are searched for', 'code', 21],
    ['more parameters than are looked at', 'a', 201],
  ])('of a request with %s, the password as its grant type', async (_what, name, count) => {
    const { hooks, outcomes, expectNoSecrets } = watchAll();
    const { app } = await tokenServerOnEmulator({ express, endpoint: hooks });
    const more = Array.from({ length: count }, (_, i) => `${name}=value-${i}`);
    const body = [...more, passwordGrant({ password: PASSWORD, grant_type: PASSWORD })].join('&');
    await sendRaw(`${await serve(app as RequestListener)}/token`, { body });
    expect(outcomes).toMatchObject([{ outcome: 'rejected' }]);
    expectNoSecrets();
  });

  it("of a client of the app's own that throws the ticket", async () => {
    for (const name of ['tokenIssue', 'tokenFail'] as const) {
      const authenticate = () => (name === 'tokenIssue' ? 'john-1' : null);
      await sendTo({ authenticate }, ({ tokenFail }) => ({
        async [name](request: { ticket: string }) {
          await tokenFail({ ticket: request.ticket, reason: 'UNKNOWN' });
          throw errorOf(`no answer for ${request.ticket}`);
        },
      }));
    }
  });
});

describe.each(EXPRESS_VERSIONS)(
  'what Authlete repeats does not show on $version',
  ({ express }) => {
    const OPENED = { action: 'PASSWORD', username: 'john', password: PASSWORD, ticket: TICKET };

    /** An upstream whose API ends in this message, with the status of a reply or an error. */
    async function startRepeating(api: string, status: number, resultMessage: string) {
      const upstream = await startUpstream((res) => {
        if (!res.req.url?.endsWith(api)) {
          res.end(JSON.stringify(OPENED));
          return;
        }
        const reply = { resultCode: 'A001101', resultMessage, action: 'INTERNAL_SERVER_ERROR' };
        res.writeHead(status).end(JSON.stringify({ ...reply, responseContent: '{}' }));
      });
      return upstream.url;
    }

    /** Clients of the package, and one of the app's own that passes on copies of requests. */
    const CLIENTS: [string, (client: AuthleteClient) => EndpointClient][] = [
      ['the client of the package', (client) => client],
      [
        "a client of the app's own",
        ({ token, tokenIssue, tokenFail }) => ({
          token: (request) => token({ ...request }),
          tokenIssue: (request) => tokenIssue({ ...request }),
          tokenFail: (request) => tokenFail({ ...request }),
        }),
      ],
    ];

    const APIS = ['/auth/token', '/auth/token/issue', '/auth/token/fail'];

    it.each(
      CLIENTS.flatMap(([who, wrap]) =>
        APIS.flatMap((api) =>
          [200, 500].flatMap((status) =>
            SECRETS.filter(
              ([what]) =>
                (what !== 'ticket' || api !== '/auth/token') &&
                // A client of the app's own has its own bearer token, which nobody else knows.
                (what !== 'bearer token' || who === 'the client of the package'),
            ).map(([what, secret]) => [what, status, api, who, secret, wrap] as const),
          ),
        ),
      ),
    )(
      'the %s, with HTTP status %i of %s, to %s',
      async (_what, status, api, _who, secret, wrap) => {
        for (const text of [secret, Buffer.from(`:${secret}`.slice(1)).toString('base64url')]) {
          const { hooks, outcomes, expectNoSecrets } = watchAll();
          const client = clientAt(await startRepeating(api, status, `[A001101] Invalid: ${text}`));
          const app = tokenServerOf({
            client: wrap(client),
            express,
            endpoint: {
              ...hooks,
              authenticate: () => (api === '/auth/token/fail' ? null : 'john-1'),
            },
          });
          const url = `${await serve(app as Parameters<typeof serve>[0])}/token`;
          const answer = await sendRaw(url, { body: passwordGrant(REQUEST) });
          expect(answer.status).toBe(500);
          expectNoSecrets(answer.text, answer.headers);
          expect(everythingOf(outcomes)).not.toContain(text);
        }
      },
    );

    it.each([200, 500])('the ticket, with HTTP status %i, to tokenFail', async (status) => {
      for (const [, secret] of SECRETS.slice(2)) {
        const { hooks, outcomes, expectNoSecrets } = watchAll();
        const client = clientAt(await startRepeating('/fail', status, `Invalid: ${secret}`));
        const route = new InvalidTargetError(TICKET);
        const { app } = failingAppOf({ express, route, options: { client, ...hooks } });
        expect((await requestToken(app)).status).toBe(500);
        expectNoSecrets();
        expect(outcomes).toMatchObject([{ resultMessage: '(withheld: it repeats a secret)' }]);
      }
    });
  },
);
