import { CLIENT_SECRET, BEARER_TOKEN, PASSWORD, TICKET } from '../support/secrets';
import { type Act, http, type Shape, type ValidReply } from '../support/faulty-upstream';
import { type Fault, fault } from './fault';

/** Sends what may depend on the reply that would be right. */
const sends =
  (body: (reply: ValidReply) => unknown, shape?: Shape): Act =>
  (socket, reply) =>
    socket.write(http(body(reply), shape));

/** A 200 with a body that is not what the API describes. */
const invalid = (name: string, body: (reply: ValidReply) => unknown, shape?: Shape): Fault =>
  fault(`replies with ${name}`, 'ERR_ATF_RESPONSE_INVALID', sends(body, shape));

/** A 200 with a body that looks odd and is good. */
const good = (name: string, body: (reply: ValidReply) => unknown, shape?: Shape): Fault =>
  fault(`replies with ${name}`, undefined, sends(body, shape));

/** A `result` object that repeats every secret there is. */
const RESULT = {
  resultCode: 'A001101',
  resultMessage: [BEARER_TOKEN, TICKET, PASSWORD, CLIENT_SECRET].join(' '),
};

const HTML = '<html><body><h1>Bad Gateway</h1></body></html>';

const withResult = (status: string): Fault =>
  fault(
    `answers ${status} with a result`,
    'ERR_ATF_HTTP_STATUS',
    sends(() => RESULT, { status }),
  );

const withHtml = (status: string): Fault =>
  fault(
    `answers ${status} with HTML`,
    'ERR_ATF_HTTP_STATUS',
    sends(() => HTML, { status }),
  );

const comeBack = (status: string, when: string, retryAfter: string, repeated: boolean): Fault => ({
  ...fault(
    `answers ${status} and asks to come back ${when}`,
    'ERR_ATF_HTTP_STATUS',
    sends(() => '', { status, headers: [`Retry-After: ${retryAfter}`] }),
  ),
  repeated,
});

const DEPTH = 100_000;

/** What a reply says. */
export const REPLY_FAULTS = [
  ...['400 Bad Request', '401 Unauthorized', '403 Forbidden', '404 Not Found'].map(withResult),
  withResult('500 Internal Server Error'),
  ...['429 Too Many Requests', '502 Bad Gateway', '504 Gateway Timeout'].map(withHtml),
  withHtml('503 Service Unavailable'),
  ...['429 Too Many Requests', '503 Service Unavailable'].flatMap((status) => [
    comeBack(status, 'at once', '0', true),
    comeBack(status, 'in an hour', '3600', false),
    comeBack(status, 'at a time that is past', 'Thu, 01 Jan 1970 00:00:00 GMT', true),
    comeBack(status, 'at a time that is far', 'Fri, 31 Dec 2100 23:59:59 GMT', false),
    comeBack(status, 'at no time that can be read', 'soon', false),
  ]),
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
  good('deep nesting', (reply) =>
    JSON.stringify(reply).replace('{', `{"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)},`),
  ),
];

/** What `responseContent` may be, each of which goes through unchanged. */
export const CONTENTS: readonly [name: string, responseContent: string][] = [
  ['characters that are not ASCII', '{"error":"ü€😀"}'],
  ['a megabyte', JSON.stringify({ error: 'x'.repeat(1024 * 1024) })],
  ['no JSON', 'not JSON'],
  ['backslashes before its quotes', '{\\"error\\":\\"invalid_request\\"}'],
  ['control characters', '\0\u001b[31m\r\n'],
];
