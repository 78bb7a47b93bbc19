import {
  checkMilliseconds,
  checkOptionNames,
  createOptionsError,
  describeType,
} from '../authlete/option-checks.js';
import { EMULATOR_APIS, type EmulatorApi, isEmulatorApi } from './apis.js';

/** How calls go wrong. A fault with nothing in it is none. */
export interface Fault {
  /** The one API that it is for. Default: all three. */
  api?: EmulatorApi | undefined;
  /** HTTP status that calls are refused with, 400 to 599. Tickets stay as they are. */
  failWith?: number | undefined;
  /**
   * Milliseconds that an answer is late by. The ticket is used at once, so that it stays used if the
   * caller does not wait.
   */
  delay?: number | undefined;
  /**
   * Whether calls are never answered, until the caller disconnects or the emulator closes. Tickets
   * stay as they are. It excludes the other two. Default: false.
   */
  stall?: boolean | undefined;
}

/** The fault of one call. */
export type CallFault = Readonly<Pick<Fault, 'failWith' | 'delay'> & { stall?: true }>;

/** The faults of an emulator, to rehearse an outage with. */
export interface Faults {
  /**
   * Makes calls go wrong from now on. It replaces the fault that was set for the same API before.
   *
   * @throws TypeError with code `ERR_ATF_OPTIONS`, naming what cannot work
   */
  set(fault: Fault): void;
  /**
   * Makes calls go right from now on, and drops the replies of `replyOnce` that no call has had yet.
   * A call that is stalled already stays so.
   */
  clear(): void;
  /** The fault that is set for this API now; `undefined` if there is none. */
  of(api: EmulatorApi): CallFault | undefined;
}

const FAULT_FIELDS = Object.keys({
  api: true,
  failWith: true,
  delay: true,
  stall: true,
} satisfies Record<keyof Fault, true>);

/** Creates a set of faults with none in it. */
export function createFaults(): Faults {
  const faults = new Map<EmulatorApi, CallFault>();
  return {
    set(fault) {
      const { api, callFault } = checkFault(fault);
      for (const each of api === undefined ? EMULATOR_APIS : [api]) {
        if (callFault) faults.set(each, callFault);
        else faults.delete(each);
      }
    },
    clear: () => faults.clear(),
    of: (api) => faults.get(api),
  };
}

function checkFault(fault: Fault): {
  api: EmulatorApi | undefined;
  callFault: CallFault | undefined;
} {
  checkOptionNames('faults.set', fault, FAULT_FIELDS);
  const { api, failWith, delay, stall = false } = fault;
  if (api !== undefined && !isEmulatorApi(api)) {
    throw createOptionsError(`api must be one of ${EMULATOR_APIS.join(', ')}`);
  }
  if (failWith !== undefined && !isErrorStatus(failWith)) {
    throw createOptionsError(
      `failWith must be an HTTP status from 400 to 599, ` +
        `got ${typeof failWith === 'number' ? failWith : describeType(failWith)}`,
    );
  }
  if (delay !== undefined) checkMilliseconds('delay', delay);
  if (typeof stall !== 'boolean') {
    throw createOptionsError(`stall must be a boolean, got ${describeType(stall)}`);
  }
  if (stall && (failWith !== undefined || delay !== undefined)) {
    throw createOptionsError(
      'stall excludes failWith and delay: a stalled call gets no answer at all',
    );
  }
  const callFault: CallFault = Object.freeze({
    ...(failWith !== undefined && { failWith }),
    ...(delay !== undefined && { delay }),
    ...(stall && { stall }),
  });
  return { api, callFault: Object.keys(callFault).length > 0 ? callFault : undefined };
}

/** RFC 9110 sections 15.5 and 15.6 */
function isErrorStatus(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 400 && (value as number) <= 599;
}
