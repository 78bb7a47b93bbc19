import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CallOptions, TokenFailRequest } from 'express-authlete-token-fail';
import { findTicket } from '../../lib/authlete/call';
import {
  catchError,
  catchFailError,
  countTimers,
  REQUEST,
  SERVICE_ID,
  SHORT,
  startClient,
} from '../support/authlete/client';
import { cleanUp } from '../support/cleanup';
import { BEARER_TOKEN, TICKET } from '../support/secrets/secrets';
import { serve } from '../support/servers/listen';
import { FAIL_REPLY, startJsonUpstream } from '../support/servers/upstream';
import { until } from '../support/until';

/** Makes 12 calls with one signal; prints how many are answered, and the warnings. */
const SHARED_SIGNAL_SCRIPT = `
  const { createAuthleteClient } = require('./lib/index.ts');
  const warnings = [];
  process.on('warning', ({ name }) => warnings.push(name));
  const { signal } = new AbortController();
  const client = createAuthleteClient();
  const call = () => client.tokenFail({ ticket: 'ticket', reason: 'UNKNOWN' }, { signal });
  Promise.all(Array.from({ length: 12 }, call)).then(async ({ length: replies }) => {
    await client.close();
    setImmediate(() => console.log(JSON.stringify({ replies, warnings })));
  });
`;

describe('a call', () => {
  it('posts JSON with the bearer token to the path of the API', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    await expect(startClient(upstream.url).tokenFail(REQUEST)).resolves.toEqual(FAIL_REPLY);
    expect(upstream.requests).toEqual([
      {
        method: 'POST',
        path: `/api/${SERVICE_ID}/auth/token/fail`,
        headers: expect.objectContaining({
          authorization: `Bearer ${BEARER_TOKEN}`,
          'content-type': 'application/json',
          accept: 'application/json',
        }) as unknown,
        body: JSON.stringify(REQUEST),
      },
    ]);
  });

  it('passes on fields that it does not know', async () => {
    const upstream = await startJsonUpstream({ ...FAIL_REPLY, newField: [1] });
    const reply = await startClient(upstream.url).tokenFail(REQUEST);
    expect(reply).toHaveProperty('newField', [1]);
  });

  it('is rejected before anything is sent when the request is invalid', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const request = { ticket: TICKET, reason: TICKET } as unknown as TokenFailRequest;
    expect(await catchError(startClient(upstream.url).tokenFail(request))).toMatchObject({
      code: 'ERR_ATF_REQUEST_INVALID',
      api: '/auth/token/fail',
      message:
        'The request for /auth/token/fail is invalid: reason must be equal to one of the allowed values',
    });
    expect(upstream.requests).toEqual([]);
  });

  it('ends when its signal aborts', async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const call = startClient(url).tokenFail(REQUEST, { signal: controller.signal });
    controller.abort(new Error(TICKET));
    expect(await catchError(call)).toMatchObject({
      code: 'ERR_ATF_ABORTED',
      api: '/auth/token/fail',
      message: '/auth/token/fail: The call was aborted by its caller',
    });
  });

  it('is not sent when its signal has aborted before', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const call = startClient(upstream.url).tokenFail(REQUEST, { signal: AbortSignal.abort() });
    expect(await catchError(call)).toMatchObject({ code: 'ERR_ATF_ABORTED' });
    expect(upstream.requests).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an object that is not a signal', {}],
    ['a controller', new AbortController()],
    ['an event target', new EventTarget()],
    ['null', null],
  ])('is rejected, and leaves no timer, when its signal is %s', async (_what, signal) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const client = startClient(upstream.url);
    const before = countTimers();
    const call = client.tokenFail(REQUEST, { signal } as CallOptions);
    expect(await catchError(call)).toMatchObject({
      code: 'ERR_ATF_REQUEST_INVALID',
      message: 'The request for /auth/token/fail is invalid: signal must be an AbortSignal',
    });
    // Jest has timers of its own, which come and go.
    await until(() => countTimers() <= before);
    expect(upstream.requests).toEqual([]);
  });

  it.each([null, undefined, {}, { signal: undefined }])(
    'may have %p as options',
    async (options) => {
      const upstream = await startJsonUpstream(FAIL_REPLY);
      const call = startClient(upstream.url).tokenFail(REQUEST, options as CallOptions);
      await expect(call).resolves.toEqual(FAIL_REPLY);
    },
  );

  it('may share its signal with any number of others without a warning', async () => {
    // In a process of its own, because Jest's tests do not see the warnings of theirs.
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', SHARED_SIGNAL_SCRIPT], {
      cwd: join(__dirname, '../..'),
      env: {
        ...process.env,
        AUTHLETE_BASE_URL: upstream.url,
        AUTHLETE_SERVICE_ID: SERVICE_ID,
        AUTHLETE_BEARER: BEARER_TOKEN,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp(() => child.kill('SIGKILL'));
    expect(JSON.parse(await text(child.stdout))).toEqual({ replies: 12, warnings: [] });
  });
});

describe('an accessToken function', () => {
  it('is called for each call', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const accessToken = jest.fn().mockReturnValueOnce('first').mockResolvedValueOnce('second');
    const client = startClient(upstream.url, { accessToken });
    await client.tokenFail(REQUEST);
    await client.tokenFail(REQUEST);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error(BEARER_TOKEN);
      },
      'The accessToken function failed',
    ],
    ['rejects', () => Promise.reject(new Error(BEARER_TOKEN)), 'The accessToken function failed'],
    [
      'returns nothing',
      () => undefined,
      'The accessToken function returned undefined that no Authorization header may carry',
    ],
    [
      'returns a line break',
      () => `${BEARER_TOKEN}\r\nX: y`,
      'The accessToken function returned a string that no Authorization header may carry',
    ],
  ])('fails the call, and nothing is sent, when it %s', async (_what, accessToken, problem) => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const options = { accessToken: accessToken as () => string };
    expect(await catchFailError(startClient(upstream.url, options))).toMatchObject({
      code: 'ERR_ATF_ACCESS_TOKEN',
      api: '/auth/token/fail',
      message: `/auth/token/fail: ${problem}`,
    });
    expect(upstream.requests).toEqual([]);
  });

  it('fails the call in time when it never settles', async () => {
    const upstream = await startJsonUpstream(FAIL_REPLY);
    const accessToken = () => new Promise<string>(() => undefined);
    const client = startClient(upstream.url, { accessToken, timeout: SHORT });
    expect(await catchFailError(client)).toMatchObject({ code: 'ERR_ATF_TIMEOUT' });
    expect(upstream.requests).toEqual([]);
  });
});

describe('findTicket', () => {
  it('finds a ticket, however odd the rest of the reply is', () => {
    expect(findTicket({ ticket: 'abc', action: 7 })).toBe('abc');
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'ticket'],
    ['an array', ['ticket']],
    ['no ticket', {}],
    ['an empty ticket', { ticket: '' }],
    ['a ticket that is not a string', { ticket: ['abc'] }],
    ['an inherited ticket', Object.create({ ticket: 'abc' }) as object],
  ])('finds none in %s', (_what, reply) => {
    expect(findTicket(reply)).toBeUndefined();
  });
});
