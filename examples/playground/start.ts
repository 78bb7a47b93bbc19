import pino from 'pino';
import { runOnEmulator } from '../support/run-on-emulator.js';
import { createPlayground } from './playground.js';

runOnEmulator((settings, users, emulator) => {
  const { app, close } = createPlayground(settings, users, emulator, pino());
  return { app, close, page: '/' };
});
