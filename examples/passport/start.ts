import { createAuthleteClient } from 'express-authlete-token-fail';
import { runOnEmulator } from '../support/run-on-emulator.js';
import { createServer } from './server.js';

runOnEmulator((settings, users) => createServer(createAuthleteClient(settings), users));
