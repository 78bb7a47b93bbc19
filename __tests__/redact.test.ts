import { kindOf, redact, secretsOfParameters } from '../lib/redact';

describe('redact', () => {
  it('masks every occurrence of every secret', () => {
    expect(redact('t=abc, t2=abc, p=xyz', ['abc', 'xyz'])).toBe('t=***, t2=***, p=***');
  });

  it('masks the percent-encoded spellings too', () => {
    expect(redact('%C3%A4%20b and %C3%A4+b and ä b', ['ä b'])).toBe('*** and *** and ***');
  });

  it('masks all of a secret that another one is part of', () => {
    expect(redact('<abcdef>', ['cd', 'abcdef'])).toBe('<***>');
  });

  it('is not put off by empty, short or ill-formed secrets', () => {
    expect(redact('abc', ['', '\ud800', 'b'])).toBe('a***c');
  });

  it('keeps the text on one line of a log', () => {
    expect(redact('a\r\nb\u2028c\u001b[31md\u202ee', [])).toBe('a  b c [31md e');
  });

  it('cuts a long text', () => {
    expect(redact('x'.repeat(1000), [])).toBe(`${'x'.repeat(300)}…`);
  });
});

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
