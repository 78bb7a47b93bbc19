import type { RequestHandler } from 'express';
import {
  type EndpointServerOptions,
  errorOf,
  parametersOf,
  sendRaw,
  startEndpoint,
} from '../support/servers/endpoint';
import { EXPRESS_VERSIONS } from '../support/servers/express-versions';

/** Bytes: the default of `bodyLimit`. */
const LIMIT = 16_384;

/** A form of this many bytes. */
const formOf = (bytes: number) => 'a='.padEnd(bytes, 'x');

describe.each(EXPRESS_VERSIONS)('a parsed form body on $version', ({ express }) => {
  describe.each([true, false])('behind express.urlencoded with extended: %p', (extended) => {
    const behindParser = (options: Partial<EndpointServerOptions> = {}) =>
      startEndpoint({ express, before: [express.urlencoded({ extended })], ...options });

    it.each<[string, string, [string, string][]]>([
      [
        'every parameter, in order',
        'grant_type=password&z=1&a=2',
        [
          ['grant_type', 'password'],
          ['z', '1'],
          ['a', '2'],
        ],
      ],
      [
        'repeated parameters',
        'resource=a&resource=b&resource=a',
        [
          ['resource', 'a'],
          ['resource', 'b'],
          ['resource', 'a'],
        ],
      ],
      [
        'nested parameters',
        'a[b]=c&a[d][e]=f',
        [
          ['a[b]', 'c'],
          ['a[d][e]', 'f'],
        ],
      ],
      ['plus signs, spaces and percent signs', 'a=%2b+%2525', [['a', '+ %25']]],
      ['ampersands and equals signs', 'a=%26b%3Dc%23', [['a', '&b=c#']]],
      [
        'non-ASCII characters',
        'n%C3%B6=%E2%82%AC&b=ö',
        [
          ['nö', '€'],
          ['b', 'ö'],
        ],
      ],
      [
        'empty values',
        'a=&b',
        [
          ['a', ''],
          ['b', ''],
        ],
      ],
      [
        'values that look like JSON',
        'a=1&b=true&c=null&d={}',
        [
          ['a', '1'],
          ['b', 'true'],
          ['c', 'null'],
          ['d', '{}'],
        ],
      ],
      [
        'names of built-in properties',
        'hasOwnProperty=a&constructor=b',
        [
          ['hasOwnProperty', 'a'],
          ['constructor', 'b'],
        ],
      ],
    ])('reaches Authlete with %s', async (_what, body, pairs) => {
      const server = await behindParser();
      expect((await sendRaw(server.url, { body })).status).toBe(200);
      const [parameters] = parametersOf(server);
      expect([...new URLSearchParams(String(parameters))]).toEqual(pairs);
    });

    it('reaches Authlete with a hundred values of one parameter', async () => {
      const server = await behindParser();
      const body = Array.from({ length: 100 }, (_, index) => `resource=${index}`).join('&');
      await sendRaw(server.url, { body });
      expect(parametersOf(server)).toEqual([body]);
    });

    it('reaches Authlete empty if it is empty', async () => {
      const server = await behindParser();
      expect((await sendRaw(server.url)).status).toBe(200);
      expect(parametersOf(server)).toEqual(['']);
    });

    it('keeps to the limit', async () => {
      const server = await behindParser();
      expect((await sendRaw(server.url, { body: formOf(LIMIT) })).status).toBe(200);
      const answer = await sendRaw(server.url, { body: formOf(LIMIT + 1) });
      expect(errorOf(answer)).toEqual([413, 'invalid_request']);
      expect(parametersOf(server)).toEqual([formOf(LIMIT)]);
    });
  });

  it('reaches Authlete with values of a parser that converts them', async () => {
    const convert: RequestHandler = (req, _res, next) => {
      req.body = { a: 1, b: true, c: null, d: undefined, e: ['f', { g: 2 }] };
      req.resume().on('end', next);
    };
    const server = await startEndpoint({ express, before: [convert] });
    expect((await sendRaw(server.url, { body: 'a=1' })).status).toBe(200);
    expect([...new URLSearchParams(String(parametersOf(server)[0]))]).toEqual([
      ['a', '1'],
      ['b', 'true'],
      ['c', ''],
      ['d', ''],
      ['e', 'f'],
      ['e[g]', '2'],
    ]);
  });
});
