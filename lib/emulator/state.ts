import type { Response } from 'express';
import type { EmulatorCredentials } from './authorization.js';
import type { Faults } from './faults.js';
import type { WritableJournal } from './journal.js';
import type { ReplyQueue } from './reply-once.js';
import type { Service } from './service.js';

/** What the emulator's app works on. */
export interface EmulatorState {
  readonly apiVersion: 2 | 3;
  readonly credentials: EmulatorCredentials;
  /** By their IDs; exactly one with API version 2. */
  readonly services: ReadonlyMap<string, Service>;
  readonly journal: WritableJournal;
  readonly faults: Faults;
  readonly replies: ReplyQueue;
  /** The responses of stalled calls. */
  readonly stalledCalls: Set<Response>;
  /** Names that a `Host` header may have besides those of this machine. */
  readonly hosts: Set<string>;
}

/** The request parameters of an API call, from a JSON or a form body. */
export type ApiRequest = Readonly<Record<string, unknown>>;

/** Checks whether a request parameter is there: one without a value counts as not sent. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
