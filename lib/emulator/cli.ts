#!/usr/bin/env node
import { constants } from 'node:os';
import { runCommand } from './command.js';
import { runDoctor } from './doctor.js';

/** Milliseconds that calls under way have to end after the first signal. */
const GRACE = 3000;

const print = (text: string): boolean => process.stdout.write(text);

function complain(error: unknown): undefined {
  process.stderr.write(`authlete-emulator: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

// Whoever read the output may have closed it, as `head` does; the emulator goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const args = process.argv.slice(2);
if (args[0] === 'doctor') {
  runDoctor(args.slice(1), print).then((exitCode) => (process.exitCode = exitCode), complain);
} else {
  // Before anything is printed: what reads the output may send a signal at once.
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // As if the signal had not been handled.
      if (ending) process.exit(128 + constants.signals[signal]);
      ending = true;
      void running.then((listening) => listening?.close({ grace: GRACE }));
    });
  }
  const running = runCommand(args, print).catch(complain);
}
