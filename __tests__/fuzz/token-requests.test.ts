import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import type { TokenOutcome } from 'express-authlete-token-fail';
import { expectToHold, FUZZ_TIMEOUT, type Shown, shown } from '../support/fuzz/fuzz';
import { createSender, expectTokenHeaders } from '../support/fuzz/http';
import { ADAPTERS } from '../support/faults/adapters';
import { serve } from '../support/servers/listen';
import { clientAt, tokenServerOf } from '../support/servers/token-server';

/** Bytes: the default of `bodyLimit`. */
const BODY_LIMIT = 16_384;

/** A token request, and what is known of it because it was made that way. */
interface FormRequest {
  body: Uint8Array;
  headers: Record<string, string>;
  /** The form if it is one that must be taken; `null` if that is not known. */
  form: string | null | undefined;
  credentials: 'none' | 'unknown' | { clientId: string; clientSecret: string };
}

const PAIRS = fc
  .array(
    fc.tuple(
      fc.constantFrom('grant_type', 'username', 'password', 'client_id', 'scope', '__proto__', ''),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((pairs) => new URLSearchParams(pairs).toString());

const BODY: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: PAIRS.map((form) => Buffer.from(form)) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary' }).map((form) => Buffer.from(form)) },
  { weight: 1, arbitrary: PAIRS.map((form) => Buffer.from(`\ufeff${form}`)) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'ä', '&', '\0', '%'), fc.integer({ min: -3, max: 3 }))
      .map(([unit, more]) =>
        Buffer.from(unit.repeat(BODY_LIMIT + more)).subarray(0, BODY_LIMIT + more),
      ),
  },
);

/** What Node lets a client put into a header, and a server take out of it. */
const HEADER_TEXT = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
});

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

/** RFC 6749 section 2.3.1 */
const encodeForm = (value: string): string => encodeURIComponent(value).replaceAll('%20', '+');

const WELL_FORMED = fc.string({ unit: 'grapheme' });

const AUTHORIZATION: Arbitrary<{ header?: string; credentials: FormRequest['credentials'] }> =
  fc.oneof(
    fc.constant({ credentials: 'none' as const }),
    fc
      .record({
        scheme: fc.constantFrom('Basic', 'basic', 'BASIC'),
        clientId: fc.string({ unit: 'grapheme', minLength: 1 }),
        clientSecret: WELL_FORMED,
      })
      .map(({ scheme, clientId, clientSecret }) => ({
        header: `${scheme} ${base64(`${encodeForm(clientId)}:${encodeForm(clientSecret)}`)}`,
        credentials: { clientId, clientSecret },
      })),
    fc
      .oneof(
        HEADER_TEXT,
        HEADER_TEXT.map((value) => `Basic ${value}`),
        fc.string({ unit: 'binary' }).map((value) => `Basic ${base64(value)}`),
        fc.uint8Array().map((bytes) => `Basic ${base64(bytes)}`),
        fc.base64String().map((value) => `Basic  ${value} `),
        fc.nat(3).map((power) => `Basic ${'QUFB'.repeat(10 ** power)}`),
        fc.constantFrom('Basic', 'Basic ', 'Basic Og==', 'Bearer x', 'Basic %', 'Basic QTolJQ=='),
      )
      .map((header) => ({ header, credentials: 'unknown' as const })),
  );

const FORM_TYPES = [
  'application/x-www-form-urlencoded',
  'Application/X-WWW-Form-Urlencoded ; charset=utf-16',
];

const CONTENT_TYPE = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...FORM_TYPES) },
  {
    weight: 1,
    arbitrary: fc.oneof(HEADER_TEXT, fc.constantFrom('application/json', 'multipart/form-data')),
  },
);

const CODING = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('gzip', 'not gzip', 'br', 'x', 'identity', 'gzip, gzip'),
  },
);

/** What a browser sends with a form that a web page posts. */
const FORM_POST_MODES = ['navigate', 'no-cors'];

const FETCH_MODE = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(undefined, 'cors', 'same-origin') },
  { weight: 1, arbitrary: fc.constantFrom(...FORM_POST_MODES) },
);

const REQUEST: Arbitrary<Shown<FormRequest>> = fc
  .record({
    body: BODY,
    type: CONTENT_TYPE,
    coding: CODING,
    authorization: AUTHORIZATION,
    dpop: fc.option(HEADER_TEXT),
    fetchMode: FETCH_MODE,
  })
  .map(({ body, type, coding, authorization: { header, credentials }, dpop, fetchMode }) => {
    const readable = coding === undefined || coding === 'gzip' || coding === 'identity';
    const isForm = FORM_TYPES.includes(type) && !FORM_POST_MODES.includes(fetchMode ?? '');
    // A few bytes of any sort are Brotli.
    const form =
      coding === 'br' && isForm ? null : isForm && readable ? decodeForm(body) : undefined;
    const headers = {
      'Content-Type': type,
      ...(coding !== undefined && { 'Content-Encoding': coding.replace('not ', '') }),
      ...(header !== undefined && { Authorization: header }),
      ...(dpop !== null && { DPoP: dpop }),
      ...(fetchMode !== undefined && { 'Sec-Fetch-Mode': fetchMode }),
    };
    const sent = coding === 'gzip' ? gzipSync(body) : body;
    const description = `${JSON.stringify(headers)} ${Buffer.from(body).toString('hex').slice(0, 1000)}`;
    return shown({ body: sent, headers, form, credentials }, description);
  });

function decodeForm(body: Uint8Array): string | undefined {
  const form = Buffer.from(body).toString();
  return body.length <= BODY_LIMIT && Buffer.from(form).equals(body) ? form : undefined;
}

/** RFC 9110 section 5.5: not every white space of Unicode. */
function trim(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** What may come of a token request that Authlete is not asked about, with its status. */
const REFUSALS =
  /^(400 invalid_request|401 invalid_client|413 invalid_request|415 invalid_request)$/;

it.each(ADAPTERS)(
  'whatever a token request holds, it is refused as RFC 6749 says or reaches upstream unchanged over $name',
  async (adapter) => {
    const received: unknown[] = [];
    const upstream = await serve((req, res) => {
      void text(req).then((body) => {
        received.push(JSON.parse(body));
        res.end('{"action":"OK","responseContent":"{}"}');
      });
    });
    const outcomes: TokenOutcome[] = [];
    const passedOn: unknown[] = [];
    const server = tokenServerOf({
      client: clientAt(upstream, adapter.options()),
      endpoint: {
        url: 'https://as.example/token',
        onOutcome: (outcome) => outcomes.push(outcome),
      },
      after: (error, _req, _res, _next) => passedOn.push(error),
    });
    const send = createSender(`${await serve(server as RequestListener)}/token`);

    await expectToHold(
      fc.asyncProperty(REQUEST, async ({ value: { body, headers, form, credentials } }) => {
        received.splice(0);
        outcomes.splice(0);
        const answer = await send(body, { 'Content-Length': body.length, ...headers });
        expectTokenHeaders(answer);
        expect(passedOn).toEqual([]);
        const { status } = answer;
        const outcome = status === 200 ? 'issued' : 'rejected';
        expect(outcomes).toEqual([expect.objectContaining({ outcome, status })]);
        expect(outcomes[0]).not.toHaveProperty('error');
        const content = JSON.parse(answer.body.toString()) as Record<string, unknown>;
        const challenge = /^Basic realm="[^"]*"$/;
        if (status === 401) expect(answer.headers['www-authenticate']).toMatch(challenge);
        else expect(answer.headers).not.toHaveProperty('www-authenticate');

        if (status !== 200) {
          expect(`${String(status)} ${String(content['error'])}`).toMatch(REFUSALS);
          expect(received).toEqual([]);
          // What is known to be well-formed is not refused.
          expect(typeof form !== 'string' || credentials === 'unknown').toBe(true);
          return;
        }
        // What is known to be malformed is refused.
        expect(form).not.toBe(undefined);
        const { DPoP: dpop } = headers;
        expect(content).toEqual({});
        expect(received).toEqual([
          {
            parameters: form === null ? (expect.any(String) as unknown) : form,
            ...(credentials === 'unknown'
              ? {
                  clientId: expect.any(String) as unknown,
                  clientSecret: expect.any(String) as unknown,
                }
              : credentials !== 'none' && credentials),
            ...(dpop !== undefined && {
              dpop: trim(dpop),
              htm: 'POST',
              htu: 'https://as.example/token',
            }),
          },
        ]);
      }),
    );
  },
  FUZZ_TIMEOUT,
);
