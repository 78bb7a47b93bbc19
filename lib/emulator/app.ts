import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { EMULATOR_APIS, type EmulatorApi } from './apis.js';
import { beginCall, type Call, type Reply } from './call.js';
import { type ResultName, resultOf } from './results.js';
import { sameSecret } from './secrets.js';
import type { ApiRequest, EmulatorState } from './state.js';
import { answerTokenFail } from './token-fail.js';
import { answerTokenIssue } from './token-issue.js';
import { answerToken } from './token.js';

/** Gives a reply, or the name of what is wrong with the request. */
type Answer = (request: ApiRequest, state: EmulatorState) => Reply | ResultName;

const ANSWERS: Readonly<Record<EmulatorApi, Answer>> = {
  '/auth/token': answerToken,
  '/auth/token/issue': answerTokenIssue,
  '/auth/token/fail': answerTokenFail,
};

/** Bytes of a request body. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Makes the Express app of the three token APIs. */
export function createApp(state: EmulatorState): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  const readJson = express.json({ limit: MAX_BODY_BYTES });
  const readForm = express.urlencoded({ limit: MAX_BODY_BYTES, extended: false });

  for (const api of EMULATOR_APIS) {
    const calls = new WeakMap<Request, Call>();

    app.post(
      `/api/:serviceId${api}`,
      (req: Request, res: Response, next: NextFunction) => {
        const call = beginCall(api, req, res, state);
        calls.set(req, call);
        const refusal = refusalOf(req, state);
        if (!refusal) {
          next();
          return;
        }
        const { status, name } = refusal;
        call.end(() => {
          if (status === 401) res.set('WWW-Authenticate', 'Bearer realm="authlete-emulator"');
          return { status, reply: resultOf(name) };
        });
      },
      readJson,
      readForm,
      (req: Request) => {
        calls.get(req)?.end(() => {
          const reply = ANSWERS[api]((req.body ?? {}) as ApiRequest, state);
          return typeof reply === 'string'
            ? { status: 400, reply: resultOf(reply) }
            : { status: 200, reply };
        });
      },
      (_error: unknown, req: Request, _res: Response, _next: NextFunction) => {
        calls.get(req)?.end(() => ({ status: 400, reply: resultOf('REQUEST_UNREADABLE') }));
      },
    );
  }

  app.use((_req: Request, res: Response) => {
    res.status(404).json(resultOf('API_UNKNOWN'));
  });
  // A path that is not well-formed never gets to a route; Express would answer HTML.
  app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    res.status(400).json(resultOf('REQUEST_UNREADABLE'));
  });
  return app;
}

/** RFC 6750 section 3.1: 401 for no or a wrong token, 403 for one that is good for another service. */
function refusalOf(
  req: Request,
  { serviceId, accessToken }: EmulatorState,
): { status: 401 | 403; name: ResultName } | undefined {
  const header = req.get('Authorization');
  if (header === undefined) return { status: 401, name: 'AUTHORIZATION_MISSING' };
  const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (token === undefined) return { status: 401, name: 'AUTHORIZATION_MALFORMED' };
  if (!sameSecret(token, accessToken)) return { status: 401, name: 'ACCESS_TOKEN_UNKNOWN' };
  if (req.params['serviceId'] !== serviceId) return { status: 403, name: 'SERVICE_UNKNOWN' };
  return undefined;
}
