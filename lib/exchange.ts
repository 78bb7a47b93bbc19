import type { NextFunction, Request, Response } from 'express';
import type { ResolvedEndpointOptions } from './endpoint-options.js';

/** A token request on its way through a `tokenEndpoint`. */
export interface Exchange {
  readonly settings: ResolvedEndpointOptions;
  readonly req: Request;
  readonly res: Response;
  readonly next: NextFunction;
  /** Aborts when the client application goes away. */
  readonly gone: AbortSignal;
}
