import type { CallbackContext, TokenHandlers, TokenResponse } from 'express-authlete-token-fail';
import { sendRaw, startEndpoint, TOKEN_HEADERS } from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

/** The actions that leave the answer to the app, and whose handler decides it. */
const ACTIONS: [string, keyof TokenHandlers][] = [
  ['TOKEN_EXCHANGE', 'tokenExchange'],
  ['JWT_BEARER', 'jwtBearer'],
  ['NATIVE_SSO', 'nativeSso'],
  ['ID_TOKEN_REISSUABLE', 'idTokenReissuable'],
];

const CONTENT = '{"content":"of Authlete"}';

type Handler = (response: TokenResponse, context: CallbackContext) => unknown;

describe.each(EXPRESS_VERSIONS)('the handlers on $version', ({ express }) => {
  /** An endpoint whose `/auth/token` replies with this action. */
  const start = (action: string, handlers: Partial<Record<keyof TokenHandlers, Handler>>) =>
    startEndpoint({
      express,
      reply: { action, responseContent: CONTENT, subjectToken: 'a.b.c', scopes: ['read'] },
      endpoint: { handlers: handlers as TokenHandlers },
    });

  /** Handlers of all other actions. */
  const othersThan = (name: keyof TokenHandlers) =>
    Object.fromEntries(
      ACTIONS.filter(([, other]) => other !== name).map(([, other]) => [
        other,
        () => ({ responseContent: 'of another handler' }),
      ]),
    );

  describe('where there is none', () => {
    it.each<[string, keyof TokenHandlers]>([
      ['TOKEN_EXCHANGE', 'tokenExchange'],
      ['JWT_BEARER', 'jwtBearer'],
    ])('leave %s to a 400 unsupported_grant_type', async (action, name) => {
      const server = await start(action, othersThan(name));
      const answer = await sendRaw(server.url);
      expect(answer.status).toBe(400);
      expect(answer.text).toBe('{"error":"unsupported_grant_type"}');
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(server.outcomes).toMatchObject([{ outcome: 'rejected', action, status: 400 }]);
      expect([server.errors, server.passedOn]).toEqual([[], []]);
    });

    it('leave NATIVE_SSO to a 400 invalid_grant', async () => {
      const server = await start('NATIVE_SSO', othersThan('nativeSso'));
      const answer = await sendRaw(server.url);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toEqual({
        error: 'invalid_grant',
        error_description: 'The authorization server does not implement Native SSO.',
      });
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
      expect(server.outcomes).toMatchObject([
        { outcome: 'rejected', action: 'NATIVE_SSO', status: 400 },
      ]);
      expect([server.errors, server.passedOn]).toEqual([[], []]);
    });

    it("leave ID_TOKEN_REISSUABLE to a 200 with Authlete's content", async () => {
      const server = await start('ID_TOKEN_REISSUABLE', othersThan('idTokenReissuable'));
      const answer = await sendRaw(server.url);
      expect([answer.status, answer.text]).toEqual([200, CONTENT]);
      expect(answer.headers).toMatchObject(TOKEN_HEADERS);
    });
  });

  describe.each(ACTIONS)('for %s', (action, name) => {
    it('decide status, body and headers of the answer', async () => {
      const responseContent = '{ "mine" : "ünchanged €😀" }\r\n';
      const headers = { 'X-Mine': 'a, b', 'WWW-Authenticate': 'DPoP' };
      const server = await start(action, {
        [name]: () => Promise.resolve({ status: 401, responseContent, headers }),
      });
      const answer = await sendRaw(server.url);
      expect([answer.status, answer.text]).toEqual([401, responseContent]);
      expect(answer.headers).toMatchObject({
        ...TOKEN_HEADERS,
        'content-length': String(Buffer.byteLength(responseContent)),
        'x-mine': 'a, b',
        'www-authenticate': 'DPoP',
      });
      expect([server.errors, server.passedOn]).toEqual([[], []]);
    });

    it('get the reply, the request and a signal', async () => {
      const calls: [TokenResponse, CallbackContext][] = [];
      const server = await start(action, {
        [name]: (response: TokenResponse, context: CallbackContext) => {
          calls.push([response, context]);
          return { responseContent: '{}' };
        },
      });
      await sendRaw(server.url, { headers: { 'X-Tenant': 'tenant-1' } });
      expect(calls).toHaveLength(1);
      const [response, context] = calls[0] ?? [];
      expect(response).toEqual({
        action,
        responseContent: CONTENT,
        subjectToken: 'a.b.c',
        scopes: ['read'],
      });
      expect(context?.req.get('X-Tenant')).toBe('tenant-1');
      expect(context?.signal).toBeInstanceOf(AbortSignal);
      expect(context?.signal.aborted).toBe(false);
    });
  });

  it.each([
    ['no status, which means 200', undefined, 200, 'issued'],
    ['the lowest status', 200, 200, 'issued'],
    ['a status without a name', 299, 299, 'issued'],
    ['a status that rejects', 400, 400, 'rejected'],
    ['the lowest status of a server error', 500, 500, 'error'],
    ['the highest status', 599, 599, 'error'],
  ])('may return %s', async (_what, status, expected, outcome) => {
    const server = await start('JWT_BEARER', {
      jwtBearer: () => ({ status, responseContent: '{}', headers: undefined }),
    });
    const answer = await sendRaw(server.url);
    expect([answer.status, answer.text]).toEqual([expected, '{}']);
    expect(server.outcomes).toMatchObject([{ outcome, status: expected }]);
    expect(server.errors).toEqual([]);
  });

  it('cannot replace the headers that RFC 6749 demands, nor the length', async () => {
    const server = await start('JWT_BEARER', {
      jwtBearer: () => ({
        responseContent: '{"a":1}',
        headers: {
          'content-type': 'text/html',
          'CACHE-CONTROL': 'public',
          Pragma: 'cache',
          'Content-Length': '3',
        },
      }),
    });
    const answer = await sendRaw(server.url);
    expect(answer.text).toBe('{"a":1}');
    expect(answer.headers).toMatchObject({ ...TOKEN_HEADERS, 'content-length': '7' });
  });
});
