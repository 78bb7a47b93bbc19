import type { CallFault } from './faults.js';
import type { JournalEntry } from './journal.js';

/** A call in one line, for those who watch. It has no secret in it, as the journal has none. */
export function logLineOf(call: JournalEntry): string {
  const { time, api, status, action, resultCode, ticket, reason, fault } = call;
  const fields = {
    status: status ?? 'none',
    action,
    result: resultCode,
    ticket,
    reason,
    fault: fault && faultText(fault),
  };
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  const text = shown.map(([name, value]) => `${name}=${value}`).join(' ');
  return `${new Date(time).toISOString()} ${api} ${text}\n`;
}

/** A fault as the command's switches name it. */
function faultText({ failWith, delay, stall }: CallFault): string {
  return [
    ...(delay === undefined ? [] : [`delay:${delay}ms`]),
    ...(failWith === undefined ? [] : [`fail-with:${failWith}`]),
    ...(stall ? ['stall'] : []),
  ].join(',');
}
