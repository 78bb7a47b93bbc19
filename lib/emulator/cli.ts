#!/usr/bin/env node
import { constants } from 'node:os';
import { expandHelp } from './arguments.js';
import { runCommand } from './command.js';
import { runDoctor } from './doctor.js';

/** Milliseconds that active calls have to end after the first signal. */
const GRACE = 3000;

const print = (text: string): boolean => process.stdout.write(text);

/** Prints an error and, unless the system is to blame, where to read about the arguments. */
function fail(command: string, error: unknown): undefined {
  const { message, syscall } = error as NodeJS.ErrnoException;
  const hint = syscall === undefined ? `See ${command} --help.\n` : '';
  process.stderr.write(`authlete-emulator: ${message}\n${hint}`);
  process.exitCode = 1;
}

// What reads the output may close it, as `head` does; the emulator goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const args = expandHelp(process.argv.slice(2));
if (args[0] === 'doctor') {
  runDoctor(args.slice(1), print).then(
    (exitCode) => (process.exitCode = exitCode),
    (error: unknown) => fail('authlete-emulator doctor', error),
  );
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
  const running = runCommand(args, print).catch((error: unknown) =>
    fail('authlete-emulator', error),
  );
}
