import type { Request, Response } from 'express';
import { isTokenFailReason } from '../errors.js';
import type { EmulatorApi } from './apis.js';
import { type Result, resultOf } from './results.js';
import type { ApiRequest, EmulatorState } from './state.js';

/** What an API replies with; some replies have more. */
export type Reply = Result & { action?: string; ticket?: string | null | undefined };

/** An answer, before a fault makes something else of it. */
export interface CallAnswer {
  readonly status: number;
  readonly reply: Reply;
}

/** One call of an API, from its first byte. */
export interface Call {
  /**
   * Writes the call into the journal and answers it, as its fault lets it.
   *
   * @param answer - processes the call; it is not called if the fault keeps that from happening
   */
  end(answer: () => CallAnswer): void;
}

/** The canonical form of a UUID (RFC 9562 section 4). */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Begins a call. It meets the fault that is in force now, whatever is set while it comes in. */
export function beginCall(
  api: EmulatorApi,
  req: Request,
  res: Response,
  { faults, stalledCalls, journal }: EmulatorState,
): Call {
  const fault = faults.of(api) ?? {};
  const { failWith, delay, stall } = fault;

  function record({ status, reply }: Partial<CallAnswer>): void {
    const { ticket, reason } = (req.body ?? {}) as ApiRequest;
    const usedOrIssued = typeof ticket === 'string' ? ticket : reply?.ticket;
    const requestId = req.get('X-Request-Id');
    journal.add({
      api,
      ...(status !== undefined && { status }),
      ...(reply && { resultCode: reply.resultCode }),
      ...(reply?.action !== undefined && { action: reply.action }),
      ...(typeof usedOrIssued === 'string' && { ticket: usedOrIssued }),
      // Anything else may be a secret in the wrong place.
      ...(isTokenFailReason(reason) && { reason }),
      ...(requestId !== undefined && UUID.test(requestId) && { requestId }),
      ...(Object.keys(fault).length > 0 && { fault }),
    });
  }

  function send(answer: CallAnswer): void {
    record(answer);
    const { status, reply } = answer;
    if (delay === undefined) {
      res.status(status).json(reply);
      return;
    }
    const timer = setTimeout(() => res.status(status).json(reply), delay);
    res.once('close', () => clearTimeout(timer));
  }

  return {
    end(answer) {
      if (stall) {
        record({});
        if (res.closed) return;
        stalledCalls.add(res);
        res.once('close', () => stalledCalls.delete(res));
      } else if (failWith !== undefined) {
        send({ status: failWith, reply: resultOf('FAULT') });
      } else {
        send(answer());
      }
    },
  };
}
