import { once } from 'node:events';
import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { cleanUp } from '../cleanup';
import { SERVER_ERROR, TOKEN_HEADERS } from '../servers/endpoint';

/** What a client application gets, its body as bytes. */
export interface AnswerBytes {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a request to the server that it was created for. */
export type Send = (body?: Uint8Array, headers?: OutgoingHttpHeaders) => Promise<AnswerBytes>;

/** Creates a sender over kept-alive sockets, because one per input would take most of the time. */
export function createSender(url: string): Send {
  const agent = new Agent({ keepAlive: true });
  cleanUp(() => agent.destroy());
  return async (body, headers = {}) => {
    const request = httpRequest(url, { method: 'POST', agent, headers });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
  };
}

/** The body of the answer where the server itself fails. */
export const SERVER_ERROR_BODY = Buffer.from(JSON.stringify(SERVER_ERROR));

/** Headers that are Node's, Express's, or not in every answer. */
const OTHER_HEADERS = [
  ...['content-length', 'connection', 'keep-alive', 'date', 'x-powered-by'],
  ...['retry-after', 'www-authenticate'],
];

/** Expects the headers that RFC 6749 section 5.1 demands, and none that came from upstream. */
export function expectTokenHeaders({ headers, body }: AnswerBytes): void {
  expect(headers).toMatchObject({ ...TOKEN_HEADERS, 'content-length': String(body.length) });
  const known = [...Object.keys(TOKEN_HEADERS), ...OTHER_HEADERS];
  expect(Object.keys(headers).filter((name) => !known.includes(name))).toEqual([]);
}
