export type { EmulatorApi } from './apis.js';
export type { EmulatorClient } from './clients.js';
export { createAuthleteEmulator, type AuthleteEmulator } from './emulator.js';
export type { CallFault, Fault, Faults } from './faults.js';
export type { Journal, JournalEntry, JournalFilter } from './journal.js';
export type { CloseOptions, ListeningEmulator, ListenOptions } from './listen.js';
export type { AuthleteEmulatorOptions } from './options.js';
