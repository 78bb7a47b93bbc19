import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { EMULATOR_APIS, type EmulatorApi } from './apis.js';
import { buildApiChallenge, findAuthorizationProblem } from './authorization.js';
import { beginCall, type CallAnswer, type Reply } from './call.js';
import { createHostGuard } from './hosts.js';
import { buildResult, type ResultName } from './results.js';
import type { Service } from './service.js';
import type { ApiRequest, EmulatorState } from './state.js';
import { answerTokenFail } from './token-fail.js';
import { answerTokenIssue } from './token-issue.js';
import { answerToken } from './token.js';

/** Returns a reply, or the name of what is wrong with the request. */
type Answer = (request: ApiRequest, service: Service) => Reply | ResultName;

const ANSWERS: Readonly<Record<EmulatorApi, Answer>> = {
  '/auth/token': answerToken,
  '/auth/token/issue': answerTokenIssue,
  '/auth/token/fail': answerTokenFail,
};

/** Bytes of a request body. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Ends a call that is authorized. */
type End = (answer: (service: Service) => CallAnswer) => void;

/** Creates the Express app of the three token APIs. */
export function createApp(state: EmulatorState): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(createHostGuard(state.hosts));

  const prefix = state.apiVersion === 2 ? '/api' : '/api/:serviceId';
  const readJson = express.json({ limit: MAX_BODY_BYTES });
  const readForm = express.urlencoded({ limit: MAX_BODY_BYTES, extended: false });

  for (const api of EMULATOR_APIS) {
    const ends = new WeakMap<Request, End>();

    app.post(
      `${prefix}${api}`,
      (req: Request, res: Response, next: NextFunction) => {
        const call = beginCall(api, req, res, state);
        const { service } = call;
        const problem = findAuthorizationProblem(req.get('Authorization'), state.credentials);
        if (problem === undefined && service) {
          ends.set(req, (answer) => call.end(() => answer(service)));
          next();
          return;
        }
        call.end(() => {
          // RFC 6750 section 3.1: 403 for a token that is good, but for other services.
          if (problem === undefined) return { status: 403, reply: buildResult('SERVICE_UNKNOWN') };
          res.set('WWW-Authenticate', buildApiChallenge(state.credentials));
          return { status: 401, reply: buildResult(problem) };
        });
      },
      readJson,
      readForm,
      (req: Request) => {
        ends.get(req)?.((service) => {
          const reply = ANSWERS[api]((req.body ?? {}) as ApiRequest, service);
          return typeof reply === 'string'
            ? { status: 400, reply: buildResult(reply) }
            : { status: 200, reply };
        });
      },
      (_error: unknown, req: Request, _res: Response, _next: NextFunction) => {
        const reply = buildResult('REQUEST_UNREADABLE');
        ends.get(req)?.(() => ({ status: 400, reply }));
      },
    );
  }

  app.use((_req: Request, res: Response) => {
    res.status(404).json(buildResult('API_UNKNOWN'));
  });
  // A path that is not well-formed never gets to a route; Express would answer HTML.
  app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    res.status(400).json(buildResult('REQUEST_UNREADABLE'));
  });
  return app;
}
