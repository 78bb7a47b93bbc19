import { randomBytes } from 'node:crypto';
import { kindOf, safeText, secretsOfParameters } from '../lib/redact';

const WITHHELD = '(withheld: it repeats a secret)';

/** A secret with characters that every encoding has a spelling of its own for. */
const SECRET = `<s3cr"t>/\\&'ä€=+ %`;

function unicodeEscaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function htmlEscaped(text: string, entityOf: (character: string) => string): string {
  return text.replace(/[<>&"']/g, entityOf);
}

const HTML_NAMES: Record<string, string> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const htmlNamed = (text: string): string => htmlEscaped(text, (c) => HTML_NAMES[c] ?? c);
const lowerCased = (text: string): string => text.replace(/%../g, (code) => code.toLowerCase());
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

describe('safeText', () => {
  it('keeps a text without a secret', () => {
    const text = `[A001] It's "no" \\ <b>&amp;</b> 100% a+b %41 \\u0041 ä€😀`;
    expect(safeText(text, [SECRET, 'abc'])).toBe(text);
  });

  it.each([
    ['the only secret', 't=abc', ['abc']],
    ['one of many secrets', 'p=xyz', ['abc', 'xyz', 'def']],
    ['a secret with others in it', '<abcdef>', ['cd', 'abcdef']],
    ['a secret of one character', 'abc', ['', '\ud800', 'b']],
    ['a secret that is no Unicode', 'a\ud800c', ['\ud800']],
  ])('withholds all of a text that repeats %s', (_what, text, secrets) => {
    expect(safeText(text, secrets)).toBe(WITHHELD);
  });

  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['in JSON', jsonEscaped],
    ['in JSON with escaped slashes', (text) => jsonEscaped(text).replaceAll('/', '\\/')],
    ['in JSON with every character escaped', unicodeEscaped],
    ['in JSON with upper-case hexadecimals', (text) => unicodeEscaped(text.toUpperCase())],
    ['in HTML with named entities', htmlNamed],
    ['in HTML with decimal entities', (text) => htmlEscaped(text, (c) => `&#${c.charCodeAt(0)};`)],
    [
      'in HTML with hexadecimal entities',
      (text) => htmlEscaped(text, (c) => `&#x${c.charCodeAt(0).toString(16)};`),
    ],
    ['percent-encoded', encodeURIComponent],
    ['percent-encoded in lower case', (text) => lowerCased(encodeURIComponent(text))],
    ['form-encoded', formEncoded],
    ['form-encoded in lower case', (text) => lowerCased(formEncoded(text))],
  ])('withholds a text that repeats a secret %s', (_encoding, encode) => {
    const secrets = [SECRET, SECRET.toUpperCase()];
    expect(safeText(`invalid value: ${encode(SECRET)}.`, secrets)).toBe(WITHHELD);
  });

  it.each<[string, (text: string) => string]>([
    ['HTML in JSON', (text) => unicodeEscaped(htmlNamed(text))],
    ['JSON in HTML', (text) => htmlNamed(jsonEscaped(text))],
    ['JSON in a form', (text) => formEncoded(jsonEscaped(text))],
    ['a form in HTML', (text) => formEncoded(text).replaceAll('+', '&#43;')],
  ])('withholds a text that repeats a secret in %s', (_encodings, encode) => {
    const secret = `<s3cr"t>/\\&'ä€= `;
    expect(safeText(`invalid value: ${encode(secret)}.`, [secret])).toBe(WITHHELD);
  });

  const TOKEN = 'L1wL-0Ge6zQYVuOLZ8mH3p_7ArtJi3r3w2pBhzWzV1o';
  const WORD = 'Pässwörd+geheim=1';
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it.each<[string, string, string]>([
    ['in upper case', TOKEN, TOKEN.toUpperCase()],
    ['in lower case', WORD, WORD.toLowerCase()],
    ['in another case of more letters', 'straße-und-haus', 'STRASSE-UND-HAUS'],
    ['cut to 12 characters', TOKEN, `${TOKEN.slice(0, 12)}...`],
    ['without its first characters', TOKEN, TOKEN.slice(5)],
    ['decomposed', WORD, WORD.normalize('NFD')],
    ['composed', WORD.normalize('NFD'), WORD],
    ['without its accents', WORD, 'Password+geheim=1'],
    ['in full width', 'hunter2', 'ｈｕｎｔｅｒ２'],
    ['wrapped', TOKEN, `${TOKEN.slice(0, 7)}\r\n  ${TOKEN.slice(7)}`],
    ['with a soft hyphen after each character', TOKEN, TOKEN.replace(/./gsu, '$&\u00ad')],
    ['with zero-width spaces', WORD, WORD.replace(/./gsu, '$&\u200b')],
    ['in hexadecimals', TOKEN, Buffer.from(TOKEN).toString('hex')],
    ['in upper-case hexadecimals', WORD, Buffer.from(WORD).toString('hex').toUpperCase()],
    ['in base64', WORD, base64(WORD)],
    ['in base64url', WORD, Buffer.from(WORD).toString('base64url')],
    ['in base64, one character further', WORD, base64(`:${WORD}`)],
    ['in base64, two characters further', WORD, base64(`a:${WORD}.`)],
    ['in base64 in a form', WORD, encodeURIComponent(base64(`b:${WORD}.`))],
    ['in base64 in another case', TOKEN, base64(TOKEN).toLowerCase()],
    ['in base64 that is wrapped', TOKEN, base64(TOKEN).replace(/.{5}/g, '$&\n')],
    ['in the header of HTTP Basic', WORD, `Basic ${base64(`my-client:${WORD}`)}`],
    ['in base64 of JSON', TOKEN, base64(JSON.stringify({ ticket: TOKEN }))],
    ['in base64 of four characters', 'pw1!', base64(`client:pw1!`)],
  ])('withholds a text that repeats a secret %s', (_how, secret, text) => {
    expect(safeText(`invalid: ${text}`, ['abc-other', secret])).toBe(WITHHELD);
  });

  it('withholds a secret of spaces', () => {
    expect(safeText('in    valid', ['    '])).toBe(WITHHELD);
    expect(safeText('in valid', ['    '])).toBe('in valid');
  });

  it.each([
    '[A057301] The value of a parameter is invalid.',
    '[A244303] /auth/token/fail: 20 of 100 + 3 characters (abc) <b>&amp;</b>',
  ])('keeps what Authlete says, whatever the encodings of the secrets', (text) => {
    expect(safeText(text, [TOKEN, WORD, SECRET, 'hunter2', 'pw1!', 'xyz'])).toBe(text);
  });

  it('does not look for more secrets than a token request has parameters for', () => {
    const secrets = Array.from({ length: 2000 }, (_, index) => `secret-${index}`);
    expect(safeText('fine', secrets.slice(0, 50))).toBe('fine');
    expect(safeText('fine', Array(2000).fill('secret') as string[])).toBe('fine');
    expect(safeText('fine', secrets)).toBe('(withheld: too many secrets to look for)');
  });

  it.each([
    ['a tab in JSON', 'pass\tword', 'pass\\tword'],
    ['a plus sign beside percent-encoding', 'a+b=', 'a+b%3D'],
    ['an astral character in HTML', 'p😀w', 'p&#128512;w'],
    ['a number with zeros in HTML', "it's", 'it&#x00027;s'],
  ])('withholds a text that repeats a secret with %s', (_what, secret, text) => {
    expect(safeText(`invalid: ${text}`, [secret])).toBe(WITHHELD);
  });

  it('withholds a text that repeats a secret once it is fit for a log', () => {
    expect(safeText('wrong password: open\nsesame', ['open sesame'])).toBe(WITHHELD);
    expect(safeText('x'.repeat(400), ['xx…'])).toBe(WITHHELD);
  });

  it('takes a number in HTML that is no character as it stands', () => {
    expect(safeText('&#9999999;', ['abc'])).toBe('&#9999999;');
  });

  it.each([32, 40, 63])('withholds a secret that is cut off after %i characters', (length) => {
    const secret = randomText(64);
    expect(safeText(`invalid: ${secret.slice(0, length)}...`, [secret])).toBe(WITHHELD);
  });

  it('withholds nothing for an empty secret', () => {
    expect(safeText('abc', [''])).toBe('abc');
    expect(safeText('', ['', 'abc'])).toBe('');
  });

  it('keeps the text on one line of a log', () => {
    expect(safeText('a\r\nb\u2028c\u001b[31md\u202ee', [])).toBe('a  b c [31md e');
  });

  it('cuts a long text', () => {
    expect(safeText('x'.repeat(300), ['abc'])).toBe('x'.repeat(300));
    expect(safeText('x'.repeat(1000), ['abc'])).toBe(`${'x'.repeat(300)}…`);
  });

  it('looks for secrets beyond the cut, so that no beginning of one is left', () => {
    expect(safeText(`${'x'.repeat(299)}${SECRET}`, [SECRET])).toBe(WITHHELD);
    const escaped = unicodeEscaped(randomText(64));
    const secret = JSON.parse(`"${escaped}"`) as string;
    expect(safeText(`${'x'.repeat(299)}${escaped}`, [secret])).toBe(WITHHELD);
  });

  it('is done with a long text whatever the secrets are, and however often one is repeated', () => {
    const text = 'A*\\u%&#x'.repeat(100_000);
    const masks = Array.from({ length: 1000 }, (_, index) => '*'.repeat((index % 40) + 1));
    expect(safeText(text, masks)).toBe(WITHHELD);
    const others = Array.from({ length: 50 }, () => randomText(100));
    expect(safeText(text, others)).toBe(`${text.slice(0, 300)}…`);
  });

  it('shows no secret of a text that is made of secrets and their encodings', () => {
    const encodings = [jsonEscaped, unicodeEscaped, htmlNamed, encodeURIComponent, formEncoded];
    for (let round = 0; round < 200; round++) {
      const secrets = Array.from({ length: 20 }, () => `${randomText(round % 50)}${SECRET}`);
      for (const encode of encodings) {
        const text = `${'x'.repeat(round)} ${encode(secrets[round % 20] ?? '')}`;
        expect(safeText(text, secrets)).toBe(WITHHELD);
      }
    }
  });
});

/** Text of that length that no other has. */
function randomText(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length);
}

describe('secretsOfParameters', () => {
  it('finds secrets decoded and as they were sent', () => {
    const body = 'grant_type=password&username=john&password=a%20b%2B&client_secret=s+t';
    expect(secretsOfParameters(body)).toEqual(['a b+', 'a%20b%2B', 's t', 's+t']);
  });

  it('finds every repetition, and encoded names', () => {
    expect(secretsOfParameters('password=a&password=b&%70assword=c')).toEqual([
      'a',
      'a',
      'b',
      'b',
      'c',
      'c',
    ]);
  });

  it.each([
    'password',
    'client_secret',
    'code',
    'code_verifier',
    'refresh_token',
    'assertion',
    'client_assertion',
    'device_code',
    'subject_token',
    'actor_token',
    'auth_req_id',
    'device_secret',
    'pre-authorized_code',
    'tx_code',
  ])('finds the secret in the parameter %s', (name) => {
    expect(secretsOfParameters(`a=b&${name}=c&d=e`)).toEqual(['c', 'c']);
  });

  it.each(['', '&', '=', 'username=john', '%'])('finds nothing in %p', (body) => {
    expect(secretsOfParameters(body)).toEqual([]);
  });
});

describe('kindOf', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    ['secret', 'a string'],
    [1, 'a number'],
    [[], 'an array'],
    [{}, 'an object'],
    [() => 1, 'a function'],
  ])('calls %p %p', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });
});
