export type { EmulatorClient } from './clients.js';
export {
  createAuthleteEmulator,
  type AuthleteEmulator,
  type ListeningEmulator,
  type ListenOptions,
} from './emulator.js';
export type { EmulatorApi, Journal, JournalEntry, JournalFilter } from './journal.js';
export type { AuthleteEmulatorOptions } from './options.js';
