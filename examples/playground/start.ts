import { runOnEmulator } from '../support/run-on-emulator.js';
import { createPlayground } from './playground.js';

runOnEmulator((settings, users, emulator) => {
  const { app, close } = createPlayground(settings, users, emulator);
  return { app, close, page: '/' };
});
