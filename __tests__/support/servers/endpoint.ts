import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type RequestListener,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Express, RequestHandler } from 'express';
import type { TokenOutcome } from 'express-authlete-token-fail';
import { cleanUp } from '../cleanup';
import { EXPRESS_VERSIONS } from './express-versions';
import { serve } from './listen';
import { clientAt, tokenServerOf, type TokenServerOptions } from './token-server';
import { startJsonUpstream, type Upstream } from './upstream';

/** RFC 6749 section 5.1 */
export const TOKEN_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
};

/** The answer when the server itself fails. */
export const SERVER_ERROR = {
  error: 'server_error',
  error_description: 'The authorization server could not process the token request.',
};

export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Keeps the body as it came, as apps do with body-parser's `verify`. */
export function keepRawBody(req: object, _res: unknown, body: Buffer): void {
  Object.assign(req, { rawBody: body });
}

/** Keeps the body as text. */
export function keepRawText(req: object, _res: unknown, body: Buffer): void {
  Object.assign(req, { rawBody: body.toString() });
}

/** What a test changes of an app. */
export interface EndpointServerOptions {
  express: (typeof EXPRESS_VERSIONS)[number]['express'];
  /** What `/auth/token` replies. Default: action `OK` with the content `{}`. */
  reply?: object;
  endpoint?: TokenServerOptions['endpoint'];
  /** Stands before the endpoint, as a body parser does. */
  before?: RequestHandler[];
  trustProxy?: boolean | number | string;
  /** Where the endpoint's `/token` is mounted. Default: `/`. */
  mountedAt?: string;
}

/** An app with a token endpoint, over an upstream that has only `/auth/token`. */
export interface EndpointServer {
  app: Express;
  upstream: Upstream;
  /** What `onOutcome` was called with. */
  outcomes: TokenOutcome[];
  /** The errors of these outcomes. */
  errors: unknown[];
  /** What the endpoint passed to `next`. */
  passedOn: unknown[];
}

/** Creates such an app for the current test. It does not listen yet. */
export async function endpointAppOf({
  express,
  reply = { action: 'OK', responseContent: '{}' },
  endpoint = {},
  before = [],
  trustProxy = false,
  mountedAt = '/',
}: EndpointServerOptions): Promise<EndpointServer> {
  const upstream = await startJsonUpstream(reply);
  const outcomes: TokenOutcome[] = [];
  const errors: unknown[] = [];
  const passedOn: unknown[] = [];
  const app = express();
  app.set('trust proxy', trustProxy);
  for (const handler of before) app.use(handler);
  app.use(
    mountedAt,
    tokenServerOf({
      client: clientAt(upstream.url),
      express,
      endpoint: {
        onOutcome(outcome) {
          outcomes.push(outcome);
          if (outcome.error) errors.push(outcome.error);
        },
        ...endpoint,
      },
      after: (error, _req, res, _next) => {
        passedOn.push(error);
        res.status(418).end('the app');
      },
    }),
  );
  return { app, upstream, outcomes, errors, passedOn };
}

/** Starts such an app for the current test; its `url` is that of the token endpoint. */
export async function startEndpoint(
  options: EndpointServerOptions,
): Promise<EndpointServer & { url: string }> {
  const server = await endpointAppOf(options);
  const url = await serve(server.app as RequestListener);
  return { ...server, url: `${url}${(options.mountedAt ?? '').replace(/\/$/, '')}/token` };
}

/** What `/auth/token` was sent, call by call. */
export function tokenRequestsOf({ upstream }: EndpointServer): unknown[] {
  return upstream.requests.map(({ body }) => JSON.parse(body) as unknown);
}

/** The `parameters` that `/auth/token` was sent, call by call. */
export function parametersOf(server: EndpointServer): unknown[] {
  return tokenRequestsOf(server).map((request) => (request as { parameters: unknown }).parameters);
}

/** A token request, down to its bytes. */
export interface RawRequest {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array;
  /** Sent as it is, where it is not the URL's own path. */
  target?: string;
}

/** What a client application gets. */
export interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a form without making anything of it. */
export async function sendRaw(
  url: string,
  { method = 'POST', headers = {}, body = '', target }: RawRequest = {},
): Promise<Answer> {
  const request = httpRequest(url, {
    method,
    headers: { 'Content-Type': FORM_TYPE, ...headers },
    agent: false,
    ...(target !== undefined && { path: target }),
  });
  cleanUp(() => request.destroy());
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

/** An answer with an error, but for its description. */
export function errorOf({ status, headers, text: content }: Answer) {
  const { error, error_description } = JSON.parse(content) as Record<string, unknown>;
  expect(headers).toMatchObject({
    ...TOKEN_HEADERS,
    'content-length': String(Buffer.byteLength(content)),
  });
  expect(error_description).toEqual(expect.any(String));
  return [status, error];
}

/** Opens a bare connection to a server, for what no HTTP client sends. */
export function openSocket(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  cleanUp(() => socket.destroy());
  return socket;
}

/** Something to wait for. */
export function createEvent(): { happen: () => void; happened: Promise<void> } {
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happen, happened };
}

/** Sends a form to `/token`, and disconnects at that moment; resolves once the server knows. */
export async function sendAndDisconnect(
  app: RequestListener,
  form: string,
  when: Promise<unknown>,
): Promise<void> {
  const disconnected = createEvent();
  const url = await serve((req, res) => {
    res.once('close', disconnected.happen);
    app(req, res);
  });
  const request = httpRequest(`${url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': FORM_TYPE },
  });
  request.on('error', () => undefined);
  request.end(form);
  await when;
  request.destroy();
  await disconnected.happened;
}
