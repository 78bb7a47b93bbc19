import type { TokenFailReason } from './reasons.js';
import type { TokenFailAction } from './schemas/token-fail.js';

/** Told to `onFail` once a failed grant has been answered. It holds no secret. */
export interface TokenFailEvent {
  /** The `reason` that `/auth/token/fail` was told. */
  readonly reason: TokenFailReason;
  /** The `action` that it answered. */
  readonly action: TokenFailAction;
  /** The HTTP status of the answer to the client application. */
  readonly status: 400 | 500;
  /** Authlete's `resultCode`, if it gave one. */
  readonly resultCode: string | undefined;
  /** Milliseconds from the error's arrival to the answer. */
  readonly duration: number;
}
