import type { RequestListener } from 'node:http';
import express from 'express';
import {
  type AuthleteClient,
  createAuthleteClient,
  InvalidTargetError,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';
import type { Adapter } from '../faults/adapters';
import { BEARER_TOKEN, everythingOf, TICKET } from '../secrets/secrets';
import { serve } from '../servers/listen';
import { type AnswerBytes, createSender, expectTokenHeaders, SERVER_ERROR_BODY } from './http';

/**
 * Grants that one client serves: with three calls each, too few for its circuit to open, after which
 * it would send no more calls.
 */
const GRANTS_PER_CLIENT = 6;

/** An app whose every grant fails. */
export interface FailApp {
  /** Sends a token request, and expects what holds whatever upstream replies. */
  readonly fail: () => Promise<AnswerBytes>;
}

/** Starts an app for the current test. */
export async function startFailApp(
  adapter: Adapter,
  baseUrl: string,
  timeout: number,
): Promise<FailApp> {
  const options = {
    ...{ serviceId: '1', accessToken: BEARER_TOKEN, baseUrl, timeout },
    ...adapter.options(),
  };
  const create = (): AuthleteClient => createAuthleteClient(options);
  let client = create();
  let grants = 0;
  cleanUp(() => client.close());

  const outcomes: TokenOutcome[] = [];
  const passedOn: unknown[] = [];
  const app = express();
  app.use((_req, _res, next) => next(new InvalidTargetError(TICKET)));
  app.use(tokenFail({ client: () => client, onOutcome: (outcome) => outcomes.push(outcome) }));
  app.use((error: unknown, _req: unknown, _res: unknown, _next: unknown) => passedOn.push(error));
  const send = createSender(await serve(app as RequestListener));

  return {
    async fail() {
      if (grants++ % GRANTS_PER_CLIENT === 0) {
        await client.close();
        client = create();
      }
      const answer = await send();
      expectTokenHeaders(answer);
      // The hook is called in the turn of the event loop that sends the answer.
      expect(outcomes).toHaveLength(1);
      const [outcome] = outcomes.splice(0);
      expect(outcome?.status).toBe(answer.status);
      expect(outcome?.outcome).toBe(answer.status === 400 ? 'failed' : 'error');
      expect(findSecrets(outcome)).toEqual([]);
      expect(passedOn).toEqual([]);
      return answer;
    },
  };
}

/** The planted secrets that show; not those that damage has made others of. */
function findSecrets(value: unknown): string[] {
  const everything = everythingOf(value);
  return [BEARER_TOKEN, TICKET].filter((secret) => everything.includes(secret));
}

/** What an answer says, in one line. */
export function describeAnswer({ status, body }: AnswerBytes): string {
  return `${String(status)} ${body.toString()}`;
}

/** The answer where Authlete gave none. */
export const SERVER_ERROR_LINE = `500 ${SERVER_ERROR_BODY.toString()}`;
