import { parseArgs } from 'node:util';
import { EMULATOR_APIS, type EmulatorApi, isEmulatorApi } from './apis.js';
import type { Fault } from './faults.js';

/**
 * Parses the arguments of the command.
 *
 * @throws Error that says what is wrong with one of them
 */
export function parseCommand(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      service: { type: 'string', multiple: true },
      token: { type: 'string' },
      'api-version': { type: 'string', default: '3' },
      'api-key': { type: 'string' },
      'api-secret': { type: 'string' },
      clients: { type: 'string' },
      'write-env': { type: 'string' },
      log: { type: 'boolean' },
      'fail-with': { type: 'string' },
      delay: { type: 'string' },
      stall: { type: 'boolean' },
      'fault-api': { type: 'string' },
      'allow-in-production': { type: 'boolean' },
      version: { type: 'boolean', short: 'v' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return values;
}

/** Rewrites `help`, and `help doctor`, as the flag `--help`. */
export function expandHelp([first, ...rest]: string[]): string[] {
  if (first === undefined) return [];
  return first === 'help' ? [...rest, '--help'] : [first, ...rest];
}

/**
 * Parses a port.
 *
 * @throws Error that says what is wrong with it
 */
export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new Error(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

/**
 * Parses an API version.
 *
 * @throws Error that says what is wrong with it
 */
export function parseApiVersion(text: string): 2 | 3 {
  if (text !== '2' && text !== '3') {
    throw new Error(`--api-version must be 2 or 3, got ${JSON.stringify(text)}`);
  }
  return text === '2' ? 2 : 3;
}

/** Milliseconds in each unit of time that the command knows. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000 };

/** A Node timer that is set for longer fires at once. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/**
 * Parses a time; returns milliseconds.
 *
 * @throws Error that says what is wrong with it
 */
export function parseMilliseconds(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s)$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(number) * (UNITS[unit] ?? NaN));
  if (!(milliseconds > 0 && milliseconds <= MAX_MILLISECONDS)) {
    throw new Error(`${flag} must be a time such as 200ms or 2s, got ${JSON.stringify(text)}`);
  }
  return milliseconds;
}

/** The flags for faults, as they stand on the command line. */
export interface FaultArguments {
  'fail-with'?: string | undefined;
  delay?: string | undefined;
  stall?: boolean | undefined;
  'fault-api'?: string | undefined;
}

/**
 * Parses the flags for faults.
 *
 * @throws Error that says what is wrong with one of them
 */
export function parseFault(values: FaultArguments): Fault {
  const { 'fail-with': failWith, delay, stall, 'fault-api': api } = values;
  const isFault = failWith !== undefined || delay !== undefined || stall === true;
  if (api !== undefined && !isFault) {
    throw new Error('--fault-api needs one of --fail-with, --delay and --stall');
  }
  if (stall === true && (failWith !== undefined || delay !== undefined)) {
    throw new Error('--stall excludes --fail-with and --delay');
  }
  return {
    ...(failWith !== undefined && { failWith: parseStatus(failWith) }),
    ...(delay !== undefined && { delay: parseMilliseconds('--delay', delay) }),
    ...(stall === true && { stall }),
    ...(api !== undefined && { api: parseApi(api) }),
  };
}

function parseStatus(text: string): number {
  if (!/^[45]\d\d$/.test(text)) {
    throw new Error(`--fail-with must be a status from 400 to 599, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

function parseApi(text: string): EmulatorApi {
  if (!isEmulatorApi(text)) {
    throw new Error(
      `--fault-api must be one of ${EMULATOR_APIS.join(', ')}, got ${JSON.stringify(text)}`,
    );
  }
  return text;
}
