#!/usr/bin/env node
import { runCommand } from './command.js';

const running = runCommand(process.argv.slice(2), (text) => process.stdout.write(text)).catch(
  (error: unknown) => {
    process.stderr.write(`authlete-emulator: ${(error as Error).message}\n`);
    process.exitCode = 1;
    return undefined;
  },
);

// Whoever read the output may have closed it, as `head` does; the emulator goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Before anything is printed: what reads the output may send a signal at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void running.then((listening) => listening?.close()));
}
