import fc from 'fast-check';
import { cleanUp } from '../support/cleanup';
import { ADAPTERS } from '../support/faults/adapters';
import { MAX_REPLY_BYTES } from '../support/faults/faulty-upstream';
import { describeAnswer, SERVER_ERROR_LINE, startFailApp } from '../support/fuzz/fail-app';
import { expectToHold, FUZZ_TIMEOUT } from '../support/fuzz/fuzz';
import {
  type ComeBack,
  RATE_LIMIT_RESET,
  RETRY_AFTER,
  UPSTREAM_REPLY,
  type UpstreamReply,
} from '../support/fuzz/replies';
import { serve } from '../support/servers/listen';

/** Milliseconds: nothing here runs into it. */
const TIMEOUT = 10_000;

/** By action. */
const ANSWER_STATUSES = new Map<unknown, number>([
  ['BAD_REQUEST', 400],
  ['INTERNAL_SERVER_ERROR', 500],
]);

/** What the client application is to get for a reply, read without the package's own code. */
function describeExpected(upstreamReply: UpstreamReply): string {
  const { status, plain } = upstreamReply;
  const isRead = status === 200 && plain && !isTooLarge(upstreamReply);
  const reply = isRead ? parseJson(plain) : undefined;
  if (typeof reply !== 'object' || reply === null) return SERVER_ERROR_LINE;
  const own = new Map<string, unknown>(Object.entries(reply));
  const answerStatus = ANSWER_STATUSES.get(own.get('action'));
  const content = own.get('responseContent');
  const results = [own.get('resultCode'), own.get('resultMessage')];
  const valid =
    answerStatus !== undefined &&
    typeof content === 'string' &&
    content !== '' &&
    results.every(
      (result) => result === undefined || result === null || typeof result === 'string',
    );
  return valid ? `${answerStatus} ${Buffer.from(content).toString()}` : SERVER_ERROR_LINE;
}

/** As it was sent, or decompressed. */
function isTooLarge({ body, plain }: UpstreamReply): boolean {
  return Math.max(body.length, plain?.length ?? 0) > MAX_REPLY_BYTES['/auth/token/fail'];
}

function parseJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString();
  // Damaged UTF-8 does not come out as it went in.
  if (!Buffer.from(text).equals(bytes)) return undefined;
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function getComeBack({ headers }: UpstreamReply): ComeBack {
  const said = [
    RATE_LIMIT_RESET[headers['RateLimit-Reset'] ?? ''],
    RATE_LIMIT_RESET[headers['X-RateLimit-Reset'] ?? ''],
    RETRY_AFTER[headers['Retry-After'] ?? ''],
  ];
  return said.find((comeBack) => comeBack !== 'unreadable') ?? 'unreadable';
}

/** How often a call is sent: the package comes back at once or not at all. */
function countCalls(reply: UpstreamReply): number {
  const comeBack = getComeBack(reply);
  // A throttled call was not processed, so it is sent again unless that is to be later.
  const isThrottled = reply.status === 429 && comeBack !== 'later';
  const isUnavailable = reply.status === 503 && comeBack === 'now';
  return (isThrottled || isUnavailable) && !isTooLarge(reply) ? 3 : 1;
}

it.each(ADAPTERS)(
  'whatever upstream replies over $name, the client application gets its content or server_error',
  async (adapter) => {
    // Without jitter between retries.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    cleanUp(() => random.mockRestore());
    let reply: UpstreamReply;
    let requests = 0;
    const url = await serve((req, res) => {
      requests++;
      req.resume().on('end', () => res.writeHead(reply.status, reply.headers).end(reply.body));
    });
    const app = await startFailApp(adapter, url, TIMEOUT);

    await expectToHold(
      fc.asyncProperty(UPSTREAM_REPLY, async ({ value }) => {
        reply = value;
        requests = 0;
        const answer = describeAnswer(await app.fail());
        if (reply.plain === undefined) {
          expect(answer).toMatch(/^(400|500) ./);
          expect([1, countCalls(reply)]).toContain(requests);
        } else {
          expect(answer).toBe(describeExpected(reply));
          expect(requests).toBe(countCalls(reply));
        }
      }),
    );
  },
  FUZZ_TIMEOUT,
);
