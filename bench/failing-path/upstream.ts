import { createServer, type ServerResponse } from 'node:http';
import { answerAsks } from '../support/asks.js';
import { listen } from '../support/listen.js';
import { usage } from '../support/usage.js';
import { REPLY } from './replies.js';
import type { Api } from './variants/variant.js';

/** What upstream has seen since it was last told to count anew. */
export interface UpstreamCount {
  failCalls: number;
  otherCalls: number;
}

const SERVICE_ID = '1234567890';
const FAIL_PATH = `/api/${SERVICE_ID}/auth/token/fail`;

const BODY = Buffer.from(REPLY);
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': BODY.length };

let count: UpstreamCount = { failCalls: 0, otherCalls: 0 };
let delay = 0;

/** Stands in for Authlete at the least cost, so that it is never what limits a front. */
const server = createServer((req, res) => {
  if (req.method === 'POST' && req.url === FAIL_PATH) count.failCalls++;
  else count.otherCalls++;
  req.resume().on('end', () => {
    if (delay === 0) reply(res);
    else setTimeout(reply, delay, res);
  });
});

function reply(res: ServerResponse): void {
  res.writeHead(200, HEADERS).end(BODY);
}

answerAsks({
  async start(): Promise<Api> {
    const baseUrl = await listen(server);
    return { baseUrl, serviceId: SERVICE_ID, accessToken: 'bench-access-token' };
  },
  /** Counts anew, and from now on replies after so many milliseconds. */
  begin(milliseconds: number) {
    delay = milliseconds;
    count = { failCalls: 0, otherCalls: 0 };
  },
  count: () => count,
  usage,
});
