import type { TokenFailReason, TokenOutcome } from 'express-authlete-token-fail';
import type { EmulatorApi } from 'express-authlete-token-fail/emulator';

/** A token request, as the token endpoint got it, without its body. */
export interface ObservedRequest {
  kind: 'request';
  /** Milliseconds since the Unix epoch. */
  time: number;
  method: string;
  path: string;
  /** The `Content-Type`. */
  type: string;
}

/** A call of one of Authlete's APIs, as the token endpoint saw it. */
export interface ObservedCall {
  kind: 'call';
  /** Milliseconds since the Unix epoch. */
  time: number;
  api: EmulatorApi;
  /** Milliseconds. */
  duration: number;
  /** The `resultMessage` that Authlete replied with, if it did. */
  message?: string;
  /** Why the call failed, if it did. */
  error?: { code: string; message: string };
}

/** A check of a user's credentials. */
export interface ObservedCheck {
  kind: 'check';
  /** Milliseconds since the Unix epoch. */
  time: number;
  username: string;
  /** Milliseconds. */
  duration: number;
  /** `null` if they are wrong. */
  subject: string | null;
  /** What the ticket is failed with then. */
  reason?: TokenFailReason;
}

/** A token request under observation. */
export interface Observation {
  /** The token request and its API calls have it as their `X-Request-Id`. */
  readonly id: string;
  /** What the ticket is to be failed with if the password is wrong. */
  readonly reason: TokenFailReason;
  /** Absent until it arrives. */
  request?: ObservedRequest;
  /** In the order in which they began. */
  readonly events: (ObservedCall | ObservedCheck)[];
  /** The open ticket. It goes to Authlete and nowhere else. */
  ticket?: string;
  /** What the package reported. Absent until the client application is answered. */
  outcome?: TokenOutcome;
}
