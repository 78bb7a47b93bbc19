import fc from 'fast-check';
import { cleanUp } from '../support/cleanup';
import { expectToHold, FUZZ_TIMEOUT } from '../support/fuzz';
import { contentOf, SERVER_FAILURE_CONTENT, startFailHost } from '../support/fuzz-fail-host';
import { UPSTREAM_REPLY, type UpstreamReply } from '../support/fuzz-replies';
import { serve } from '../support/servers';

/** Milliseconds: nothing here runs into it. */
const TIMEOUT = 10_000;

/** By action. */
const ANSWER_STATUSES = new Map<unknown, number>([
  ['BAD_REQUEST', 400],
  ['INTERNAL_SERVER_ERROR', 500],
]);

/** What the client application is to get for a reply, read without the package's own code. */
function expectedContentOf({ status, plain }: UpstreamReply): string {
  const reply = status === 200 && plain ? jsonOf(plain) : undefined;
  if (typeof reply !== 'object' || reply === null) return SERVER_FAILURE_CONTENT;
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
  return valid ? `${answerStatus} ${Buffer.from(content).toString()}` : SERVER_FAILURE_CONTENT;
}

function jsonOf(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString();
  // Damaged UTF-8 does not come out as it went in.
  if (!Buffer.from(text).equals(bytes)) return undefined;
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** How often a call may be sent: it asks to come back at once, later than there is time, or never. */
function callsFor({ status, headers }: UpstreamReply): number {
  const retryAfter = headers['Retry-After']?.trim();
  const now = retryAfter === '0' || retryAfter?.includes('1970');
  return (status === 429 || status === 503) && now ? 3 : 1;
}

it(
  'whatever upstream replies, the client application gets its content or server_error',
  async () => {
    // Without jitter between repetitions.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    cleanUp(() => random.mockRestore());
    let reply: UpstreamReply;
    let requests = 0;
    const url = await serve((req, res) => {
      requests++;
      req.resume().on('end', () => res.writeHead(reply.status, reply.headers).end(reply.body));
    });
    const host = await startFailHost(url, TIMEOUT);

    await expectToHold(
      fc.asyncProperty(UPSTREAM_REPLY, async ({ value }) => {
        reply = value;
        requests = 0;
        const content = contentOf(await host.fail());
        if (reply.plain === undefined) {
          expect(content).toMatch(/^(400|500) ./);
          expect([1, callsFor(reply)]).toContain(requests);
        } else {
          expect(content).toBe(expectedContentOf(reply));
          expect(requests).toBe(callsFor(reply));
        }
      }),
    );
  },
  FUZZ_TIMEOUT,
);
