import type { Response } from 'express';
import type { Authenticate } from './clients.js';
import type { Faults } from './faults.js';
import type { WritableJournal } from './journal.js';
import type { RefreshTokenStore } from './refresh-tokens.js';
import type { TicketStore } from './tickets.js';

/** What the emulator's APIs work on. */
export interface EmulatorState {
  readonly serviceId: string;
  readonly accessToken: string;
  readonly authenticate: Authenticate;
  readonly tickets: TicketStore;
  readonly refreshTokens: RefreshTokenStore;
  /** The one nonce that a DPoP proof may carry. */
  readonly dpopNonce: string;
  /** Whether every DPoP proof must carry it. */
  readonly dpopNonceRequired: boolean;
  readonly journal: WritableJournal;
  readonly faults: Faults;
  /** The answers that stalled calls wait for. */
  readonly stalledCalls: Set<Response>;
}

/** The request parameters of an API call, from a JSON or a form body. */
export type ApiRequest = Readonly<Record<string, unknown>>;

/** Tells whether a request parameter is there: one without a value counts as not sent. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
