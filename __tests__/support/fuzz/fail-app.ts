import {
  type AuthleteClient,
  createAuthleteClient,
  InvalidTargetError,
  tokenFail,
} from 'express-authlete-token-fail';
import type { RequestListener } from 'node:http';
import express from 'express';
import { cleanUp } from './cleanup';
import { type AnswerBytes, expectTokenHeaders, senderTo, SERVER_ERROR_BODY } from './fuzz-http';
import { BEARER_TOKEN, everythingOf, TICKET } from './secrets';
import { serve } from './servers';

/**
 * Grants that one client serves: with three calls each, too few for its circuit to open, after which
 * it would ask upstream no more.
 */
const GRANTS_PER_CLIENT = 6;

/** A content that the client application is to get, with its status. */
export interface ExpectedContent {
  status: number;
  body: Buffer;
}

/** A host whose every grant fails. */
export interface FailHost {
  /** Sends a token request, and expects what holds whatever upstream replies. */
  fail(): Promise<AnswerBytes>;
}

/** Starts a host for the current test. */
export async function startFailHost(baseUrl: string, timeout: number): Promise<FailHost> {
  const makeClient = (): AuthleteClient =>
    createAuthleteClient({ serviceId: '1', accessToken: BEARER_TOKEN, baseUrl, timeout });
  let client = makeClient();
  let grants = 0;
  cleanUp(() => client.close());

  const told: unknown[] = [];
  const app = express();
  app.use((_req, _res, next) => next(new InvalidTargetError(TICKET)));
  app.use(
    tokenFail({
      client: {
        token: (...call) => client.token(...call),
        tokenIssue: (...call) => client.tokenIssue(...call),
        tokenFail: (...call) => client.tokenFail(...call),
        close: () => client.close(),
      },
      onFail: (event) => told.push(event),
      onError: (error) => told.push(error),
    }),
  );
  const send = senderTo(await serve(app as RequestListener));

  return {
    async fail() {
      if (grants++ % GRANTS_PER_CLIENT === 0) {
        await client.close();
        client = makeClient();
      }
      const answer = await send();
      expectTokenHeaders(answer);
      // The hooks are called in the turn of the event loop that sends the answer.
      expect(told).toHaveLength(1);
      expect(secretsIn(told.splice(0))).toEqual([]);
      return answer;
    },
  };
}

/** The planted secrets that show; not those that damage has made others of. */
function secretsIn(value: unknown): string[] {
  const everything = everythingOf(value);
  return [BEARER_TOKEN, TICKET].filter((secret) => everything.includes(secret));
}

/** What an answer says, where it is read. */
export function contentOf({ status, body }: AnswerBytes): string {
  return `${String(status)} ${body.toString()}`;
}

/** The answer where Authlete gave none. */
export const SERVER_FAILURE_CONTENT = `500 ${SERVER_ERROR_BODY.toString()}`;
