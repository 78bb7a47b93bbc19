import { once } from 'node:events';
import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { cleanUp } from './cleanup';
import { SERVER_ERROR, TOKEN_HEADERS } from './endpoint';

/** What a client application gets, its body as bytes. */
export interface AnswerBytes {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a request to the server that it was made for. */
export type Send = (body?: Uint8Array, headers?: OutgoingHttpHeaders) => Promise<AnswerBytes>;

/** Makes a sender over kept-alive sockets, because one per input would take most of the time. */
export function senderTo(url: string): Send {
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

/** Expects the headers that RFC 6749 section 5.1 demands. */
export function expectTokenHeaders({ headers, body }: AnswerBytes): void {
  expect(headers).toMatchObject({ ...TOKEN_HEADERS, 'content-length': String(body.length) });
}
