import { retryAfterOf } from '../lib/retry-after';

const NOW = Date.parse('Tue, 24 Nov 2026 12:00:00 GMT');

describe('retryAfterOf', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['2', 2000],
    [' 120 ', 120_000],
    ['Tue, 24 Nov 2026 12:00:03 GMT', 3000],
    ['Tuesday, 24-Nov-26 12:00:03 GMT', 3000],
    ['Tue Nov 24 12:00:03 2026 GMT', 3000],
    ['Tue, 24 Nov 2026 11:59:00 GMT', 0],
  ])('reads %p as %i ms', (header, milliseconds) => {
    expect(retryAfterOf(header, NOW)).toBe(milliseconds);
  });

  it.each([
    undefined,
    null,
    2,
    ['2'],
    '',
    '-1',
    '1.5',
    '1e3',
    '9999999999',
    'soon',
    '2026-11-24T12:00:03Z',
    'Tue, 99 Nov 2026 12:00:03 GMT',
  ])('does not read %p', (header) => {
    expect(retryAfterOf(header, NOW)).toBeUndefined();
  });
});
