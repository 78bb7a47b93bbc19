import axios from 'axios';
import type { Express, Response } from 'express';
import express from 'express4';
import type { UserStore } from '../quickstart/users.js';
import type { Settings } from '../support/run-on-emulator.js';

/** An authorization server with a token endpoint for public clients, on Express 4. */
export function createServer(settings: Settings, users: UserStore): Express {
  const { baseUrl, serviceId, accessToken } = settings;
  const authlete = axios.create({
    baseURL: `${baseUrl}/api/${serviceId}/auth`,
    headers: { Authorization: `Bearer ${accessToken}` },
    timeout: 5000,
  });

  const app = express();
  app.disable('x-powered-by');
  app.use(express.text({ type: 'application/x-www-form-urlencoded' }));

  app.post('/token', async (req, res, next) => {
    try {
      const parameters = typeof req.body === 'string' ? req.body : '';
      const { data: reply } = await authlete.post<TokenReply>('/token', { parameters });

      if (reply.action === 'PASSWORD') {
        const subject = await users.authenticate(reply.username, reply.password);
        if (subject === null) {
          send(res, 400, '{"error":"invalid_grant"}');
        } else {
          const { ticket } = reply;
          const { data: issued } = await authlete.post<Reply>('/token/issue', { ticket, subject });
          send(res, issued.action === 'OK' ? 200 : 500, issued.responseContent);
        }
      } else if (reply.action in STATUS_OF_ACTION) {
        send(res, STATUS_OF_ACTION[reply.action], reply.responseContent);
      } else {
        send(res, 400, '{"error":"unsupported_grant_type"}');
      }
    } catch (error) {
      next(error);
    }
  });

  return app;
}

/** Authlete's `/auth/token`: what each action answers the client application. */
const STATUS_OF_ACTION = {
  OK: 200,
  ID_TOKEN_REISSUABLE: 200,
  BAD_REQUEST: 400,
  INVALID_CLIENT: 401,
  INTERNAL_SERVER_ERROR: 500,
};

/** What Authlete's APIs reply when nothing is left to do but to answer. */
interface Reply {
  action: keyof typeof STATUS_OF_ACTION;
  responseContent: string;
}

type TokenReply =
  Reply | { action: 'PASSWORD'; username: string; password: string; ticket: string };

function send(res: Response, status: number, content: string): void {
  // RFC 6749 section 5.1
  res.set({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  res.status(status).end(content);
}
