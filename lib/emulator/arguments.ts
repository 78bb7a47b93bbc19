import { EMULATOR_APIS, type EmulatorApi, isEmulatorApi } from './apis.js';
import type { Fault } from './faults.js';

/**
 * Reads a port.
 *
 * @throws Error that says what is wrong with it
 */
export function portFrom(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new Error(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

/** Milliseconds in each unit of time that the command knows. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000 };

/** A Node timer that is set for longer fires at once. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/**
 * Reads a span of time; gives milliseconds.
 *
 * @throws Error that says what is wrong with it
 */
export function millisecondsFrom(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s)$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(number) * (UNITS[unit] ?? NaN));
  if (!(milliseconds > 0 && milliseconds <= MAX_MILLISECONDS)) {
    throw new Error(`${flag} must be a time such as 200ms or 2s, got ${JSON.stringify(text)}`);
  }
  return milliseconds;
}

/** The switches for faults, as they stand on the command line. */
export interface FaultArguments {
  'fail-with'?: string | undefined;
  delay?: string | undefined;
  stall?: boolean | undefined;
  'fault-api'?: string | undefined;
}

/**
 * Reads the switches for faults.
 *
 * @throws Error that says what is wrong with one of them
 */
export function faultFrom(values: FaultArguments): Fault {
  const { 'fail-with': failWith, delay, stall, 'fault-api': api } = values;
  const faulty = failWith !== undefined || delay !== undefined || stall === true;
  if (api !== undefined && !faulty) {
    throw new Error('--fault-api needs one of --fail-with, --delay and --stall');
  }
  if (stall === true && (failWith !== undefined || delay !== undefined)) {
    throw new Error('--stall excludes --fail-with and --delay');
  }
  return {
    ...(failWith !== undefined && { failWith: statusFrom(failWith) }),
    ...(delay !== undefined && { delay: millisecondsFrom('--delay', delay) }),
    ...(stall === true && { stall }),
    ...(api !== undefined && { api: apiFrom(api) }),
  };
}

function statusFrom(text: string): number {
  if (!/^[45]\d\d$/.test(text)) {
    throw new Error(`--fail-with must be a status from 400 to 599, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

function apiFrom(text: string): EmulatorApi {
  if (!isEmulatorApi(text)) {
    throw new Error(
      `--fault-api must be one of ${EMULATOR_APIS.join(', ')}, got ${JSON.stringify(text)}`,
    );
  }
  return text;
}
