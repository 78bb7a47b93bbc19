import { callHook } from '../outcome/reporter.js';
import type { TokenFailReason } from '../errors.js';
import type { EmulatorApi } from './apis.js';
import type { CallFault } from './faults.js';
import { fingerprint } from './secrets.js';

/** One call of an API, with secrets masked. */
export interface JournalEntry {
  /** When the call was processed or met its fault, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly api: EmulatorApi;
  /** The service that was called. Absent if the emulator does not have it, and with API version 2. */
  readonly serviceId?: string;
  /** The HTTP status of the answer. Absent if there is none: the call is stalled. */
  readonly status?: number;
  /** Absent if the answer had none. */
  readonly resultCode?: string;
  /** Absent if the answer had none. */
  readonly action?: string;
  /** The ticket that the call issued or named: `sha256:` and 16 hexadecimal digits of its digest. */
  readonly ticket?: string;
  /** The `reason` of a fail call, if it was one that the API accepts. */
  readonly reason?: TokenFailReason;
  /** The fault of the call, if it had one. After a `delay`, the answer may have come too late. */
  readonly fault?: CallFault;
  /** `true` if the answer was one of `replyOnce`. */
  readonly replyOnce?: boolean;
  /** The call's `X-Request-Id` header, if it is a UUID: anything else may be a secret. */
  readonly requestId?: string;
}

/** Which calls {@link Journal.calls} returns: those that match every field that is given. */
export interface JournalFilter {
  api?: EmulatorApi;
  serviceId?: string;
  /** A ticket in plain. */
  ticket?: string;
  requestId?: string;
}

/** The calls that an emulator has had. */
export interface Journal {
  /** The calls that match, the earliest first. */
  calls(filter?: JournalFilter): JournalEntry[];
}

/** Entries kept: a long run must not grow without bound. */
const MAX_ENTRIES = 10_000;

/** A journal that can be written. */
export interface WritableJournal extends Journal {
  /** Adds a call, with its ticket in plain. */
  add(entry: Omit<JournalEntry, 'time'>): void;
}

/**
 * Creates an empty journal.
 *
 * @param onCall - called with each entry; if it throws, nothing changes
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
    calls({ ticket, api, serviceId, requestId } = {}) {
      const masked = ticket === undefined ? undefined : fingerprint(ticket);
      const wanted = Object.entries({ ticket: masked, api, serviceId, requestId });
      return entries.filter((entry) =>
        wanted.every(
          ([name, value]) => value === undefined || entry[name as keyof JournalEntry] === value,
        ),
      );
    },
  };
}
