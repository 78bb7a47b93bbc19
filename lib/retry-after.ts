/**
 * Reads a Retry-After header (RFC 9110 section 10.2.3): seconds, or a date.
 *
 * @param now - milliseconds since the Unix epoch
 * @returns milliseconds to wait, or `undefined` if the header is absent or malformed
 */
export function retryAfterOf(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // `Date.parse` takes much more than HTTP's dates, which all begin with the day of the week.
  const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
