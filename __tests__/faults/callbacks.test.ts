import { CallbackError } from 'express-authlete-token-fail';
import { STRANGERS } from '../support/errors/strangers';
import { rejectWithNothing } from '../support/errors/thrown';
import { APP_PATHS, startFaultyApp, TOKEN_REQUEST } from '../support/faults/faulty-app';
import { watchEachTest } from '../support/observe/watch';
import { PASSWORD } from '../support/secrets/secrets';
import { errorOf, sendRaw } from '../support/servers/endpoint';

/** What the client application gets for a wrong password, and where the server is at fault. */
const WRONG_PASSWORD = [400, 'invalid_request'];
const SERVER_ERROR = [500, 'server_error'];

/** Milliseconds. */
const AUTHENTICATE_TIMEOUT = 100;

function broken(): never {
  throw new Error('database');
}
const rejecting = (): Promise<unknown> => Promise.reject(new Error('database'));
const hanging = (): Promise<unknown> => new Promise(() => undefined);

const THREW = 'ERR_ATF_CALLBACK_THREW';
const TIMED_OUT = 'ERR_ATF_CALLBACK_TIMEOUT';
const WRONG_RESULT = 'ERR_ATF_CALLBACK_RESULT';

/** What is wrong with a function of the app's. */
interface BrokenCall {
  readonly what: string;
  readonly code: string;
  readonly call: () => unknown;
}

const BROKEN_CALLS: readonly BrokenCall[] = [
  { what: 'throws', code: THREW, call: broken },
  { what: 'rejects', code: THREW, call: rejecting },
  { what: 'never settles', code: TIMED_OUT, call: hanging },
  { what: 'returns a number', code: WRONG_RESULT, call: () => 7 },
];

watchEachTest();

describe.each(APP_PATHS)('$title, a server survives', (path) => {
  it.each<[string, () => unknown, string, unknown]>([
    ['throws', broken, THREW, new Error('database')],
    ['rejects', rejecting, THREW, new Error('database')],
    ['rejects with nothing', rejectWithNothing, THREW, undefined],
    [
      'throws what repeats the password',
      () => {
        throw Object.assign(new Error('database'), { parameters: ['john', PASSWORD] });
      },
      THREW,
      undefined,
    ],
    ['returns a number', () => 7, WRONG_RESULT, undefined],
    ['returns an empty string', () => '', WRONG_RESULT, undefined],
    ['returns true', () => true, WRONG_RESULT, undefined],
    ['returns an object with the password', () => ({ PASSWORD }), WRONG_RESULT, undefined],
    ['never settles', hanging, TIMED_OUT, undefined],
  ])('an authenticate that %s', async (_what, authenticate, code, cause) => {
    const app = await startFaultyApp(path, {
      authenticate: authenticate as never,
      options: { authenticateTimeout: AUTHENTICATE_TIMEOUT },
    });
    expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(SERVER_ERROR);
    const [outcome] = app.outcomes;
    expect(app.outcomes).toHaveLength(1);
    expect(outcome).toMatchObject({ outcome: 'error', reason: 'UNKNOWN', status: 500 });
    expect(outcome?.error).toBeInstanceOf(CallbackError);
    expect(outcome?.error).toMatchObject({ code, callback: 'authenticate' });
    expect(outcome?.error?.cause).toEqual(cause);
    expect(app.passedOn).toEqual([]);
  });

  // The one with the planted ticket is left out: that is not a ticket of this app's.
  it.each(STRANGERS.filter(([kind]) => !kind.includes('looks alike')))(
    'an authenticate that throws %s',
    async (_kind, thrown) => {
      const app = await startFaultyApp(path, {
        authenticate() {
          throw thrown;
        },
      });
      expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(SERVER_ERROR);
      expect(app.outcomes).toHaveLength(1);
      const { outcome, reason, error } = app.outcomes[0] ?? {};
      expect([outcome, reason]).toEqual(['error', 'UNKNOWN']);
      expect(error).toMatchObject({ code: THREW, callback: 'authenticate' });
      // Compared by identity: a look at the value may throw. What cannot be searched is no cause.
      expect([thrown, undefined].some((value) => Object.is(error?.cause, value))).toBe(true);
    },
  );

  it.each<[string, () => unknown]>([
    ['throws', broken],
    ['rejects', rejecting],
    ['rejects with nothing', rejectWithNothing],
    ['never settles', hanging],
  ])('an onOutcome that %s', async (_what, onOutcome) => {
    const app = await startFaultyApp(path, {
      options: { onOutcome },
      authenticate: (username) => (username === 'broken' ? broken() : null),
    });
    expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(WRONG_PASSWORD);
    const body = TOKEN_REQUEST.replace('john', 'broken');
    expect(errorOf(await sendRaw(app.url, { body }))).toEqual(SERVER_ERROR);
  });

  it.each<[string, object]>([
    ['whose methods throw', { debug: broken, info: broken, warn: broken, error: broken }],
    ['whose methods reject', { info: rejecting, error: rejecting }],
    ['that is a function which throws', broken],
    ['that is a function which returns nothing', () => undefined],
    ['that is a function which returns something else', () => ({ log: broken })],
  ])('a logger %s', async (_what, logger) => {
    const app = await startFaultyApp(path, {
      options: { logger: logger as never },
      authenticate: (username) => (username === 'broken' ? broken() : null),
    });
    expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(WRONG_PASSWORD);
    const body = TOKEN_REQUEST.replace('john', 'broken');
    expect(errorOf(await sendRaw(app.url, { body }))).toEqual(SERVER_ERROR);
    expect(app.outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'error']);
  });

  it.each<[string, string, string, () => unknown]>([
    ['client', 'throws', THREW, broken],
    ['client', 'returns nothing', WRONG_RESULT, () => undefined],
    ['client', 'is async', WRONG_RESULT, () => Promise.resolve({})],
  ])('a function %s that %s', async (callback, _what, code, client) => {
    const app = await startFaultyApp(path, { client: () => client });
    expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(SERVER_ERROR);
    expect(app.outcomes).toEqual([
      expect.objectContaining({
        outcome: 'error',
        error: expect.objectContaining({ code, callback }) as unknown,
      }),
    ]);
    expect(app.tickets).toEqual([]);
  });

  it.each(
    ['tokenRequest', 'issueRequest', 'clientCertificate'].flatMap((callback) =>
      BROKEN_CALLS.map((brokenCall) => ({ callback, ...brokenCall })),
    ),
  )('a function $callback that $what', async ({ callback, code, call }) => {
    const app = await startFaultyApp(path, {
      authenticate: () => 'john-1',
      options: { [callback]: call, authenticateTimeout: AUTHENTICATE_TIMEOUT },
    });
    expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(SERVER_ERROR);
    expect(app.outcomes).toEqual([
      expect.objectContaining({
        outcome: 'error',
        error: expect.objectContaining({ code, callback }) as unknown,
      }),
    ]);
    expect(app.tickets).toHaveLength(callback === 'issueRequest' ? 1 : 0);
  });

  it.each<[string, string, () => unknown]>([
    ['throws', THREW, broken],
    ['is async', WRONG_RESULT, rejecting],
    ['returns an object that is not a failed grant', WRONG_RESULT, () => ({ ticket: 7 })],
  ])('a mapError that %s', async (_what, code, mapError) => {
    const app = await startFaultyApp(path, {
      authenticate: broken,
      options: { mapError: mapError as never },
    });
    expect(errorOf(await sendRaw(app.url, { body: TOKEN_REQUEST }))).toEqual(SERVER_ERROR);
    // The problem is in the log, the outcome has what authenticate threw.
    expect(app.lines).toContainEqual(
      expect.objectContaining({
        error: expect.objectContaining({ code, callback: 'mapError' }) as unknown,
      }),
    );
    expect(app.outcomes).toEqual([
      expect.objectContaining({
        outcome: 'error',
        error: expect.objectContaining({ code: THREW, callback: 'authenticate' }) as unknown,
      }),
    ]);
  });
});
