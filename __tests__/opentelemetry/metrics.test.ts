import { RateLimiterMemory } from 'rate-limiter-flexible';
import supertest from 'supertest';
import type { TokenOutcome } from 'express-authlete-token-fail';
import { MINIMUM_CALLS } from '../../lib/authlete/circuit-breaker';
import { watchChannel } from '../support/observe/channels';
import { HTTP, serverOf, startTelemetry } from '../support/observe/telemetry';
import { expectNoSecretIn, PASSWORD, TICKET } from '../support/secrets/secrets';
import { passwordGrant } from '../support/servers/emulator';
import { closedPort } from '../support/servers/listen';
import { clientAt, emulatorAndClient, tokenServerOf } from '../support/servers/token-server';
import { until } from '../support/until';
import { FAIL_REPLY, startJsonUpstream, startUpstream } from '../support/servers/upstream';

const failing = { ticket: TICKET, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } as const;

describe('the metrics', () => {
  it('count outcomes: one for each that the hook gets, with its fields', async () => {
    const { metrics } = startTelemetry();
    const outcomes: TokenOutcome[] = [];
    const usernameAndAddress = new RateLimiterMemory({ points: 2, duration: 60 });
    const { client } = await emulatorAndClient();
    const app = tokenServerOf({
      client,
      endpoint: {
        onOutcome: (outcome) => outcomes.push(outcome),
        bruteForce: { limiters: { usernameAndAddress } },
      },
    });
    const send = (changes = {}) => supertest(app).post('/token').send(passwordGrant(changes));
    await send().expect(200);
    await send({ client_id: '1' }).expect(400);
    for (let count = 0; count < 3; count++) await send({ password: PASSWORD }).expect(400);
    const broken = tokenServerOf({
      client: clientAt(await closedPort()),
      endpoint: { onOutcome: (outcome) => outcomes.push(outcome) },
    });
    await supertest(broken).post('/token').send(passwordGrant()).expect(500);

    const collected = await metrics();
    const wrongPassword = {
      'authlete.reason': 'INVALID_RESOURCE_OWNER_CREDENTIALS',
      'authlete.action': 'BAD_REQUEST',
      'authlete.result_code': 'A067301',
      'http.response.status_code': 400,
    };
    expect(collected['authlete.token.outcomes']).toEqual([
      {
        ...{ 'authlete.outcome': 'issued', 'authlete.action': 'OK' },
        ...{ 'authlete.result_code': outcomes[0]?.resultCode, 'http.response.status_code': 200 },
        value: 1,
      },
      {
        ...{ 'authlete.outcome': 'rejected', 'authlete.action': 'INVALID_CLIENT' },
        ...{ 'authlete.result_code': outcomes[1]?.resultCode, 'http.response.status_code': 400 },
        value: 1,
      },
      { ...wrongPassword, 'authlete.outcome': 'failed', value: 2 },
      { ...wrongPassword, 'authlete.outcome': 'blocked', value: 1 },
      {
        ...{ 'authlete.outcome': 'error', 'error.type': 'ERR_ATF_UNREACHABLE' },
        ...{ 'http.response.status_code': 500, value: 1 },
      },
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['issued', 'rejected', 'failed', 'failed', 'blocked', 'error'],
    ]);
    expectNoSecretIn(collected);
    expect(JSON.stringify(collected)).not.toContain('john');
  });

  it('measure calls', async () => {
    const calls = watchChannel('express-authlete-token-fail:call');
    const { metrics } = startTelemetry();
    const { url } = await startJsonUpstream(FAIL_REPLY);
    const client = clientAt(url);
    for (let count = 0; count < 2; count++) await client.tokenFail(failing);
    const collected = await metrics();
    expect(collected['authlete.client.call.duration']).toEqual([
      {
        ...HTTP,
        ...serverOf(url),
        'http.response.status_code': 200,
        'authlete.action': 'BAD_REQUEST',
        value: expect.objectContaining({ count: 2 }) as unknown,
      },
    ]);
    const milliseconds = calls.reduce((sum, { duration }) => sum + duration, 0);
    const [{ value } = { value: undefined }] = collected['authlete.client.call.duration'] ?? [];
    expect((value as { sum: number }).sum).toBeCloseTo(milliseconds / 1000, 9);
    expect(collected['authlete.client.errors']).toBeUndefined();
    expectNoSecretIn(collected);
  });

  it('count failed calls by their code, and have the circuit of each API', async () => {
    const { metrics } = startTelemetry();
    const { url } = await startUpstream((res) => res.writeHead(500).end());
    const client = clientAt(url);
    for (let failures = 0; failures <= MINIMUM_CALLS; failures++) {
      await expect(client.tokenFail(failing)).rejects.toThrow();
    }
    const collected = await metrics();
    const attributes = { ...HTTP, ...serverOf(url) };
    expect(collected['authlete.client.errors']).toEqual([
      {
        ...attributes,
        ...{ 'http.response.status_code': 500, 'error.type': 'ERR_ATF_HTTP_STATUS' },
        value: MINIMUM_CALLS,
      },
      { ...attributes, 'error.type': 'ERR_ATF_CIRCUIT_OPEN', value: 1 },
    ]);
    const states = (api: string, open: number) => {
      const common = { ...serverOf(url), 'authlete.api': api };
      return [
        { ...common, 'authlete.circuit.state': 'closed', value: 1 - open },
        { ...common, 'authlete.circuit.state': 'open', value: open },
        { ...common, 'authlete.circuit.state': 'half-open', value: 0 },
      ];
    };
    expect(collected['authlete.client.circuit.state']).toEqual([
      ...states('/auth/token', 0),
      ...states('/auth/token/issue', 0),
      ...states('/auth/token/fail', 1),
    ]);
  });

  it('have the calls in flight and waiting, over all clients of a server', async () => {
    const { metrics } = startTelemetry();
    const held: (() => void)[] = [];
    const { url } = await startUpstream((res) => {
      held.push(() => res.end(JSON.stringify(FAIL_REPLY)));
    });
    const clients = [clientAt(url, { maxConcurrent: 2 }), clientAt(url, { maxConcurrent: 1 })];
    const calls = clients.flatMap((client) => [1, 2, 3].map(() => client.tokenFail(failing)));
    await until(() => held.length === 3);
    const busy = await metrics();
    expect(busy['authlete.client.calls.active']).toEqual([{ ...serverOf(url), value: 3 }]);
    expect(busy['authlete.client.queue.length']).toEqual([{ ...serverOf(url), value: 3 }]);
    const release = setInterval(() => {
      for (const answer of held.splice(0)) answer();
    }, 1);
    await Promise.all(calls);
    clearInterval(release);
    const idle = await metrics();
    expect(idle['authlete.client.queue.length']).toEqual([{ ...serverOf(url), value: 0 }]);
    expect(idle['authlete.client.circuit.state']).toContainEqual({
      ...{ ...serverOf(url), 'authlete.api': '/auth/token', 'authlete.circuit.state': 'closed' },
      value: 2,
    });
    await Promise.all(clients.map((client) => client.close()));
    const closed = await metrics();
    expect(closed['authlete.client.circuit.state']).toContainEqual({
      ...{ ...serverOf(url), 'authlete.api': '/auth/token', 'authlete.circuit.state': 'closed' },
      value: 0,
    });
  });
});
