import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import { type Shown, shown } from './fuzz';
import { BEARER_TOKEN, TICKET } from '../secrets/secrets';

/** What an upstream answers. */
export interface UpstreamReply {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** The body before it was compressed; `undefined` if it may not be readable at all. */
  plain: Uint8Array | undefined;
}

type Field = [name: string, json: string];

const SECRETS = fc
  .constantFrom(BEARER_TOKEN, TICKET, `Bearer ${BEARER_TOKEN}`)
  .chain((secret) =>
    fc.constantFrom(
      secret,
      encodeURIComponent(secret),
      secret.replaceAll('-', '&#45;'),
      secret.replaceAll('-', '\\u002d'),
      `${' '.repeat(280)}${secret}`,
    ),
  );

/** Text of any sort, now and then with a secret in it. */
export const TEXT = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 2, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.tuple(fc.string(), SECRETS, fc.string()).map((all) => all.join('')) },
);

const JSON_VALUE = fc.oneof(fc.jsonValue(), TEXT);

const ACTION = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('BAD_REQUEST', 'INTERNAL_SERVER_ERROR') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('OK', 'PASSWORD', 'bad_request', 'Bad_Request', ' BAD_REQUEST', ''),
  },
  { weight: 1, arbitrary: JSON_VALUE },
);

const CONTENT = fc.oneof(
  { weight: 6, arbitrary: TEXT },
  { weight: 4, arbitrary: fc.json() },
  // Some of it is more than a reply may have.
  { weight: 1, arbitrary: fc.string({ minLength: 1 }).map((text) => text.repeat(8000)) },
  { weight: 1, arbitrary: fc.constantFrom('', null, 0, true, {}, [], ['{}'], { toString: '{}' }) },
  { weight: 1, arbitrary: JSON_VALUE },
);

const RESULT = fc.oneof(
  { weight: 6, arbitrary: TEXT },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: JSON_VALUE },
);

const KNOWN_FIELDS = fc
  .record(
    { action: ACTION, responseContent: CONTENT, resultCode: RESULT, resultMessage: RESULT },
    { noNullPrototype: true },
  )
  .map((fields) =>
    Object.entries(fields).map(([name, value]): Field => [name, JSON.stringify(value)]),
  );

const NAMES = ['__proto__', 'constructor', 'toString', 'Action', 'action', 'ticket', 'accessToken'];

const EXTRA_FIELD = fc.oneof(
  fc.tuple(
    fc.oneof(fc.constantFrom(...NAMES), TEXT),
    JSON_VALUE.map((value) => JSON.stringify(value)),
  ),
  fc.nat(3000).map((depth): Field => ['deep', '['.repeat(depth) + ']'.repeat(depth)]),
  ACTION.map((action): Field => ['__proto__', JSON.stringify({ action, responseContent: '{}' })]),
);

/** JSON that is nearly, or indeed, what `/auth/token/fail` replies. */
const NEARLY_VALID = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: KNOWN_FIELDS },
      {
        weight: 1,
        arbitrary: KNOWN_FIELDS.chain((fields) => fc.shuffledSubarray(fields)),
      },
    ),
    fc.array(EXTRA_FIELD, { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([fields, extra, extraFirst]) => {
    const all = extraFirst ? [...extra, ...fields] : [...fields, ...extra];
    return `{${all.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
  });

/** What may happen to a body on its way. */
const DAMAGE: Arbitrary<(body: Buffer) => Buffer> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((body: Buffer) => body) },
  {
    weight: 1,
    arbitrary: fc.nat().map((at) => (body: Buffer) => body.subarray(0, at % (body.length + 1))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => (body: Buffer) => {
      const damaged = Buffer.from(body);
      if (damaged.length > 0) damaged[at % damaged.length] = byte;
      return damaged;
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      (body: Buffer) => Buffer.from(`\ufeff${body.toString()}`),
      (body: Buffer) => Buffer.from(` \r\n\t${body.toString()}\n`),
      (body: Buffer) => Buffer.from(body.toString(), 'utf16le'),
      (body: Buffer) => Buffer.from(body.toString(), 'latin1'),
      (body: Buffer) => Buffer.concat([body, body]),
    ),
  },
);

/** A body on its way, with damage or without. */
export const BODY: Arbitrary<Buffer> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(NEARLY_VALID, DAMAGE).map(([json, damage]) => damage(Buffer.from(json))),
  },
  { weight: 1, arbitrary: fc.oneof(fc.json(), TEXT).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

const STATUS = fc.oneof(
  { weight: 12, arbitrary: fc.constant(200) },
  { weight: 2, arbitrary: fc.constantFrom(201, 204, 302, 304, 307, 400, 401, 429, 500, 503) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 999 }) },
);

/** When a header asks to come back: at once, long after the timeout, or nobody can read it. */
export type ComeBack = 'now' | 'later' | 'unreadable';

/** What `Retry-After` may say. */
export const RETRY_AFTER: Readonly<Record<string, ComeBack>> = {
  ...{ '0': 'now', ' 0 ': 'now', '3600': 'later', '0003600': 'later' },
  ...{ '-1': 'unreadable', '1.5': 'unreadable', soon: 'unreadable', '': 'unreadable' },
  'Thu, 01 Jan 1970 00:00:00 GMT': 'now',
  'Fri, 31 Dec 2100 23:59:59 GMT': 'later',
};

/** What `RateLimit-Reset` and `X-RateLimit-Reset` may say, where 0 means nothing. */
export const RATE_LIMIT_RESET: Readonly<Record<string, ComeBack>> = {
  ...{ '3600': 'later', ' 3600 ': 'later' },
  ...{ '0': 'unreadable', '-1': 'unreadable', soon: 'unreadable', '': 'unreadable' },
  'Thu, 01 Jan 1970 00:00:00 GMT': 'unreadable',
};

const HEADER_VALUE = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
});

const CONTENT_TYPE = fc.oneof(
  fc.constantFrom('application/json', 'application/json;charset=utf-16', 'text/html', ''),
  HEADER_VALUE,
);

const RESET = fc.constantFrom(...Object.keys(RATE_LIMIT_RESET));

const COMMON_HEADERS = fc.record(
  {
    'Content-Type': CONTENT_TYPE,
    'Retry-After': fc.constantFrom(...Object.keys(RETRY_AFTER)),
    'RateLimit-Reset': RESET,
    'X-RateLimit-Reset': RESET,
    Location: fc.constantFrom('/elsewhere', 'http://127.0.0.1:9/', '//'),
    Connection: fc.constantFrom('close', 'keep-alive'),
    'Set-Cookie': HEADER_VALUE,
  },
  { requiredKeys: [], noNullPrototype: true },
);

const OTHER_HEADERS = fc.dictionary(
  fc.stringMatching(/^X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/),
  HEADER_VALUE,
  {
    maxKeys: 3,
    noNullPrototype: true,
  },
);

const COMPRESSORS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** How the body is compressed, and whether the headers say so. */
const CODING = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ packed: false, coding: undefined }) },
  {
    weight: 1,
    arbitrary: fc.record({
      packed: fc.boolean(),
      coding: fc.constantFrom(...(Object.keys(COMPRESSORS) as (keyof typeof COMPRESSORS)[])),
    }),
  },
);

/** Any reply that is well-formed HTTP. */
export const UPSTREAM_REPLY: Arbitrary<Shown<UpstreamReply>> = fc
  .record({
    status: STATUS,
    common: COMMON_HEADERS,
    other: OTHER_HEADERS,
    body: BODY,
    code: CODING,
  })
  .map(({ status, common, other, body, code: { packed, coding } }) => ({
    status,
    headers: { ...other, ...common, ...(coding && { 'Content-Encoding': coding }) },
    body: coding && packed ? COMPRESSORS[coding](body) : body,
    plain: coding && !packed ? undefined : body,
  }))
  .map((reply) => shown(reply, describeReply(reply)));

/** Characters. To see all of a counterexample, repeat it by its seed. */
const MAX_DESCRIPTION = 1000;

function describeReply({ status, headers, plain, body }: UpstreamReply): string {
  const text = plain
    ? Buffer.from(plain).toString()
    : `not what it says: ${Buffer.from(body).toString('hex')}`;
  return `${status} ${JSON.stringify(headers)} ${JSON.stringify(text.slice(0, MAX_DESCRIPTION))}`;
}
