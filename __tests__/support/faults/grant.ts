import type { RequestListener } from 'node:http';
import {
  AuthleteApiError,
  type AuthleteClientOptions,
  createAuthleteClient,
  InvalidResourceOwnerCredentialsError,
  type OutcomeName,
  tokenEndpoint,
  tokenFail,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';
import { type AnswerBytes, createSender, expectTokenHeaders } from '../fuzz/http';
import { pickCases } from '../matrix';
import { watchChannels } from '../observe/channels';
import { keptLog } from '../observe/log';
import { watchOutput } from '../observe/output';
import { watchWarnings } from '../observe/warnings';
import { BEARER_TOKEN, CLIENT_SECRET, everythingOf, PASSWORD, TICKET } from '../secrets/secrets';
import { SERVER_ERROR } from '../servers/endpoint';
import { EXPRESS_VERSIONS } from '../servers/express-versions';
import { serve } from '../servers/listen';
import { type Adapter, ADAPTERS } from './adapters';
import { type Api, APIS, GOOD_REPLIES, SERVICE_ID } from './faulty-upstream';

/** Milliseconds that a call may take. */
export const TIMEOUT = 500;

/** Milliseconds by which an answer may be later on a busy machine; far less than for ever. */
const SLACK = 10_000;

/** The way that a grant takes: the API that it fails in, the adapter, and the version of Express. */
export interface GrantPath {
  readonly api: Api;
  readonly adapter: Adapter;
  readonly version: string;
  readonly express: (typeof EXPRESS_VERSIONS)[number]['express'];
}

/** Every path, that of `tokenFail` first. */
const ALL_GRANT_PATHS: readonly GrantPath[] = EXPRESS_VERSIONS.flatMap((express) =>
  ADAPTERS.flatMap((adapter) => [...APIS].reverse().map((api) => ({ api, adapter, ...express }))),
);

/** Titles and paths for `describe.each`. */
export const GRANT_PATHS = pickCases(ALL_GRANT_PATHS).map(withTitle);

/** Those to one API, on Express 5. */
export function pickPathsTo(api: Api): readonly (GrantPath & { title: string })[] {
  const paths = ALL_GRANT_PATHS.filter((path) => path.api === api && path.version === 'Express 5');
  return pickCases(paths).map(withTitle);
}

function withTitle(path: GrantPath): GrantPath & { title: string } {
  return { ...path, title: `on ${path.version}, over ${path.adapter.name}, ${path.api}` };
}

/** A token request that has every secret in it which a client application knows. */
const BODY = new URLSearchParams({
  grant_type: 'password',
  client_id: '26478243745571',
  client_secret: CLIENT_SECRET,
  username: 'john',
  password: PASSWORD,
}).toString();

const REQUEST = [
  Buffer.from(BODY),
  { 'Content-Type': 'application/x-www-form-urlencoded' },
] as const;

/** What came of a grant. */
export interface GrantResult {
  status: number | undefined;
  content: string;
  outcome: OutcomeName;
  /** Of the outcome's error. */
  code?: string | undefined;
  /** Of the outcome's error, too. */
  resultCode?: string | undefined;
  /** The header `Retry-After` of the answer. */
  retryAfter?: string | undefined;
}

/**
 * Sends a grant that comes to call an API, or several of them in a row. Of the last one it expects
 * what holds whatever upstream does: an answer in time with the headers of a token endpoint and no
 * others, one outcome, nothing for `next`, and no secret in the answer nor in anything that is
 * reported or logged.
 */
export async function sendGrant(
  { api, adapter, express }: GrantPath,
  { grants = 1, ...options }: AuthleteClientOptions & { grants?: number },
): Promise<GrantResult> {
  const output = watchOutput();
  const published = watchChannels();
  const { logger, lines } = keptLog('debug');
  const warnings = watchWarnings();
  const outcomes: TokenOutcome[] = [];
  const onOutcome = (outcome: TokenOutcome): unknown => outcomes.push(outcome);
  const { timeout = TIMEOUT } = options;
  const client = createAuthleteClient({
    serviceId: SERVICE_ID,
    accessToken: BEARER_TOKEN,
    timeout,
    ...adapter.options(),
    ...options,
  });
  cleanUp(() => client.close());

  const app = express();
  const passedOn: unknown[] = [];
  if (api === '/auth/token/fail') {
    app.post('/token', (_req, _res, next) =>
      next(new InvalidResourceOwnerCredentialsError(TICKET)),
    );
    app.use(tokenFail({ client, onOutcome, logger }));
  } else {
    app.post('/token', tokenEndpoint({ client, onOutcome, logger, authenticate: () => 'john-1' }));
  }
  app.use((error: unknown, _req: unknown, _res: unknown, _next: unknown) => passedOn.push(error));
  const send = createSender(`${await serve(app as RequestListener)}/token`);

  for (let sent = 1; sent < grants; sent++) await send(...REQUEST);
  const sentAt = performance.now();
  const answer = await send(...REQUEST);
  // The fail call that closes the ticket may take as long again.
  expect(performance.now() - sentAt).toBeLessThan(2 * timeout + SLACK);

  expectTokenHeaders(answer);
  // With hook and logger, there is no reason to warn.
  expect([passedOn, warnings]).toEqual([[], []]);
  expect(findSecrets(answer, outcomes, published, lines, output.text())).toEqual([]);
  expect(outcomes).toHaveLength(grants);
  expect(published.flat().filter((event) => outcomes.includes(event as TokenOutcome))).toEqual(
    outcomes,
  );
  const last = outcomes.at(-1);
  if (last?.error) expect(last.error).toBeInstanceOf(AuthleteApiError);
  expect(last?.status).toBe(answer.status);
  return {
    status: answer.status,
    content: answer.body.toString(),
    outcome: last?.outcome ?? 'error',
    code: last?.error?.code,
    resultCode: (last?.error as Partial<AuthleteApiError> | undefined)?.resultCode,
    retryAfter: answer.headers['retry-after'],
  };
}

/** The planted secrets that show anywhere in what left the server. */
function findSecrets({ headers, body }: AnswerBytes, ...others: unknown[]): string[] {
  const everything = [headers, body.toString(), ...others].map(everythingOf).join('\n');
  return [BEARER_TOKEN, TICKET, PASSWORD, CLIENT_SECRET].filter((secret) =>
    everything.includes(secret),
  );
}

/** What comes of a grant whose call got a good reply. */
export function resultOfReply(api: Api, responseContent?: string): GrantResult {
  const { status, outcome, ...reply } = GOOD_REPLIES[api];
  return { status, content: responseContent ?? reply.responseContent, outcome };
}

/** The answer where Authlete gave none. */
export const SERVER_ERROR_ANSWER = { status: 500, content: JSON.stringify(SERVER_ERROR) };

/** What comes of a grant whose call failed: where no token is issued, the ticket is closed. */
export function resultOfFailure(api: Api, code: string): GrantResult {
  const { status, content } =
    api === '/auth/token/issue' ? resultOfReply('/auth/token/fail') : SERVER_ERROR_ANSWER;
  return { status, content, outcome: 'error', code };
}
