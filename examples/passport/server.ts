import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { type EndpointClient, type MappedError, tokenFail } from 'express-authlete-token-fail';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { Logger } from 'pino';
import type { UserStore } from '../quickstart/users.js';

declare global {
  // The way that passport's types have the user described.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface User {
      subject: string;
    }
  }
}

/** An authorization server with a token endpoint whose passwords are checked by passport. */
export function createServer(client: EndpointClient, users: UserStore, logger: Logger): Express {
  /** The open tickets, by the request that each was opened for. */
  const tickets = new WeakMap<Request, string>();

  // Authlete wants the form body whole and unchanged, so it is read as text.
  const readForm = express.text({ type: 'application/x-www-form-urlencoded' });

  /** Answers every action of `/auth/token` but PASSWORD, which it leaves to passport. */
  const openTicket: RequestHandler = async (req, res, next) => {
    const parameters = typeof req.body === 'string' ? req.body : '';
    const reply = await client.token({ parameters });

    switch (reply.action) {
      case 'PASSWORD':
        tickets.set(req, reply.ticket);
        // Where passport-local looks.
        req.body = { username: reply.username, password: reply.password };
        next();
        return;
      case 'OK':
      case 'ID_TOKEN_REISSUABLE':
        send(res, 200, reply.responseContent);
        return;
      case 'INVALID_CLIENT':
        send(res, 401, reply.responseContent);
        return;
      case 'BAD_REQUEST':
        send(res, 400, reply.responseContent);
        return;
      case 'INTERNAL_SERVER_ERROR':
        send(res, 500, reply.responseContent);
        return;
      default:
        send(res, 400, '{"error":"unsupported_grant_type"}');
    }
  };

  const issue: RequestHandler = async (req, res) => {
    const ticket = tickets.get(req);
    if (ticket === undefined || !req.user) throw new Error('No ticket or no user to issue for');
    // It is used up by this call, whatever comes of it: there is nothing left to fail.
    tickets.delete(req);
    const issued = await client.tokenIssue({ ticket, subject: req.user.subject });
    send(res, issued.action === 'OK' ? 200 : 500, issued.responseContent);
  };

  /** Whatever goes wrong while a ticket is open closes it. */
  function mapError(error: unknown, req: Request): MappedError {
    const ticket = tickets.get(req);
    if (ticket === undefined) return null;
    if (isAuthenticationError(error)) {
      return { ticket, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' };
    }
    // The client application is told no more than `server_error`, so it is told here; but not with the
    // error's message, which may have the password in it.
    const type = error instanceof Error ? error.name : typeof error;
    logger.error({ type }, 'the password could not be checked');
    return { ticket, reason: 'UNKNOWN' };
  }

  const app = express();
  app.disable('x-powered-by');
  // passport-local would take credentials from the URL too, which ends up in logs.
  app.disable('query parser');
  app.post('/token', readForm, openTicket, createPasswordCheck(users), issue);
  app.use(tokenFail({ client, mapError, logger }));
  return app;
}

/** Sets `req.user`, or fails with passport's AuthenticationError or what the user store threw. */
function createPasswordCheck(users: UserStore): RequestHandler {
  const passport = new Passport();
  passport.use(
    new LocalStrategy((username, password, done) => {
      users
        .authenticate(username, password)
        .then((subject) => done(null, subject === null ? false : { subject }), done);
    }),
  );
  // Without `failWithError` passport would answer by itself and leave the ticket open.
  const options = { session: false, failWithError: true };
  return passport.authenticate('local', options) as RequestHandler;
}

/** passport does not export the class. A database may have an error of that name, but no status. */
function isAuthenticationError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AuthenticationError' && 'status' in error;
}

/** RFC 6749 section 5.1 */
const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
};

function send(res: Response, status: number, content: string): void {
  res.writeHead(status, HEADERS).end(content);
}
