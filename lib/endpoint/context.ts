import type { NextFunction, Request, Response } from 'express';
import type { LeanSignal } from '../authlete/deadline.js';
import { Secrets } from '../authlete/redact.js';
import { parseClientAddress } from '../brute-force/client-address.js';
import type { AnswerContext } from '../fail/answer.js';
import { createDisconnectSignal } from './disconnect.js';
import type { EndpointClient, ResolvedEndpointOptions } from './options.js';

/** A token request that a `tokenEndpoint` is processing. */
export interface TokenRequestContext extends AnswerContext {
  readonly options: ResolvedEndpointOptions;
  /** Aborts when the client application disconnects. */
  readonly disconnected: LeanSignal;
  /** What brute force protection counts by. Read at the start: after a reset there is none. */
  readonly address: string;
  /** The form body, once it is read. */
  parameters?: string;
  /** Once it is known. */
  client?: EndpointClient;
}

/** A `grant_type` that may be shown: it is whatever the client application sent. */
const PLAUSIBLE_GRANT_TYPE = /^[\w:.-]{1,100}$/;

export function createContext(
  options: ResolvedEndpointOptions,
  req: Request,
  res: Response,
  next: NextFunction,
): TokenRequestContext {
  const secrets = new Secrets();
  return {
    options,
    req,
    res,
    next,
    reporter: options.reporter,
    secrets,
    startedAt: performance.now(),
    disconnected: createDisconnectSignal(req, res),
    address: options.bruteForce
      ? parseClientAddress(req.ip, options.bruteForce.ipv6PrefixLength)
      : 'not needed',
    /** Parsed only if somebody listens to outcomes. */
    get grantType() {
      const grantType = new URLSearchParams(this.parameters ?? '').get('grant_type') ?? '';
      const isShown = PLAUSIBLE_GRANT_TYPE.test(grantType) && !secrets.occurIn(grantType);
      return isShown ? grantType : undefined;
    },
  };
}
