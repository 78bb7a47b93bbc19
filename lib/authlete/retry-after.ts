/** Reads a header of a response; anything may come of it. */
export type ReadHeader = (name: string) => unknown;

/** As RFC 9111 section 1.2.2 has it: for ever, if it is more. */
const MAX_SECONDS = 2 ** 31;

/**
 * Milliseconds after which a server asks to be called again: `RateLimit-Reset`, else
 * `X-RateLimit-Reset`, else `Retry-After`, as Authlete's reference server reads them. Each is a
 * positive number of seconds; `Retry-After` may be a date (RFC 9110 section 10.2.3).
 *
 * @param now - milliseconds since the Unix epoch
 */
export function parseRetryAfter(header: ReadHeader, now: number): number | undefined {
  for (const name of ['ratelimit-reset', 'x-ratelimit-reset', 'retry-after']) {
    const value = header(name);
    const text = typeof value === 'string' ? value.trim() : '';
    if (/^0*[1-9]\d*$/.test(text)) return Math.min(Number(text), MAX_SECONDS) * 1000;
    if (name !== 'retry-after') continue;
    // `Date.parse` accepts much more than HTTP's dates, which all start with the day of the week.
    const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : NaN;
    if (!Number.isNaN(date)) return Math.max(0, date - now);
    if (/^0+$/.test(text)) return 0;
  }
  return undefined;
}
