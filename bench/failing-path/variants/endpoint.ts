import express, { type Express } from 'express';
import { answer, type Reply } from './answer.js';
import { createLimiters } from './limiters.js';
import type { VariantSettings } from './variant.js';

/** What a server written by hand reads of a reply of `/auth/token`. */
export interface TokenReply extends Reply {
  ticket?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
}

/** Calls to Authlete, made by whatever client. */
export interface Calls {
  token(parameters: string): Promise<TokenReply>;
  issue(ticket: string, subject: string): Promise<Reply>;
  fail(ticket: string): Promise<Reply>;
}

/** Answers at once, for a right password and for a wrong one. */
export function authenticate(username: string, password: string): string | null {
  return password === 'right' ? `${username}-1` : null;
}

/** A whole token endpoint by hand: what a server needs, and nothing that protects it but the counts. */
export function endpointByHand({ counts }: VariantSettings, calls: Calls): Express {
  const limiters = counts && createLimiters(counts);
  const app = express();
  const form = express.text({ type: 'application/x-www-form-urlencoded' });

  async function isBlocked(address: string, username: string): Promise<boolean> {
    if (!limiters) return false;
    try {
      await limiters.address.consume(address);
    } catch {
      return true;
    }
    try {
      await limiters.usernameAndAddress.consume(`${address} ${username}`);
      return false;
    } catch {
      await limiters.address.reward(address);
      return true;
    }
  }

  app.post('/token', form, async (req, res) => {
    const reply = await calls.token(req.body as string);
    const { action, ticket = '', username = '', password = '' } = reply;
    if (action !== 'PASSWORD') {
      answer(res, reply);
      return;
    }
    const blocked = await isBlocked(req.ip ?? '', username);
    const subject = blocked ? null : authenticate(username, password);
    answer(res, await (subject === null ? calls.fail(ticket) : calls.issue(ticket, subject)));
  });
  return app;
}
