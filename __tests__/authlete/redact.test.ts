import { randomBytes } from 'node:crypto';
import { getSecrets, Secrets, shareSecrets } from '../../lib/authlete/redact';
import { WITHHELD } from '../support/authlete/client';

const NOT_SEARCHED = '(withheld: too many secrets to search for)';

/** A secret of characters that each encoding writes in its own way. */
const SECRET = `<s3cr"t>/\\&'ä€=+ %`;
const TOKEN = 'L1wL-0Ge6zQYVuOLZ8mH3p_7ArtJi3r3w2pBhzWzV1o';
const WORD = 'Pässwörd+geheim=1';

function createSecrets(...values: unknown[]): Secrets {
  const secrets = new Secrets();
  secrets.add(...values);
  return secrets;
}

const redact = (text: string, ...values: unknown[]): string =>
  createSecrets(...values).redact(text);

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

function htmlEscaped(text: string): string {
  const names: Record<string, string> = {
    '<': 'lt',
    '>': 'gt',
    '&': 'amp',
    '"': 'quot',
    "'": '#39',
  };
  return text.replace(/[<>&"']/g, (character) => `&${names[character] ?? ''};`);
}

/** Text of that length that no other is. */
function randomText(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length);
}

describe('redact', () => {
  it('keeps a text without a secret', () => {
    const text = `[A001] It's "no" \\ <b>&amp;</b> 100% a+b %41 \\u0041 ä€😀`;
    expect(redact(text, SECRET, 'abc')).toBe(text);
  });

  it.each<[string, string, string[]]>([
    ['the only secret', 't=abc', ['abc']],
    ['one of many secrets', 'p=xyz', ['abc', 'xyz', 'def']],
    ['a secret with others in it', '<abcdef>', ['cd', 'abcdef']],
    ['a secret of one character', 'abc', ['', '\ud800', 'b']],
    ['a secret that is not Unicode', 'a\ud800c', ['\ud800']],
    ['a secret of spaces', 'in    valid', ['    ']],
  ])('withholds all of a text that repeats %s', (_what, text, secrets) => {
    expect(redact(text, ...secrets)).toBe(WITHHELD);
  });

  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['in upper case', (text) => text.toUpperCase()],
    ['in lower case', (text) => text.toLowerCase()],
    ['in JSON', jsonEscaped],
    ['in HTML', htmlEscaped],
    ['in a URL', encodeURIComponent],
    ['in a URL in lower case', (text) => encodeURIComponent(text).toLowerCase()],
    ['in a URL with plus signs', (text) => encodeURIComponent(text).replaceAll('%20', '+')],
    ['in base64', inBase64],
    ['in base64url', (text) => Buffer.from(text).toString('base64url')],
    ['in base64 before something else', (text) => inBase64(`${text}:client`)],
    ['in base64 in another case', (text) => inBase64(text).toLowerCase()],
    ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
    ['in upper-case hexadecimal', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ])('withholds a text that repeats a secret %s', (_encoding, encode) => {
    for (const secret of [SECRET, TOKEN, WORD, 'hunter2', randomText(40)]) {
      expect(redact(`invalid value: ${encode(secret)}.`, 'abc-other', secret)).toBe(WITHHELD);
    }
  });

  it.each([TOKEN, WORD, 'hunter2', 'p@ss w0rd'])(
    'withholds a text that repeats %p as a form sends it',
    (secret) => {
      expect(redact(`invalid: ${formEncoded(secret)}`, secret)).toBe(WITHHELD);
    },
  );

  it.each([
    '[A057301] The value of a parameter is invalid.',
    '[A244303] /auth/token/fail: 20 of 100 + 3 characters (abc) <b>&amp;</b>',
  ])('keeps what Authlete says, whatever the encodings of the secrets', (text) => {
    expect(redact(text, TOKEN, WORD, SECRET, 'hunter2', 'pw1!', 'xyz')).toBe(text);
  });

  it('does not search for more secrets than a token request has parameters for', () => {
    const secrets = Array.from({ length: 2000 }, (_, index) => `secret-${index}`);
    expect(redact('fine', ...secrets.slice(0, 15))).toBe('fine');
    expect(redact('fine', ...(Array(2000).fill('secret') as string[]))).toBe('fine');
    expect(redact('fine', ...secrets)).toBe(NOT_SEARCHED);
  });

  it('withholds a text that repeats a secret once it is fit for a log', () => {
    expect(redact('wrong password: open\nsesame', 'open sesame')).toBe(WITHHELD);
    expect(redact('wrong password: open\nsesame', 'open\nsesame')).toBe(WITHHELD);
  });

  it('withholds nothing for an empty secret, or for what is not text', () => {
    expect(redact('abc', '')).toBe('abc');
    expect(redact('', '', 'abc')).toBe('');
    expect(redact('7 undefined null [object Object]', 7, undefined, null, {})).toBe(
      '7 undefined null [object Object]',
    );
  });

  it('keeps the text on one line of a log', () => {
    expect(redact('a\r\nb\u2028c\u001b[31md\u202ee')).toBe('a  b c [31md e');
  });

  it('cuts a long text', () => {
    expect(redact('x'.repeat(300), 'abc')).toBe('x'.repeat(300));
    expect(redact('x'.repeat(1000), 'abc')).toBe(`${'x'.repeat(300)}…`);
  });

  it('searches beyond the cut, so that no beginning of a secret is left', () => {
    for (const secret of [SECRET, randomText(64)]) {
      expect(redact(`${'x'.repeat(299)}${secret}`, secret)).toBe(WITHHELD);
      expect(redact(`${'x'.repeat(299)}${inBase64(secret)}`, secret)).toBe(WITHHELD);
    }
  });

  it('is done with a long text, whatever the secrets are', () => {
    const text = 'A*\\u%&#x'.repeat(100_000);
    const secrets = Array.from({ length: 15 }, () => randomText(100));
    expect(redact(text, ...secrets)).toBe(`${text.slice(0, 300)}…`);
    expect(redact(text, '*'.repeat(10_000_000))).toBe(`${text.slice(0, 300)}…`);
    expect(redact(text, ...secrets.slice(1), '*')).toBe(WITHHELD);
  });
});

describe('the body of a token request', () => {
  it.each<[string, unknown]>([
    ['as text', `username=${encodeURIComponent(WORD)}&password=first&password=${TOKEN}`],
    ['as bytes', Buffer.from(`user%6eame=${encodeURIComponent(WORD)}&password=${TOKEN}`)],
    ['as an object', { username: WORD, password: TOKEN }],
    ['as an object with a parameter twice', { username: WORD, password: ['first', TOKEN] }],
  ])('has its secrets and its username found %s', (_how, body) => {
    const secrets = new Secrets();
    secrets.addBody(body);
    expect(secrets.redact(`no ${TOKEN}`)).toBe(WITHHELD);
    expect(secrets.redact(`no user ${WORD}`)).toBe(WITHHELD);
    expect(secrets.redact('no user')).toBe('no user');
  });
});

describe('describeResult', () => {
  it('shows the code and the message', () => {
    const reply = { resultCode: 'A067301', resultMessage: '[A067301] No.' };
    expect(createSecrets('abc').describeResult(reply)).toEqual(reply);
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    ['A067301'],
    [7],
    [{}],
    [{ resultCode: 7, resultMessage: [] }],
  ])('shows nothing of %p', (reply) => {
    expect(new Secrets().describeResult(reply)).toEqual({
      resultCode: undefined,
      resultMessage: undefined,
    });
  });

  it('withholds what repeats a secret', () => {
    const reply = { resultCode: 'A067301', resultMessage: 'wrong: a067301' };
    expect(createSecrets('A067301').describeResult(reply)).toEqual({
      resultCode: undefined,
      resultMessage: WITHHELD,
    });
  });
});

describe('shareSecrets', () => {
  it('has the secrets of a request found, of that object only', () => {
    const secrets = new Secrets();
    const request = { ticket: 'abc' };
    shareSecrets(request, secrets);
    expect(getSecrets(request)).toBe(secrets);
    expect(getSecrets({ ...request })).not.toBe(secrets);
  });

  it.each([undefined, null, 'text', 7, {}])('has new ones found for %p', (request) => {
    expect(getSecrets(request)).toBeInstanceOf(Secrets);
    expect(getSecrets(request)).not.toBe(getSecrets(request));
  });
});
