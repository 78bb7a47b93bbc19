import { createServer, type ServerResponse } from 'node:http';
import { answerAsks } from '../support/asks.js';
import { listen } from '../support/listen.js';
import { usage } from '../support/usage.js';
import { API_PATHS, type ApiPath } from './grants.js';
import { CLIENT_CREDENTIALS_REPLY, FAIL_REPLY, ISSUE_REPLY, passwordReply } from './replies.js';
import { type Api, nextTicket } from './variants/variant.js';

/** Calls that upstream has seen since it last began to count. */
export type UpstreamCount = Record<ApiPath | 'other', number>;

const SERVICE_ID = '1234567890';

const PATHS = new Map(API_PATHS.map((path) => [`/api/${SERVICE_ID}${path}`, path]));

const NONE: UpstreamCount = {
  ...{ '/auth/token': 0, '/auth/token/issue': 0, '/auth/token/fail': 0, other: 0 },
};

let count = { ...NONE };
let delay = 0;

/** Stands in for Authlete at the least cost, so that it is never what limits a front. */
const server = createServer((req, res) => {
  const path = (req.method === 'POST' && PATHS.get(req.url ?? '')) || 'other';
  count[path]++;
  let request = '';
  req.setEncoding('latin1').on('data', (chunk: string) => {
    request += chunk;
  });
  req.on('end', () => {
    const body = replyTo(path, request);
    if (delay === 0) reply(res, body);
    else setTimeout(reply, delay, res, body);
  });
});

function replyTo(path: ApiPath | 'other', request: string): string {
  switch (path) {
    case '/auth/token':
      if (request.includes('grant_type=client_credentials')) return CLIENT_CREDENTIALS_REPLY;
      return passwordReply(nextTicket(), request.includes('password=right') ? 'right' : 'wrong');
    case '/auth/token/issue':
      return ISSUE_REPLY;
    default:
      return FAIL_REPLY;
  }
}

/** All replies are ASCII. */
function reply(res: ServerResponse, body: string): void {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
  res.writeHead(200, headers).end(body, 'latin1');
}

answerAsks({
  async start(): Promise<Api> {
    const baseUrl = await listen(server);
    return { baseUrl, serviceId: SERVICE_ID, accessToken: 'bench-access-token' };
  },
  /** Counts from 0, and from now on replies after so many milliseconds. */
  begin(milliseconds: number) {
    delay = milliseconds;
    count = { ...NONE };
  },
  count: () => count,
  usage,
});
