import { CLIENT_SECRET, BEARER_TOKEN, PASSWORD, TICKET } from '../support/secrets/secrets';
import { type Act, http, type Shape, type GoodReply } from '../support/faults/faulty-upstream';
import { type Fault, fault } from './fault';

type Body = (reply: GoodReply, maxReplyBytes: number) => unknown;

/** Sends what may depend on the reply that would be right. */
const sends =
  (body: Body, shape?: Shape): Act =>
  (socket, reply, maxReplyBytes) =>
    socket.write(http(body(reply, maxReplyBytes), shape));

/** A 200 with a body that is not what the API describes. */
const invalid = (name: string, body: Body, shape?: Shape): Fault =>
  fault(`replies with ${name}`, 'ERR_ATF_RESPONSE_INVALID', sends(body, shape));

/** A 200 with a body that looks odd and is good. */
const good = (name: string, body: Body, shape?: Shape): Fault =>
  fault(`replies with ${name}`, undefined, sends(body, shape));

/** A `result` object that repeats every secret there is. */
const RESULT = {
  resultCode: 'A001101',
  resultMessage: [BEARER_TOKEN, TICKET, PASSWORD, CLIENT_SECRET].join(' '),
};

const HTML = '<html><body><h1>Bad Gateway</h1></body></html>';

const THROTTLED = '429 Too Many Requests';

const codeOf = (status: string): Fault['code'] =>
  status === THROTTLED ? 'ERR_ATF_THROTTLED' : 'ERR_ATF_HTTP_STATUS';

/** A throttled call was not processed, so it is sent again. */
const withResult = (status: string): Fault =>
  fault(
    `answers ${status} with a result`,
    codeOf(status),
    sends(() => RESULT, { status }),
    { repeated: status === THROTTLED, resultCode: RESULT.resultCode },
  );

const withHtml = (status: string): Fault =>
  fault(
    `answers ${status} with HTML`,
    codeOf(status),
    sends(() => HTML, { status }),
    { repeated: status === THROTTLED },
  );

/** What a header says of when to come back, and what the package makes of it. */
interface ComeBack {
  readonly when: string;
  readonly header: string;
  readonly repeated?: boolean;
  readonly retryAfter?: RegExp;
}

const RETRY_AFTER: readonly ComeBack[] = [
  { when: 'at once', header: 'Retry-After: 0', repeated: true, retryAfter: /^0$/ },
  { when: 'in an hour', header: 'Retry-After: 3600', retryAfter: /^3600$/ },
  {
    when: 'at a time that is past',
    header: 'Retry-After: Thu, 01 Jan 1970 00:00:00 GMT',
    repeated: true,
    retryAfter: /^0$/,
  },
  {
    when: 'at a time that is far',
    header: 'Retry-After: Fri, 31 Dec 2100 23:59:59 GMT',
    retryAfter: /^[1-9]\d{8,9}$/,
  },
];

/** What Authlete sends with 429, by either name. */
const RATE_LIMIT_RESET: readonly ComeBack[] = [
  { when: 'in a second', header: 'RateLimit-Reset: 1', repeated: true, retryAfter: /^1$/ },
  { when: 'in an hour', header: 'X-RateLimit-Reset: 3600', retryAfter: /^3600$/ },
  {
    when: 'in an hour, and at once',
    header: 'Retry-After: 0\r\nRateLimit-Reset: 3600',
    retryAfter: /^3600$/,
  },
];

/** Only where Authlete throttles calls does the client application learn when to come back. */
const comesBack = (status: string, { when, header, repeated, retryAfter }: ComeBack): Fault =>
  fault(
    `answers ${status} and asks to come back ${when} (${header.replace(/: .*/s, '')})`,
    codeOf(status),
    sends(() => '', { status, headers: [header] }),
    { repeated: repeated === true, retryAfter: status === THROTTLED ? retryAfter : undefined },
  );

/** When nobody can read it, a throttled call may be sent again, and no other. */
const unreadable = (status: string): Fault =>
  comesBack(status, {
    when: 'at no time that can be read',
    header: 'Retry-After: soon',
    repeated: status === THROTTLED,
  });

/** Fits a cap of 64 KiB. */
const DEPTH = 30_000;

/** A reply with as many small keys as fit into this many bytes: the slowest JSON to parse. */
function withSmallKeys(reply: GoodReply, bytes: number): string {
  const fields = JSON.stringify(reply).slice(1);
  const keys: string[] = [];
  let length = fields.length + 1;
  for (let number = 0; ; number++) {
    const key = `"${number.toString(36)}":0,`;
    length += key.length;
    if (length > bytes) break;
    keys.push(key);
  }
  return `{${keys.join('')}${fields}`.padEnd(bytes);
}

/** What a reply says. */
export const REPLY_FAULTS = [
  ...['400 Bad Request', '401 Unauthorized', '403 Forbidden', '404 Not Found'].map(withResult),
  ...[THROTTLED, '500 Internal Server Error', '502 Bad Gateway'].map(withResult),
  ...['503 Service Unavailable', '504 Gateway Timeout'].map(withResult),
  ...[THROTTLED, '502 Bad Gateway', '503 Service Unavailable', '504 Gateway Timeout'].map(withHtml),
  ...[THROTTLED, '503 Service Unavailable'].flatMap((status) => [
    ...RETRY_AFTER.map((when) => comesBack(status, when)),
    unreadable(status),
  ]),
  ...RATE_LIMIT_RESET.map((when) => comesBack(THROTTLED, when)),
  fault(
    'answers 204',
    'ERR_ATF_HTTP_STATUS',
    (socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
  ),

  invalid('HTML', () => HTML),
  invalid('an empty body', () => ''),
  invalid('null', () => 'null'),
  invalid('an array', (reply) => [reply]),
  invalid('a number', () => '200'),
  invalid('a string', (reply) => JSON.stringify(JSON.stringify(reply))),
  invalid('JSON that is cut off', (reply) => JSON.stringify(reply).slice(0, -1)),
  invalid('two JSON texts', (reply) => JSON.stringify(reply).repeat(2)),

  invalid('no action', ({ responseContent }) => ({ responseContent })),
  invalid('an unknown action', (reply) => ({ ...reply, action: 'RETRY' })),
  invalid('an action of another API', (reply) => ({ ...reply, action: 'COMMUNICATION_ERROR' })),
  invalid('an action in lower case', ({ action, ...rest }) => ({
    action: action.toLowerCase(),
    ...rest,
  })),
  invalid('a number as the action', (reply) => ({ ...reply, action: 400 })),
  invalid('an array as the action', ({ action, ...rest }) => ({ action: [action], ...rest })),
  invalid('its fields in a __proto__ key', (reply) => `{"__proto__":${JSON.stringify(reply)}}`),

  invalid('no responseContent', ({ action }) => ({ action })),
  invalid('null as responseContent', ({ action }) => ({ action, responseContent: null })),
  invalid('an empty responseContent', ({ action }) => ({ action, responseContent: '' })),
  invalid('an object as responseContent', ({ action }) => ({
    action,
    responseContent: { error: 'x' },
  })),

  invalid('UTF-16', (reply) => Buffer.from(JSON.stringify(reply), 'utf16le'), {
    headers: ['Content-Type: application/json; charset=utf-16'],
  }),
  invalid(
    'ISO 8859-1',
    (reply) => Buffer.from(JSON.stringify({ ...reply, resultMessage: 'ü' }), 'latin1'),
    { headers: ['Content-Type: application/json; charset=iso-8859-1'] },
  ),
  good('a byte-order mark', (reply) => `\ufeff${JSON.stringify(reply)}`),
  good('a Content-Type of HTML', (reply) => reply, { headers: ['Content-Type: text/html'] }),
  good('a key twice', ({ action, responseContent }) => {
    const [first, last] = [{ action: 'RETRY' }, { action, responseContent }].map((part) =>
      JSON.stringify(part).slice(1, -1),
    );
    return `{${first},${last}}`;
  }),
  good('a __proto__ key beside its fields', (reply) =>
    JSON.stringify(reply).replace('{', '{"__proto__":{"action":"RETRY"},'),
  ),
  good('as many small keys as fit', withSmallKeys),
  invalid('one byte more than fits', (reply, maxReplyBytes) =>
    JSON.stringify(reply).padEnd(maxReplyBytes + 1),
  ),
  good('deep nesting', (reply) =>
    JSON.stringify(reply).replace('{', `{"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)},`),
  ),
];

/** What `responseContent` may be, each of which goes through unchanged. */
export const CONTENTS: readonly [name: string, responseContent: string][] = [
  ['characters that are not ASCII', '{"error":"ü€😀"}'],
  // With room for the rest of the reply, and for the backslashes before quotation marks.
  ['sixty thousand characters', JSON.stringify({ error: 'x'.repeat(60_000) })],
  ['no JSON', 'not JSON'],
  ['backslashes before its quotes', '{\\"error\\":\\"invalid_request\\"}'],
  ['control characters', '\0\u001b[31m\r\n'],
];
