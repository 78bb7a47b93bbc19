import type { Socket } from 'node:net';
import type { OutcomeName } from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';
import { PASSWORD, TICKET } from '../secrets/secrets';
import { serveTcp } from '../servers/listen';
import { until } from '../until';

/** The APIs that a token endpoint calls, one of which fails. */
export const APIS = ['/auth/token', '/auth/token/issue', '/auth/token/fail'] as const;
export type Api = (typeof APIS)[number];

/** Bytes of the largest reply that the package reads. */
export const MAX_REPLY_BYTES: Readonly<Record<Api, number>> = {
  '/auth/token': 256 * 1024,
  '/auth/token/issue': 256 * 1024,
  '/auth/token/fail': 64 * 1024,
};

/** A reply that is as it should be. */
export interface GoodReply {
  action: string;
  responseContent: string;
}

/** What an upstream does with a call of which it has every byte. */
export type Act = (socket: Socket, reply: GoodReply, maxReplyBytes: number) => void;

/** An upstream of which one API fails. */
export interface FaultyUpstream {
  url: string;
  /** How many calls of an API it got. */
  calls: (api: Api) => number;
  /** How many connections to it are open. */
  connections: () => number;
}

/** What the API that fails would reply, and what the client application would get. */
export const GOOD_REPLIES: Readonly<
  Record<Api, GoodReply & { status: number; outcome: OutcomeName }>
> = {
  '/auth/token': {
    action: 'BAD_REQUEST',
    responseContent: '{"error":"of token"}',
    status: 400,
    outcome: 'rejected',
  },
  '/auth/token/issue': {
    action: 'INTERNAL_SERVER_ERROR',
    responseContent: '{"error":"of issue"}',
    status: 500,
    outcome: 'error',
  },
  '/auth/token/fail': {
    action: 'BAD_REQUEST',
    responseContent: '{"error":"of fail"}',
    status: 400,
    outcome: 'failed',
  },
};

/** Of this process alone: another test run may call a port that was its own a moment ago. */
export const SERVICE_ID = `715948317-${process.pid}`;

/** A reply that opens a ticket. */
export const TICKET_REPLY = {
  action: 'PASSWORD',
  username: 'john',
  password: PASSWORD,
  ticket: TICKET,
};

/** What the APIs that do not fail reply. */
const REPLIES: Readonly<Record<Api, object>> = {
  '/auth/token': TICKET_REPLY,
  '/auth/token/issue': getGoodReply('/auth/token/issue'),
  '/auth/token/fail': getGoodReply('/auth/token/fail'),
};

/** What an API would reply if it did not fail. */
export function getGoodReply(api: Api): GoodReply {
  const { action, responseContent } = GOOD_REPLIES[api];
  return { action, responseContent };
}

/**
 * Starts an upstream for the current test that does this on one API and answers on the others. The
 * test fails if a connection to it is left when the client is closed.
 */
export async function startFaultyUpstream(faultyApi: Api, act: Act): Promise<FaultyUpstream> {
  const calls: Api[] = [];
  let connections = 0;
  const url = await serveTcp((socket) => {
    connections++;
    socket.once('close', () => connections--);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const call = parseCall(received);
      if (!call) return;
      received = received.slice(call.length);
      calls.push(call.api);
      if (call.api === faultyApi) {
        act(socket, getGoodReply(faultyApi), MAX_REPLY_BYTES[faultyApi]);
      } else socket.write(http(REPLIES[call.api]));
    });
  });
  cleanUp(() => until(() => connections === 0));
  return {
    url,
    connections: () => connections,
    calls: (api) => calls.filter((called) => called === api).length,
  };
}

/** The first call of what was received, if all of it is there. */
function parseCall(received: string): { api: Api; length: number } | undefined {
  const bodyAt = received.indexOf('\r\n\r\n') + 4;
  const bytes = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1]);
  if (bodyAt < 4 || !(received.length >= bodyAt + bytes)) return undefined;
  const path = received.split(' ', 2)[1] ?? '';
  const api = APIS.find((known) => path === `/api/${SERVICE_ID}${known}`);
  if (api === undefined) throw new Error(`There is no ${path}`);
  return { api, length: bodyAt + bytes };
}

/** How a response is to differ from the usual one. */
export interface Shape {
  /** Default: `200 OK`. */
  status?: string;
  /** Lines, each of which is a header. */
  headers?: readonly string[];
}

/** An HTTP response with a Content-Length; the body is JSON unless it is text or bytes. */
export function http(body: unknown, { status = '200 OK', headers = [] }: Shape = {}): Buffer {
  const bytes = encodeBody(body);
  const lines = [...headers, `Content-Length: ${bytes.length}`];
  return Buffer.concat([Buffer.from(head(lines, status)), bytes]);
}

/** The head of an HTTP response, in ASCII. */
export function head(headers: readonly string[], status = '200 OK'): string {
  const lines = [`HTTP/1.1 ${status}`, 'Content-Type: application/json', ...headers, '', ''];
  return lines.join('\r\n');
}

function encodeBody(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
