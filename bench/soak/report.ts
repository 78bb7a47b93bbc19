import type { Mode, TicketCount } from './fault-proxy.js';
import type { FrontCount } from './front.js';
import type { LoadResult } from './load.js';
import type { Held } from '../support/held.js';
import type { StallResult } from './stall.js';

/** What the proxy and the emulator know. */
export interface UpstreamCount extends TicketCount {
  open: number;
  calls: Partial<Record<Mode, number>>;
}

/** All that a soak finds out. Times are in milliseconds. */
export interface Findings {
  seconds: number;
  load: LoadResult;
  /** Token and fail call together. */
  deadline: number;
  upstream: UpstreamCount;
  front: FrontCount;
  before: Held;
  after: Held;
  stall: StallResult;
  /** One call's. */
  timeout: number;
  recovery: number;
}

/** Times what the heap may be once the load is over. */
const MAX_GROWTH = 1.1;

/** Milliseconds that a timer may be late on a busy machine. */
const LATENESS = 1000;

/** What must be true, in words, and whether it is. */
export function verdictsOf(findings: Findings): [claim: string, holds: boolean][] {
  const { load, upstream, front, before, after, stall, timeout, recovery } = findings;
  const rejected = sum(stall.rejected);
  return [
    ['every grant is answered: none lost, none hung', load.lost + load.hung === 0],
    ['every answer has the form of RFC 6749 section 5', load.malformed === 0],
    ['tickets were opened and closed', front.opened > 0 && front.closed > 0],
    [
      'every ticket is closed, or onOutcome got the error of the call that should have closed it',
      front.opened - front.closed === front.failedClosings,
    ],
    [
      'for every ticket whose reply came too late, onOutcome got the error of the token call',
      upstream.opened - front.opened <= (front.errors['ERR_ATF_TIMEOUT'] ?? 0),
    ],
    ['the emulator has the same open tickets', upstream.open === upstream.opened - upstream.closed],
    ['the heap does not grow by more than 10 %', after.heap <= before.heap * MAX_GROWTH],
    ['no socket is left over', after.sockets <= before.sockets],
    [
      'a stalled upstream: every call is rejected within its timeout',
      rejected === stall.calls && stall.slowest <= timeout + LATENESS,
    ],
    ['upstream recovers: a call succeeds within one timeout', recovery <= timeout],
  ];
}

/** The report, in plain text. */
export function reportOf(findings: Findings): string {
  const { seconds, load, deadline, upstream, front } = findings;
  const { before, after, stall, timeout, recovery } = findings;
  const rows: [string, string][] = [
    [`Load, ${seconds} s`, ''],
    ['  grants sent', number(load.sent)],
    ['  answered', byName(load.answered)],
    ['  lost / hung / malformed', `${load.lost} / ${load.hung} / ${load.malformed}`],
    ['  slowest answer', `${number(load.slowest)} ms (deadline ${number(deadline)} ms)`],
    ['  calls met', byName(upstream.calls)],
    ['Tickets, warm-up included', ''],
    ['  opened', tickets(upstream.opened, front.opened)],
    ['  closed', tickets(upstream.closed, front.closed)],
    ['  left open', tickets(upstream.open, front.opened - front.closed)],
    ['  closing calls that failed', number(front.failedClosings)],
    ['Outcomes, warm-up included', byName(front.outcomes)],
    ['  their errors', byName(front.errors)],
    ['Server process', 'before / after, garbage collected'],
    ['  heap', `${megabytes(before.heap)} / ${megabytes(after.heap)}`],
    ['  sockets', `${before.sockets} / ${after.sockets}`],
    ['Stall', `${number(stall.calls)} calls of one client, ${number(stall.waiting)} waiting`],
    ['  heap per call', `${number(stall.heapPerCall)} bytes`],
    ['  heap left afterwards', megabytes(stall.left)],
    ['  rejected', byName(stall.rejected)],
    ['  resolved', number(stall.resolved)],
    ['  slowest rejection', `${number(stall.slowest)} ms (timeout ${number(timeout)} ms)`],
    ['  first success after recovery', `${number(recovery)} ms`],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(34)}${value}`.trimEnd());
  const verdicts = verdictsOf(findings).map(
    ([claim, holds]) => `${holds ? 'ok  ' : 'FAIL'} ${claim}`,
  );
  return [...lines, '', ...verdicts, ''].join('\n');
}

/** What upstream did, and what of it the server got to know before it gave up. */
function tickets(upstream: number, front: number): string {
  const unseen = upstream - front;
  return unseen === 0
    ? number(upstream)
    : `${number(upstream)} (${number(front)} seen by the server)`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function byName(counts: Record<string, number>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name}: ${number(count)}`);
  return parts.length > 0 ? parts.join(', ') : 'none';
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
