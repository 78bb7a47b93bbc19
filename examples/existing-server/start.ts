import { runOnEmulator } from '../support/run-on-emulator.js';
import { createServer } from './after.js';

runOnEmulator((settings, users) => ({ app: createServer(settings, users) }));
