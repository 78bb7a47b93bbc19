import { createAuthleteClient } from 'express-authlete-token-fail';
import { runOnEmulator } from '../support/run-on-emulator.js';
import { createServer } from './server.js';

// The emulator's settings; for Authlete itself, those of your service.
runOnEmulator((settings, users) => createServer(createAuthleteClient(settings), users));
