import { parseBasicCredentials } from '../../lib/endpoint/basic-auth';
import { InvalidTokenRequestError } from '../../lib/endpoint/invalid-request';
import { thrownBy } from '../support/errors/thrown';

/** An Authorization header with these as user-pass, not encoded before base64. */
const basic = (userPass: string | Uint8Array) =>
  `Basic ${Buffer.from(userPass as string).toString('base64')}`;

describe('parseBasicCredentials', () => {
  it('returns nothing without an Authorization header', () => {
    expect(parseBasicCredentials(undefined)).toBeUndefined();
  });

  it.each([
    // RFC 6749 section 2.3.1
    ['the example of RFC 6749', 'Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3', 's6BhdRkqt3'],
    // RFC 7617 section 2
    ['the example of RFC 7617', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin'],
  ])('reads %s', (_what, header, clientId) => {
    expect(parseBasicCredentials(header)).toMatchObject({ clientId });
  });

  it.each([
    ['a plus sign, which stands for a space', 'a+b:c+d', 'a b', 'c d'],
    ['a plus sign that is encoded', 'a%2Bb:c%2bd', 'a+b', 'c+d'],
    ['a colon that is encoded in the client ID', 'urn%3Aa:s', 'urn:a', 's'],
    ['a colon that is encoded in the secret', 'a:s%3at', 'a', 's:t'],
    ['a colon in the secret as it is', 'a:s:t:', 'a', 's:t:'],
    ['a percent sign that is encoded', '100%25:%2525', '100%', '%25'],
    ['non-ASCII characters that are encoded', 'j%C3%B6:%E2%82%AC', 'jö', '€'],
    ['non-ASCII characters as they are', 'jö:€😀', 'jö', '€😀'],
    ['ampersand and equals sign', 'a&b=c:d&e=f', 'a&b=c', 'd&e=f'],
    ['a line break in the secret', 'a:b\nc%0Ad', 'a', 'b\nc\nd'],
    ['an empty secret', 'a:', 'a', ''],
    ['a byte order mark, which is part of the client ID', '\ufeffa:b', '\ufeffa', 'b'],
  ])('form-decodes %s', (_what, userPass, clientId, clientSecret) => {
    expect(parseBasicCredentials(basic(userPass))).toEqual({ clientId, clientSecret });
  });

  it.each(['Basic YTpi', 'basic YTpi', 'BASIC YTpi', 'bAsIc YTpi', 'Basic   YTpi', 'Basic YTpi '])(
    'takes the scheme in any case, and spaces, as in %p',
    (header) => {
      expect(parseBasicCredentials(header)).toEqual({ clientId: 'a', clientSecret: 'b' });
    },
  );

  it.each([
    ['of the Bearer scheme', 'Bearer YTpi'],
    ['of a scheme that begins like Basic', 'Basics YTpi'],
    ['of a scheme that ends like Basic', 'NotBasic YTpi'],
    ['with credentials but no scheme', 'YTpi'],
    ['that is empty', ''],
    ['with the scheme alone', 'Basic'],
    ['with the scheme and a space', 'Basic '],
    ['without a space after the scheme', 'BasicYTpi'],
    ['with two tokens', 'Basic YTpi YTpi'],
    ['with a parameter', 'Basic YTpi, realm="a"'],
    ['in base64 with a character that it does not have', 'Basic YT*i'],
    ['in base64url', 'Basic YTrDv8O_'],
    ['in base64 with too much padding', 'Basic YTpi==='],
    ['of one character, which base64 cannot have', 'Basic Y'],
    ['without a colon', basic('client')],
    ['with an empty client ID', basic(':secret')],
    ['with a colon alone', basic(':')],
    ['with a percent sign that encodes nothing, in the client ID', basic('100%:secret')],
    ['with a percent sign that encodes nothing, in the secret', basic('a:100%')],
    ['with a percent escape that is not hexadecimal', basic('a:%zz')],
    ['with a percent escape that is not UTF-8', basic('a:%FF')],
    ['with bytes that are not UTF-8', basic(Uint8Array.of(0x61, 0x3a, 0xff))],
    ['in Latin-1', basic(Buffer.from('jö:s', 'latin1'))],
  ])('rejects a header %s', (_what, header) => {
    const error = thrownBy(() => parseBasicCredentials(header));
    expect(error).toBeInstanceOf(InvalidTokenRequestError);
    expect(error).toMatchObject({ status: 401, error: 'invalid_client' });
  });
});
