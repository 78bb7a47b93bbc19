import type { CallFault } from './faults.js';
import type { JournalEntry } from './journal.js';

/** Formats a call in one line. It has no secret in it, as the journal has none. */
export function formatLogLine(call: JournalEntry): string {
  const { time, api, serviceId, status, action, resultCode, ticket, reason, fault } = call;
  const fields = {
    service: serviceId,
    status: status ?? 'none',
    action,
    result: resultCode,
    ticket,
    reason,
    fault: fault && formatFault(fault),
    reply: call.replyOnce && 'once',
  };
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  const text = shown.map(([name, value]) => `${name}=${value}`).join(' ');
  return `${new Date(time).toISOString()} ${api} ${text}\n`;
}

/** A fault as the command's switches name it. */
function formatFault({ failWith, delay, stall }: CallFault): string {
  return [
    ...(delay === undefined ? [] : [`delay:${delay}ms`]),
    ...(failWith === undefined ? [] : [`fail-with:${failWith}`]),
    ...(stall ? ['stall'] : []),
  ].join(',');
}
