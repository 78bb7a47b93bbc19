import { closeTicket } from './close-ticket.js';
import { HostFunctionError } from './errors.js';
import type { Exchange } from './exchange.js';
import { listenersOf } from './hooks.js';
import type { TokenFailReason } from './reasons.js';
import { leaveReport, takeReport } from './reports.js';
import { onRequestEnd } from './request-end.js';
import { takenTicketsOf } from './taken-tickets.js';

/** A ticket that the error asks to be closed. */
interface OpenGrant {
  readonly ticket: string;
  readonly reason: TokenFailReason;
  readonly problems: readonly unknown[];
}

/**
 * Gives `next` an error for `tokenFail`. If no `tokenFail` takes it up by the time the request is
 * over, because none is mounted or the host answered the error itself, then what must not be left
 * undone is done here: the ticket is closed, and the endpoint's own `onError` is told.
 */
export function passOn(exchange: Exchange, error: Error, grant?: OpenGrant): void {
  const { settings, req, res, next } = exchange;
  const { client, hooks } = settings;
  const problems = grant?.problems ?? [problemOf(error)];
  leaveReport(error, { hooks, problems });
  next(error);

  const settle = (): void => {
    const { onError } = listenersOf(req, hooks);
    if (grant) {
      const taken = takenTicketsOf(res);
      if (!taken.has(grant.ticket)) {
        taken.add(grant.ticket);
        closeTicket(client, grant).catch(onError);
      }
    }
    if (takeReport(error)) problems.forEach(onError);
  };
  onRequestEnd(req, res, settle);
}

/** The host wants to see what its function threw, not what we made of it. */
function problemOf(error: Error): unknown {
  const threw = error instanceof HostFunctionError && error.code === 'ERR_ATF_HOST_THREW';
  return threw ? error.cause : error;
}
