import { Writable } from 'node:stream';
import type { TokenLogger } from 'express-authlete-token-fail';
import pino, { type Logger } from 'pino';

/** Creates a pino logger, and keeps the lines that it writes. */
export function keptLog(level = 'info'): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  return { logger: pino({ level }, stream), lines };
}

/** What a logger was called with. */
export type LogLine = [level: string, first: unknown, second: unknown];

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Creates a logger that is called as `console` is, and keeps what it is called with. */
export function recordingLogger(): { logger: Required<TokenLogger>; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const methods = LEVELS.map((level) => [
    level,
    (first: unknown, second: unknown) => lines.push([level, first, second]),
  ]);
  return { logger: Object.fromEntries(methods) as Required<TokenLogger>, lines };
}
