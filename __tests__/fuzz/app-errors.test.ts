import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc, { type Arbitrary } from 'fast-check';
import {
  type MappedError,
  tokenFail,
  type TokenFailClient,
  type TokenFailResponse,
  type TokenOutcome,
} from 'express-authlete-token-fail';
import { TOKEN_FAIL_REASONS } from '../../lib/errors';
import { expectToHold, FUZZ_TIMEOUT, type Shown, shown } from '../support/fuzz/fuzz';
import { DESCRIBE, LOOK_ALIKE_BY_NAME, STRANGER } from '../support/fuzz/values';
import { FAIL_REPLY } from '../support/servers/upstream';

/** What became of an error that a middleware got. */
interface Result {
  /** What `next` got by the time the middleware returned, and later. */
  atOnce: unknown[];
  later: unknown[];
  calls: unknown[];
  outcomes: TokenOutcome[];
  /** Lines of errors that belong to no answer. */
  problems: unknown[];
  /** `undefined` if nothing was written. */
  status: number | undefined;
  headerNames: string[];
}

/** Gives an error to the middleware itself, because a router would not let every value through. */
async function giveError(error: unknown, mapError?: () => unknown): Promise<Result> {
  const passed: unknown[] = [];
  const calls: unknown[] = [];
  const outcomes: TokenOutcome[] = [];
  const problems: unknown[] = [];
  const client: TokenFailClient = {
    tokenFail: (request) => {
      calls.push(request);
      return Promise.resolve(FAIL_REPLY as TokenFailResponse);
    },
  };
  const middleware = tokenFail({
    client,
    ...(mapError && { mapError: mapError as () => MappedError }),
    onOutcome: (outcome) => outcomes.push(outcome),
    logger: {
      info: () => undefined,
      error: (message, fields) => problems.push([message, fields]),
    },
  });
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  middleware(error, req as never, res as never, (value?: unknown) => passed.push(value));
  const atOnce = [...passed];
  await new Promise(setImmediate);
  return {
    ...{ atOnce, later: passed.slice(atOnce.length), calls, outcomes, problems },
    status: res.headersSent ? res.statusCode : undefined,
    headerNames: res.getHeaderNames(),
  };
}

/** Compared by identity, and never shown: a look at the value may throw. */
function expectPassedOn(result: Result, error: unknown): void {
  const { atOnce, later, calls, outcomes, status, headerNames } = result;
  expect(atOnce.length).toBe(1);
  expect(Object.is(atOnce[0], error)).toBe(true);
  expect(later.length).toBe(0);
  expect([calls, outcomes, status, headerNames]).toEqual([[], [], undefined, []]);
}

/** Whether `mapError` may return it for "not mine". */
function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === false;
}

interface Grant {
  grant: { ticket: string; reason: string; headers: unknown };
  /** How it is given: as it is, or by the method that another copy of the package has. */
  given: unknown;
}

const HEADERS: Arbitrary<Shown<unknown>> = fc.oneof(
  fc
    .dictionary(fc.string(), fc.oneof(fc.string({ unit: 'binary' }), fc.anything()))
    .map((headers) => shown<unknown>(headers, fc.stringify(headers))),
  fc
    .constantFrom(
      ...[undefined, { 'DPoP-Nonce': 'n' }, { 'Content-Length': '7' }, { connection: 'close' }],
      ...[{ 'transfer-encoding': 'chunked' }, { Pragma: 'x' }, { a: 'b\r\nc: d' }],
    )
    .map((headers) => shown<unknown>(headers, JSON.stringify(headers) ?? 'none')),
  STRANGER,
);

const GRANT: Arbitrary<Shown<Grant>> = fc
  .record({
    ticket: fc.string({ unit: 'binary', minLength: 1 }),
    reason: fc.constantFrom(...TOKEN_FAIL_REASONS),
    headers: HEADERS,
    otherCopy: fc.boolean(),
    frozen: fc.boolean(),
  })
  .map(({ ticket, reason, headers, otherCopy, frozen }) => {
    const grant = { ticket, reason, headers: headers.value };
    const given = otherCopy ? { [DESCRIBE]: () => ({ kind: 'failed grant', ...grant }) } : grant;
    if (frozen) Object.freeze(given);
    const text = JSON.stringify({ ticket, reason, otherCopy, frozen });
    return shown({ grant, given }, `${text}, headers: ${headers[fc.toStringMethod]()}`);
  });

it(
  'whatever error the app has, it reaches next at once as the very same value',
  async () => {
    await expectToHold(
      fc.asyncProperty(fc.oneof(STRANGER, LOOK_ALIKE_BY_NAME), async ({ value }) => {
        const result = await giveError(value);
        expectPassedOn(result, value);
        expect(result.problems).toEqual([]);
      }),
    );
  },
  FUZZ_TIMEOUT,
);

it(
  'whatever mapError returns or throws, an error that is no failed grant reaches next',
  async () => {
    await expectToHold(
      fc.asyncProperty(STRANGER, STRANGER, fc.boolean(), async (error, mapped, throws) => {
        const result = await giveError(error.value, () => {
          if (throws) throw mapped.value;
          return mapped.value;
        });
        expectPassedOn(result, error.value);
        expect(result.problems).toHaveLength(throws || !isNothing(mapped.value) ? 1 : 0);
      }),
    );
  },
  FUZZ_TIMEOUT,
);

it(
  'a failed grant from mapError makes one fail call, one answer and one outcome, whatever its headers',
  async () => {
    await expectToHold(
      fc.asyncProperty(STRANGER, GRANT, async (error, { value: { grant, given } }) => {
        const { atOnce, later, calls, outcomes, problems, status, headerNames } = await giveError(
          error.value,
          () => given,
        );
        const { ticket, reason } = grant;
        expect([atOnce.length, later.length]).toEqual([0, 0]);
        expect(calls).toEqual([{ ticket, reason }]);
        expect(status).toBe(400);
        expect(headerNames).toEqual(
          expect.arrayContaining(['content-type', 'content-length', 'cache-control', 'pragma']),
        );
        expect(outcomes).toEqual([
          expect.objectContaining({ outcome: 'failed', reason, status: 400 }),
        ]);
        // Of headers that HTTP does not allow.
        expect(problems.length).toBeLessThanOrEqual(1);
      }),
    );
  },
  FUZZ_TIMEOUT,
);
