import express, { type Express, type Response } from 'express';
import {
  type AuthleteClient,
  InvalidResourceOwnerCredentialsError,
  tokenFail,
  TokenRequestError,
} from 'express-authlete-token-fail';
import type { UserStore } from './users.js';

/** An authorization server with a token endpoint for public clients. */
export function createServer(client: AuthleteClient, users: UserStore): Express {
  const app = express();
  app.disable('x-powered-by');

  // Authlete wants the form body whole and unchanged, so it is read as text.
  const readForm = express.text({ type: 'application/x-www-form-urlencoded' });

  app.post('/token', readForm, async (req, res) => {
    const parameters = typeof req.body === 'string' ? req.body : '';
    const reply = await client.token({ parameters });

    switch (reply.action) {
      case 'PASSWORD': {
        const subject = await subjectOf(reply, users);
        // Thrown: tokenFail() closes the ticket and answers.
        if (subject === null) throw new InvalidResourceOwnerCredentialsError(reply.ticket);
        const issued = await client.tokenIssue({ ticket: reply.ticket, subject });
        send(res, issued.action === 'OK' ? 200 : 500, issued.responseContent);
        return;
      }
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
  });

  app.use(
    tokenFail({
      client,
      onError: (error) => {
        console.error('token endpoint:', error);
      },
    }),
  );
  return app;
}

/** A check that breaks down must not leave the ticket open either. */
async function subjectOf(
  { username, password, ticket }: { username: string; password: string; ticket: string },
  users: UserStore,
): Promise<string | null> {
  try {
    return await users.authenticate(username, password);
  } catch (cause) {
    throw new TokenRequestError(ticket, 'UNKNOWN', { cause });
  }
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
