import type { EmulatorApi, JournalEntry } from 'express-authlete-token-fail/emulator';

/** What became of the ticket of a token request; `none` if there was no ticket. */
export type TicketFate = 'none' | 'used' | 'closed' | 'open';

/**
 * Finds out what became of a ticket at Authlete, which the token endpoint may not know: a call whose
 * reply comes too late has done its work.
 *
 * @param entries - the journal's entries for one token request
 */
export function findTicketFate(entries: readonly JournalEntry[]): TicketFate {
  // A call that was refused or never answered has no action.
  const actionsOf = (api: EmulatorApi): unknown[] =>
    entries.filter((entry) => entry.api === api && entry.action).map(({ action }) => action);

  if (!actionsOf('/auth/token').includes('PASSWORD')) return 'none';
  if (actionsOf('/auth/token/issue').includes('OK')) return 'used';
  return actionsOf('/auth/token/fail').length > 0 ? 'closed' : 'open';
}
