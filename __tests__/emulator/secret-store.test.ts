import { createClientRegistry } from '../../lib/emulator/clients';
import { createSecretStore } from '../../lib/emulator/secret-store';
import { createService } from '../../lib/emulator/service';
import { cleanUp } from '../support/cleanup';

const GRANTED = { client: { clientId: '1' }, subject: 'john-1', scopes: ['read'] };

const HOUR = 3_600_000;

/** Stops the monotonic clock, which then moves on demand only. It adds up without rounding. */
function stopClock() {
  let now = Math.ceil(performance.now());
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
  cleanUp(() => clock.mockRestore());
  return { moveOn: (milliseconds: number) => (now += milliseconds) };
}

describe('a store of secrets', () => {
  it('returns what a secret stands for until it is used', () => {
    const store = createSecretStore<object>(HOUR);
    const secret = store.keep(GRANTED);
    expect(store.find(secret)).toBe(GRANTED);
    expect(store.count()).toBe(1);
    expect(store.use(secret)).toBe(GRANTED);
    expect(store.find(secret)).toBeUndefined();
    expect(store.use(secret)).toBeUndefined();
    expect(store.count()).toBe(0);
  });

  it('does not know a secret that it did not create', () => {
    const store = createSecretStore<object>(HOUR);
    store.keep(GRANTED);
    expect(store.use('guess')).toBeUndefined();
    expect(store.count()).toBe(1);
  });

  it('creates secrets of 43 characters of base64url', () => {
    expect(createSecretStore(HOUR).keep(1)).toMatch(/^[\w-]{43}$/);
  });

  it('lets a secret expire after its lifetime, not before', () => {
    const clock = stopClock();
    const store = createSecretStore<object>(HOUR);
    const secret = store.keep(GRANTED);
    clock.moveOn(HOUR - 1);
    expect(store.find(secret)).toBe(GRANTED);
    clock.moveOn(1);
    expect(store.use(secret)).toBeUndefined();
    expect(store.count()).toBe(0);
  });

  it('lets one expire before an earlier one if its lifetime is shorter', () => {
    const clock = stopClock();
    const store = createSecretStore<string>(HOUR);
    const long = store.keep('long');
    const short = store.keep('short', 1000);
    clock.moveOn(1000);
    expect(store.count()).toBe(1);
    expect([store.find(long), store.find(short)]).toEqual(['long', undefined]);
  });
});

describe('the stores of a service', () => {
  const create = () =>
    createService({
      serviceId: '1',
      clients: createClientRegistry([]),
      ticketLifetime: 1000,
      dpopNonceRequired: false,
      attestationChallengeAlways: false,
    });

  it('keep tickets as long as the option says, codes for ten minutes, refresh tokens for an hour', () => {
    const clock = stopClock();
    const { tickets, codes, refreshTokens } = create();
    tickets.keep({ ...GRANTED, tokenType: 'Bearer', settings: {} });
    codes.keep({ ...GRANTED, redirectUri: undefined, codeChallenge: undefined });
    refreshTokens.keep(GRANTED);
    const counts = () => [tickets, codes, refreshTokens].map((store) => store.count());
    clock.moveOn(999);
    expect(counts()).toEqual([1, 1, 1]);
    clock.moveOn(1);
    expect(counts()).toEqual([0, 1, 1]);
    clock.moveOn(599_000);
    expect(counts()).toEqual([0, 0, 1]);
    clock.moveOn(3_000_000);
    expect(counts()).toEqual([0, 0, 0]);
  });

  it('keep the last 10,000 refresh tokens', () => {
    const { refreshTokens } = create();
    const [first = '', second = ''] = Array.from({ length: 10_001 }, () =>
      refreshTokens.keep(GRANTED),
    );
    expect(refreshTokens.count()).toBe(10_000);
    expect(refreshTokens.find(first)).toBeUndefined();
    expect(refreshTokens.find(second)).toBe(GRANTED);
  });
});
