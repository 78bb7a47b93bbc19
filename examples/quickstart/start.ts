import { createAuthleteClient } from 'express-authlete-token-fail';
import pino from 'pino';
import { runOnEmulator } from '../support/run-on-emulator.js';
import { createServer } from './server.js';

runOnEmulator((settings, users) => {
  // The emulator's settings; for Authlete itself, those of your service.
  const client = createAuthleteClient(settings);
  return { app: createServer(client, users, pino()), close: () => client.close() };
});
