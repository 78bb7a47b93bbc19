import { createRefreshTokenStore } from '../../lib/emulator/refresh-tokens';
import { cleanUp } from '../support/cleanup';

const GRANTED = { client: { clientId: '1' }, subject: 'john-1', scopes: ['read'] };

/** Makes the monotonic clock stand still until it is moved on. */
function stoppedClock() {
  let now = performance.now();
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
  cleanUp(() => clock.mockRestore());
  return { moveOn: (milliseconds: number) => (now += milliseconds) };
}

describe('a refresh token store', () => {
  it('shows what a refresh token stands for until it is used', () => {
    const tokens = createRefreshTokenStore();
    const token = tokens.keep(GRANTED);
    expect(tokens.find(token)).toBe(GRANTED);
    expect(tokens.find(token)).toBe(GRANTED);
    expect(tokens.use(token)).toBe(GRANTED);
    expect(tokens.find(token)).toBeUndefined();
  });

  it('lets a refresh token expire after an hour', () => {
    const clock = stoppedClock();
    const tokens = createRefreshTokenStore();
    const token = tokens.keep(GRANTED);
    clock.moveOn(3_599_999);
    expect(tokens.find(token)).toBe(GRANTED);
    clock.moveOn(1);
    expect(tokens.find(token)).toBeUndefined();
    expect(tokens.count()).toBe(0);
  });

  it('keeps the last 10,000 refresh tokens', () => {
    const tokens = createRefreshTokenStore();
    const [first, second] = Array.from({ length: 10_001 }, () => tokens.keep(GRANTED)) as [
      string,
      string,
    ];
    expect(tokens.count()).toBe(10_000);
    expect(tokens.find(first)).toBeUndefined();
    expect(tokens.find(second)).toBe(GRANTED);
  });
});
