import type { Step } from '../../examples/playground/exchanges';
import { passwordGrant } from '../support/servers/emulator';
import { WRONG_PASSWORD_CONTENT } from '../support/examples/examples';
import { ATTEMPT, exchangeOf, startPlayground, stepsOf } from '../support/examples/playground';
import { expectNoSecretIn, PASSWORD } from '../support/secrets/secrets';

/** What an exchange comes to, step by step. */
function outline(steps: Step[]): unknown[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'request':
        return `${step.method} ${step.path}`;
      case 'check':
        return step.subject;
      case 'call': {
        const [entry] = step.journal;
        const replies = step.journal.map(({ action, status }) => action ?? status);
        return [step.api, ...replies, entry?.reason, step.error?.code].filter(Boolean);
      }
      case 'answer':
        return [step.status, (JSON.parse(step.body) as { error?: string }).error];
    }
  });
}

describe('an exchange in the playground', () => {
  it('has the steps of a wrong password', async () => {
    const playground = await startPlayground();
    const steps = await stepsOf(playground, { password: 'wrong' });
    expect(outline(steps)).toEqual([
      'POST /token',
      ['/auth/token', 'PASSWORD'],
      null,
      ['/auth/token/fail', 'BAD_REQUEST', 'INVALID_RESOURCE_OWNER_CREDENTIALS'],
      [400, 'invalid_request'],
    ]);
    expect(steps.at(-1)).toMatchObject({
      statusText: 'Bad Request',
      headers: expect.arrayContaining([
        ['content-type', 'application/json'],
        ['cache-control', 'no-store'],
      ]) as unknown,
      body: WRONG_PASSWORD_CONTENT,
    });
    expect(playground.emulator.openTickets()).toBe(0);
  });

  it('has the steps of the right password', async () => {
    const playground = await startPlayground();
    expect(outline(await stepsOf(playground))).toEqual([
      'POST /token',
      ['/auth/token', 'PASSWORD'],
      'john-1',
      ['/auth/token/issue', 'OK'],
      [200, undefined],
    ]);
  });

  it('has the steps of a client that Authlete does not know', async () => {
    expect(outline(await stepsOf(await startPlayground(), { clientId: '7' }))).toEqual([
      'POST /token',
      ['/auth/token', 'INVALID_CLIENT'],
      [400, 'invalid_client'],
    ]);
  });

  it.each([
    ['INVALID_TARGET', 'BAD_REQUEST', 400, 'invalid_target'],
    ['INVALID_CLIENT', 'BAD_REQUEST', 400, 'invalid_client'],
    ['UNAUTHORIZED_CLIENT', 'BAD_REQUEST', 400, 'unauthorized_client'],
    ['INVALID_SCOPE', 'BAD_REQUEST', 400, 'invalid_scope'],
    ['UNKNOWN', 'INTERNAL_SERVER_ERROR', 500, 'server_error'],
  ])(
    'fails the ticket with reason %s if the page says so',
    async (reason, action, status, error) => {
      const steps = await stepsOf(await startPlayground(), { password: 'wrong', reason });
      expect(outline(steps).slice(-2)).toEqual([
        ['/auth/token/fail', action, reason],
        [status, error],
      ]);
    },
  );

  it('has the outcome that the package reports', async () => {
    const playground = await startPlayground();
    const { outcome } = await exchangeOf(playground, { password: 'wrong' });
    expect(outcome).toEqual({
      outcome: 'failed',
      grantType: 'password',
      clientId: Number(ATTEMPT.clientId),
      reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS',
      action: 'BAD_REQUEST',
      status: 400,
      resultCode: 'A067301',
      resultMessage: expect.stringContaining('[A067301]') as string,
      duration: expect.any(Number) as number,
    });
    playground.emulator.faults.set({ failWith: 503 });
    expect((await exchangeOf(playground)).outcome).toMatchObject({
      outcome: 'error',
      status: 500,
      error: {
        name: 'AuthleteApiError',
        message: 'Authlete answered /auth/token with HTTP status 503',
        code: 'ERR_ATF_HTTP_STATUS',
        status: 503,
      },
    });
  });

  it('has what Authlete says of each call', async () => {
    const playground = await startPlayground();
    playground.emulator.faults.set({ api: '/auth/token/fail', failWith: 503 });
    const { steps, serviceId } = await exchangeOf(playground, { password: 'wrong' });
    expect(serviceId).toBe(playground.emulator.serviceId);
    expect(steps.filter(({ kind }) => kind === 'call')).toMatchObject([
      { message: expect.stringMatching(/^\[EMU\d+\] ./) as string },
      { message: expect.stringMatching(/^\[EMU\d+\] ./) as string },
    ]);
  });

  it('shows no secret', async () => {
    const playground = await startPlayground();
    const right = JSON.stringify(await exchangeOf(playground));
    const wrong = JSON.stringify(await exchangeOf(playground, { password: 'PLANTED wrong' }));
    expectNoSecretIn(right, wrong);
    expect(right + wrong).not.toMatch(/[\w-]{43}/);
    expect(right).toContain('password=••••••');
    expect(right).toContain(String.raw`\"access_token\":\"••••••\",\"refresh_token\":\"••••••\"`);
  });

  it('sends a throttled call again', async () => {
    const playground = await startPlayground();
    playground.emulator.faults.set({ api: '/auth/token/fail', failWith: 429 });
    const steps = await stepsOf(playground, { password: 'wrong' });
    expect(outline(steps).slice(-2)).toEqual([
      ['/auth/token/fail', 429, 429, 429, ATTEMPT.reason, 'ERR_ATF_THROTTLED'],
      [500, 'server_error'],
    ]);
  });

  it('has the calls of its own token request and of no other', async () => {
    const playground = await startPlayground();
    const others = Array.from({ length: 5 }, () =>
      fetch(`${playground.url}/token`, {
        method: 'POST',
        body: new URLSearchParams(passwordGrant({ password: 'wrong' })),
      }),
    );
    const exchanges = await Promise.all(
      ['INVALID_TARGET', 'INVALID_SCOPE', 'UNKNOWN'].map((reason) =>
        stepsOf(playground, { password: 'wrong', reason }),
      ),
    );
    await Promise.all(others);
    const calls = exchanges.map((steps) =>
      steps.flatMap((step) => (step.kind === 'call' ? step.journal : [])),
    );
    expect(calls).toMatchObject(
      ['INVALID_TARGET', 'INVALID_SCOPE', 'UNKNOWN'].map((reason) => [
        { api: '/auth/token' },
        { api: '/auth/token/fail', reason },
      ]),
    );
    for (const [token, fail] of calls) expect(fail?.ticket).toBe(token?.ticket);
    expect(new Set(calls.flat().map(({ ticket }) => ticket)).size).toBe(3);
  });

  it.each([
    [{ failWith: 503 }, ['/auth/token', 503, 'ERR_ATF_HTTP_STATUS']],
    [{ failWith: 429 }, ['/auth/token', 429, 429, 429, 'ERR_ATF_THROTTLED']],
    [{ stall: true }, ['/auth/token', 'ERR_ATF_TIMEOUT']],
    [{ delay: 60_000 }, ['/auth/token', 'PASSWORD', 'ERR_ATF_TIMEOUT']],
  ])(
    'has the steps of an outage: %j',
    async (fault, call) => {
      const playground = await startPlayground();
      playground.emulator.faults.set(fault);
      const steps = await stepsOf(playground);
      expect(outline(steps)).toEqual(['POST /token', call, [500, 'server_error']]);
      const entries = steps.flatMap((step) => (step.kind === 'call' ? step.journal : []));
      expect(entries).toMatchObject(entries.map(() => ({ fault })));
    },
    15_000,
  );

  it.each([
    ['no password', { password: undefined }],
    ['a password that is no string', { password: 1 }],
    ['a reason that there is not', { reason: 'WEATHER' }],
  ])('needs everything: %s', async (_what, changes) => {
    const { url, emulator } = await startPlayground();
    const response = await fetch(`${url}/playground/exchanges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...ATTEMPT, ...changes }),
    });
    expect(response.status).toBe(400);
    expect(emulator.journal.calls()).toEqual([]);
  });

  it('does not quote a body that it cannot read', async () => {
    const { url } = await startPlayground();
    const response = await fetch(`${url}/playground/exchanges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `{"password":"${PASSWORD}"`,
    });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('PLANTED');
  });
});

describe('the ticket of an exchange in the playground', () => {
  const WRONG = { password: 'wrong' };
  const FAIL = '/auth/token/fail';

  it.each([
    ['closed', 'after a wrong password', WRONG, undefined],
    ['closed', 'after a wrong password, whatever the reason', { ...WRONG, reason: 'UNKNOWN' }, {}],
    ['used', 'after the right password', {}, undefined],
    ['none', 'for an unknown client', { clientId: '7' }, undefined],
    ['none', 'if Authlete refuses the token request', WRONG, { failWith: 503 }],
    ['none', 'if Authlete does not answer the token request', WRONG, { stall: true }],
    ['open', 'if Authlete refuses to close it', WRONG, { api: FAIL, failWith: 503 }],
    ['open', 'if Authlete does not answer', WRONG, { api: FAIL, stall: true }],
    ['open', 'if it comes too late', WRONG, { api: '/auth/token', delay: 60_000 }],
    ['closed', 'if the reply comes too late', WRONG, { api: FAIL, delay: 60_000 }],
    ['used', 'if the token comes too late', {}, { api: '/auth/token/issue', delay: 60_000 }],
    ['closed', 'if no token can be issued', {}, { api: '/auth/token/issue', failWith: 503 }],
  ] as const)('is reported as %s %s', async (fate, _when, changes, fault) => {
    const playground = await startPlayground();
    if (fault) playground.emulator.faults.set(fault);
    expect((await exchangeOf(playground, changes)).ticket).toBe(fate);
    expect(playground.emulator.openTickets()).toBe(fate === 'open' ? 1 : 0);
  });
});
