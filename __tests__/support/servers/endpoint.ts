import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type RequestListener,
} from 'node:http';
import { text } from 'node:stream/consumers';
import type { Express, RequestHandler } from 'express';
import type { TokenFailHooks } from 'express-authlete-token-fail';
import { cleanUp } from './cleanup';
import { EXPRESS_VERSIONS } from './hosts';
import { serve } from './servers';
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

/** What a test changes of a host. */
export interface TokenHostOptions {
  express: (typeof EXPRESS_VERSIONS)[number]['express'];
  /** What `/auth/token` replies. Default: action `OK` with the content `{}`. */
  reply?: object;
  endpoint?: TokenServerOptions['endpoint'];
  /** The `onError` of `tokenFail`. Default: one that keeps the errors. */
  onError?: TokenFailHooks['onError'];
  /** Stands before the endpoint, as a body parser does. */
  before?: RequestHandler[];
  trustProxy?: boolean | number | string;
  /** Where the endpoint's `/token` is mounted. Default: `/`. */
  mountedAt?: string;
}

/** A host with a token endpoint and `tokenFail`, over an upstream that has only `/auth/token`. */
export interface TokenHost {
  app: Express;
  upstream: Upstream;
  /** What the `onError` of `tokenFail` was told. */
  errors: unknown[];
  /** What `tokenFail` did not answer. */
  passedOn: unknown[];
}

/** Makes a host for the current test. It does not listen yet. */
export async function tokenHostOf({
  express,
  reply = { action: 'OK', responseContent: '{}' },
  endpoint = {},
  onError,
  before = [],
  trustProxy = false,
  mountedAt = '/',
}: TokenHostOptions): Promise<TokenHost> {
  const upstream = await startJsonUpstream(reply);
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
      endpoint,
      fail: { onError: onError ?? ((error) => errors.push(error)) },
      after: (error, _req, res, _next) => {
        passedOn.push(error);
        res.status(418).end('the host');
      },
    }),
  );
  return { app, upstream, errors, passedOn };
}

/** Starts a host for the current test; its `url` is that of the token endpoint. */
export async function startTokenHost(
  options: TokenHostOptions,
): Promise<TokenHost & { url: string }> {
  const host = await tokenHostOf(options);
  const url = await serve(host.app as RequestListener);
  return { ...host, url: `${url}${(options.mountedAt ?? '').replace(/\/$/, '')}/token` };
}

/** What `/auth/token` was sent, call by call. */
export function tokenRequestsOf({ upstream }: TokenHost): unknown[] {
  return upstream.requests.map(({ body }) => JSON.parse(body) as unknown);
}

/** The `parameters` that `/auth/token` was sent, call by call. */
export function parametersOf(host: TokenHost): unknown[] {
  return tokenRequestsOf(host).map((request) => (request as { parameters: unknown }).parameters);
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
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
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
