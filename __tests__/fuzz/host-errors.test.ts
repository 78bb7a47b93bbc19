import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc, { type Arbitrary } from 'fast-check';
import { type AuthleteClient, type MappedError, tokenFail } from 'express-authlete-token-fail';
import { TOKEN_FAIL_REASONS } from '../../lib/reasons';
import { expectToHold, FUZZ_TIMEOUT, type Shown, shown } from '../support/fuzz';
import { FAILED_GRANT, LOOK_ALIKE_BY_NAME, STRANGER } from '../support/fuzz-values';
import { FAIL_REPLY } from '../support/upstream';

/** What became of an error that a middleware was given. */
interface Outcome {
  /** What `next` was given by the time the middleware returned, and later. */
  atOnce: unknown[];
  later: unknown[];
  calls: unknown[];
  told: unknown[];
  /** `undefined` if nothing was written. */
  status: number | undefined;
  headerNames: string[];
}

/** Gives an error to the middleware itself, for a router would not let every value through. */
async function outcomeOf(error: unknown, mapError?: () => unknown): Promise<Outcome> {
  const passed: unknown[] = [];
  const calls: unknown[] = [];
  const told: unknown[] = [];
  const unexpected = (): Promise<never> => Promise.reject(new Error('unexpected'));
  const client: AuthleteClient = {
    token: unexpected,
    tokenIssue: unexpected,
    tokenFail: (request) => {
      calls.push(request);
      return Promise.resolve(FAIL_REPLY as Awaited<ReturnType<AuthleteClient['tokenFail']>>);
    },
    close: () => Promise.resolve(),
  };
  const middleware = tokenFail({
    client,
    ...(mapError && { mapError: mapError as () => MappedError }),
    onError: (problem) => told.push(problem),
  });
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  middleware(error, req as never, res as never, (value?: unknown) => passed.push(value));
  const atOnce = [...passed];
  await new Promise(setImmediate);
  return {
    atOnce,
    later: passed.slice(atOnce.length),
    calls,
    told,
    status: res.headersSent ? res.statusCode : undefined,
    headerNames: res.getHeaderNames(),
  };
}

/** Compared by identity, and never shown: a look at the value may throw. */
function expectPassedOn({ atOnce, later, calls, status, headerNames }: Outcome, error: unknown) {
  expect(atOnce.length).toBe(1);
  expect(Object.is(atOnce[0], error)).toBe(true);
  expect(later.length).toBe(0);
  expect({ calls, status, headerNames }).toEqual({ calls: [], status: undefined, headerNames: [] });
}

/** Tells a value that `mapError` gives for "not mine" from one that it must not give. */
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
    const given = otherCopy ? { [FAILED_GRANT]: () => grant } : grant;
    if (frozen) Object.freeze(given);
    const text = JSON.stringify({ ticket, reason, otherCopy, frozen });
    return shown({ grant, given }, `${text}, headers: ${headers[fc.toStringMethod]()}`);
  });

it(
  'whatever error the host has, it reaches next at once as the very same value',
  async () => {
    await expectToHold(
      fc.asyncProperty(fc.oneof(STRANGER, LOOK_ALIKE_BY_NAME), async ({ value }) => {
        const outcome = await outcomeOf(value);
        expectPassedOn(outcome, value);
        expect(outcome.told.length).toBe(0);
      }),
    );
  },
  FUZZ_TIMEOUT,
);

it(
  'whatever mapError gives or throws, an error that is no failed grant reaches next',
  async () => {
    await expectToHold(
      fc.asyncProperty(STRANGER, STRANGER, fc.boolean(), async (error, mapped, throws) => {
        const outcome = await outcomeOf(error.value, () => {
          if (throws) throw mapped.value;
          return mapped.value;
        });
        expectPassedOn(outcome, error.value);
        const wrong = throws ? mapped.value !== undefined : !isNothing(mapped.value);
        expect(outcome.told.length).toBeLessThanOrEqual(wrong ? 1 : 0);
      }),
    );
  },
  FUZZ_TIMEOUT,
);

it(
  'a failed grant from mapError makes one fail call and one answer, whatever its headers',
  async () => {
    await expectToHold(
      fc.asyncProperty(STRANGER, GRANT, async (error, { value: { grant, given } }) => {
        const { atOnce, later, calls, status, headerNames } = await outcomeOf(
          error.value,
          () => given,
        );
        expect([atOnce.length, later.length]).toEqual([0, 0]);
        expect(calls).toEqual([{ ticket: grant.ticket, reason: grant.reason }]);
        expect(status).toBe(400);
        expect(headerNames).toEqual(
          expect.arrayContaining(['content-type', 'content-length', 'cache-control', 'pragma']),
        );
      }),
    );
  },
  FUZZ_TIMEOUT,
);
