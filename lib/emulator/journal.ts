import type { TokenFailReason } from '../reasons.js';
import { fingerprint } from './secrets.js';

/** The APIs that the emulator has, by their paths. */
export type EmulatorApi = '/auth/token' | '/auth/token/issue' | '/auth/token/fail';

/** One call of an API, with secrets masked. */
export interface JournalEntry {
  /** When the call was answered, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly api: EmulatorApi;
  /** The HTTP status of the emulator's answer. */
  readonly status: number;
  readonly resultCode: string;
  /** Absent if the answer had none. */
  readonly action?: string;
  /** The ticket that the call issued or used: `sha256:` and 16 hexadecimal digits of its digest. */
  readonly ticket?: string;
  /** The `reason` of a fail call, if it was one that the API takes. */
  readonly reason?: TokenFailReason;
}

/** Which calls {@link Journal.calls} gives: all that match everything that is given here. */
export interface JournalFilter {
  api?: EmulatorApi;
  /** A ticket in plain. */
  ticket?: string;
}

/** The calls that an emulator has answered. */
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

/** Makes an empty journal. */
export function createJournal(): WritableJournal {
  const entries: JournalEntry[] = [];
  return {
    add({ ticket, ...entry }) {
      if (entries.length === MAX_ENTRIES) entries.shift();
      const masked = ticket === undefined ? {} : { ticket: fingerprint(ticket) };
      entries.push(Object.freeze({ time: Date.now(), ...entry, ...masked }));
    },
    calls({ api, ticket } = {}) {
      const wanted = ticket === undefined ? undefined : fingerprint(ticket);
      return entries.filter(
        (entry) =>
          (api === undefined || entry.api === api) &&
          (wanted === undefined || entry.ticket === wanted),
      );
    },
  };
}
