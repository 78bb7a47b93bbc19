import type { Request, Response } from 'express';
import { isTokenFailReason } from '../errors.js';
import type { EmulatorApi } from './apis.js';
import { buildResult, type Result } from './results.js';
import type { Service } from './service.js';
import type { ApiRequest, EmulatorState } from './state.js';

/** What an API replies; some replies have more fields. */
export type Reply = Result & { action?: string; ticket?: string | null | undefined };

/** An answer, unless a fault replaces it. */
export interface CallAnswer {
  readonly status: number;
  readonly reply: Reply;
}

/** One call of an API, from its first byte. */
export interface Call {
  /** `undefined` if the emulator does not have the service that the path names. */
  readonly service: Service | undefined;
  /**
   * Records the call in the journal and answers it, as its fault allows.
   *
   * @param answer - processes the call; it is not called if a fault or `replyOnce` prevents that
   */
  end(answer: () => CallAnswer): void;
}

/** The answer as it is sent: that of `replyOnce` may have any fields. */
interface SentAnswer {
  readonly status: number;
  readonly reply: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The canonical form of a UUID (RFC 9562 section 4). */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Begins a call. Its fault is the one that is set now, whatever is set while it comes in. */
export function beginCall(
  api: EmulatorApi,
  req: Request,
  res: Response,
  { apiVersion, services, faults, replies, stalledCalls, journal }: EmulatorState,
): Call {
  const fault = faults.of(api) ?? {};
  const { failWith, delay, stall } = fault;
  const { serviceId } = req.params;
  const service = apiVersion === 2 ? [...services.values()][0] : services.get(String(serviceId));

  function record(answer?: SentAnswer, isReplyOnce = false): void {
    const { ticket, reason } = (req.body ?? {}) as ApiRequest;
    const reply = (answer?.reply ?? {}) as Readonly<Record<string, unknown>>;
    const { resultCode, action } = reply;
    const usedOrIssued = typeof ticket === 'string' ? ticket : reply['ticket'];
    const requestId = req.get('X-Request-Id');
    journal.add({
      api,
      // Anything else that a path names may be a secret in the wrong place.
      ...(apiVersion === 3 && service && { serviceId: service.serviceId }),
      ...(answer && { status: answer.status }),
      ...(typeof resultCode === 'string' && { resultCode }),
      ...(typeof action === 'string' && { action }),
      ...(typeof usedOrIssued === 'string' && { ticket: usedOrIssued }),
      // Anything else may be a secret in the wrong place.
      ...(isTokenFailReason(reason) && { reason }),
      ...(requestId !== undefined && UUID.test(requestId) && { requestId }),
      ...(Object.keys(fault).length > 0 && { fault }),
      ...(isReplyOnce && { replyOnce: true }),
    });
  }

  function send({ status, reply, headers = {} }: SentAnswer): void {
    const answer = (): unknown => res.status(status).set(headers).json(reply);
    if (delay === undefined) {
      answer();
      return;
    }
    const timer = setTimeout(answer, delay);
    res.once('close', () => clearTimeout(timer));
  }

  return {
    service,
    end(answer) {
      if (stall) {
        record();
        if (res.closed) return;
        stalledCalls.add(res);
        res.once('close', () => stalledCalls.delete(res));
        return;
      }
      const once = failWith === undefined ? replies.take(api) : undefined;
      const sent =
        failWith === undefined
          ? (once ?? answer())
          : { status: failWith, reply: buildResult('FAULT') };
      record(sent, once !== undefined);
      send(sent);
    },
  };
}
