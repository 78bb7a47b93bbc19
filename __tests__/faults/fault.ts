import type { AuthleteApiErrorCode } from 'express-authlete-token-fail';
import type { Act } from '../support/faulty-upstream';

/** Something that an upstream does wrong, or that looks wrong and is not. */
export interface Fault {
  /** What upstream does; completes "when upstream …". */
  readonly name: string;
  /** What `onError` is told; `undefined` if the reply is good and its content goes through. */
  readonly code: AuthleteApiErrorCode | undefined;
  readonly act: Act;
  /** Whether upstream says that it left the call undone, which then may be sent again. */
  readonly repeated: boolean;
}

/** A fault after which the call is not repeated. */
export function fault(name: string, code: Fault['code'], act: Act): Fault {
  return { name, code, act, repeated: false };
}
