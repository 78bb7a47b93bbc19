export type { EmulatorClient } from './clients.js';
export {
  createAuthleteEmulator,
  type AuthleteEmulator,
  type AuthleteEmulatorOptions,
  type ListeningEmulator,
  type ListenOptions,
} from './emulator.js';
export type { EmulatorApi, Journal, JournalEntry, JournalFilter } from './journal.js';
