import type { Socket } from 'node:net';
import type { AuthleteApiErrorCode } from 'express-authlete-token-fail';
import type { Act } from '../support/faults/faulty-upstream';

/** Something that an upstream does wrong, or that looks wrong and is not. */
export interface Fault {
  /** What upstream does; completes "when upstream …". */
  readonly name: string;
  /** Of the outcome's error; `undefined` if the reply is good and its content goes through. */
  readonly code: AuthleteApiErrorCode | undefined;
  /** The same where axios's own adapter comes to something else. */
  readonly codeOverAxios: Fault['code'];
  readonly act: Act;
  /** Whether upstream says that it left the call undone, which then may be sent again. */
  readonly repeated: boolean;
  /** The `Retry-After` of the answer, where upstream said when to come back. */
  readonly retryAfter: RegExp | undefined;
  /** The `resultCode` of the outcome's error. */
  readonly resultCode: string | undefined;
}

export function fault(
  name: string,
  code: Fault['code'],
  act: Act,
  others: Partial<Fault> = {},
): Fault {
  return {
    ...{ name, code, codeOverAxios: code, act },
    ...{ repeated: false, retryAfter: undefined, resultCode: undefined, ...others },
  };
}

/** Bytes of a piece that is poured. */
export const PIECE_BYTES = 8000;

/** Sends the same piece as fast as the other side takes it, until that gives up. */
export function pour(socket: Socket, piece: Uint8Array | string): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', write);
  write();
}
