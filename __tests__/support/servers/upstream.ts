import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { serve } from './listen.js';

/** A request that an upstream got. */
export interface ReceivedRequest {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A small server in the place of Authlete. */
export interface Upstream {
  url: string;
  requests: ReceivedRequest[];
}

/** Starts an upstream that keeps what it gets and answers as `reply` does. */
export async function startUpstream(reply: (res: ServerResponse) => void): Promise<Upstream> {
  const requests: ReceivedRequest[] = [];
  const url = await serve((req, res) => {
    void text(req).then((body) => {
      requests.push({ method: req.method, path: req.url, headers: req.headers, body });
      reply(res);
    });
  });
  return { url, requests };
}

/** Starts an upstream that answers 200 with this JSON. */
export function startJsonUpstream(reply: unknown): Promise<Upstream> {
  return startUpstream((res) => {
    res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply));
  });
}

/** What `/auth/token/fail` replies, for tests that do not care. */
export const FAIL_REPLY = {
  resultCode: 'A067301',
  resultMessage: '[A067301] The credentials are invalid.',
  action: 'BAD_REQUEST',
  responseContent: '{"error":"invalid_request"}',
};
