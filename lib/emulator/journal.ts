import { callHook } from '../outcome/reporter.js';
import type { TokenFailReason } from '../errors.js';
import type { EmulatorApi } from './apis.js';
import type { CallFault } from './faults.js';
import { fingerprint } from './secrets.js';

/** One call of an API, with secrets masked. */
export interface JournalEntry {
  /** When the call was processed, or found its fault, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly api: EmulatorApi;
  /** The HTTP status of the emulator's answer. Absent if it gives none: the call is stalled. */
  readonly status?: number;
  /** Absent if the call is stalled. */
  readonly resultCode?: string;
  /** Absent if the answer had none. */
  readonly action?: string;
  /** The ticket that the call issued or named: `sha256:` and 16 hexadecimal digits of its digest. */
  readonly ticket?: string;
  /** The `reason` of a fail call, if it was one that the API takes. */
  readonly reason?: TokenFailReason;
  /** The fault that the call met, if it met one. After a `delay`, the answer may have come too late. */
  readonly fault?: CallFault;
  /** The call's `X-Request-Id` header, if it is a UUID: anything else may be a secret. */
  readonly requestId?: string;
}

/** Which calls {@link Journal.calls} gives: all that match everything that is given here. */
export interface JournalFilter {
  api?: EmulatorApi;
  /** A ticket in plain. */
  ticket?: string;
  requestId?: string;
}

/** The calls that an emulator has taken. */
export interface Journal {
  /** The calls that match, the earliest first. */
  calls(filter?: JournalFilter): JournalEntry[];
}

/** Entries kept: a long run must not grow without bound. */
const MAX_ENTRIES = 10_000;

/** A journal, and what writes into it. */
export interface WritableJournal extends Journal {
  /** Adds a call, with its ticket in plain. */
  add(entry: Omit<JournalEntry, 'time'>): void;
}

/**
 * Makes an empty journal.
 *
 * @param onCall - is told each entry; whatever it does changes nothing
 */
export function createJournal(onCall?: (call: JournalEntry) => void): WritableJournal {
  const entries: JournalEntry[] = [];
  return {
    add({ ticket, ...rest }) {
      if (entries.length === MAX_ENTRIES) entries.shift();
      const masked = ticket === undefined ? {} : { ticket: fingerprint(ticket) };
      const entry = Object.freeze({ time: Date.now(), ...rest, ...masked });
      entries.push(entry);
      callHook(onCall, entry);
    },
    calls({ api, ticket, requestId } = {}) {
      const wanted = ticket === undefined ? undefined : fingerprint(ticket);
      return entries.filter(
        (entry) =>
          (api === undefined || entry.api === api) &&
          (wanted === undefined || entry.ticket === wanted) &&
          (requestId === undefined || entry.requestId === requestId),
      );
    },
  };
}
