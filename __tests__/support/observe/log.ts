import { Writable } from 'node:stream';
import pino, { type Logger } from 'pino';

/** Makes a pino logger, and keeps the lines that it writes. */
export function keptLog(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  return { logger: pino(stream), lines };
}
