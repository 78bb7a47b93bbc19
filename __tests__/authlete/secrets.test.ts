import { inspect } from 'node:util';
import { Secrets } from '../../lib/authlete/redact';

const NOT_SEARCHED = '(withheld: too many secrets to search for)';

describe('addRequest', () => {
  /** Whether a text repeats a secret of this object. */
  const finds = (object: unknown, text: string): boolean => {
    const secrets = new Secrets();
    secrets.addRequest(object);
    return secrets.occurIn(text);
  };

  it('finds the secrets of a form, decoded and as they were sent', () => {
    const parameters = 'grant_type=password&username=john&password=a%20b%2B&client_secret=s+t';
    for (const secret of ['a b+', 'a%20b%2B', 's t', 's+t']) {
      expect(finds({ parameters }, `(${secret})`)).toBe(true);
    }
    expect(finds({ parameters }, 'john password grant_type')).toBe(false);
  });

  it('finds every repetition, and encoded names', () => {
    const parameters = 'password=aaa&password=bbb&%70assword=ccc';
    for (const secret of ['aaa', 'bbb', 'ccc']) expect(finds({ parameters }, secret)).toBe(true);
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
    expect(finds({ parameters: `a=b&${name}=secret-c&d=e` }, 'it is secret-c')).toBe(true);
  });

  it.each([
    'clientSecret',
    'ticket',
    'password',
    'accessToken',
    'jwtAccessToken',
    'refreshToken',
    'idToken',
    'subjectToken',
    'actorToken',
    'assertion',
    'deviceSecret',
  ])('finds the secret in the field %s', (name) => {
    expect(finds({ [name]: 'secret-c' }, 'it is secret-c')).toBe(true);
    expect(finds(Object.create({ [name]: 'secret-c' }), 'it is secret-c')).toBe(false);
  });

  it.each(['', '&', '=', 'username=john', '%', 'password', 'password=', 'xpassword=abc'])(
    'finds nothing in the form %p',
    (parameters) => {
      expect(finds({ parameters }, `${parameters} abc password`)).toBe(false);
    },
  );

  it.each([undefined, null, 'ticket', 7, [], { ticket: 7 }, { parameters: ['password=a'] }])(
    'finds nothing in %p',
    (object) => {
      expect(finds(object, 'ticket password=a 7')).toBe(false);
    },
  );

  it('stops at a form of too many secrets, of which no text shows', () => {
    const parameters = Array.from({ length: 100_000 }, (_, i) => `password=${i}`).join('&');
    const secrets = new Secrets();
    secrets.addRequest({ parameters });
    expect(secrets.redact('fine')).toBe(NOT_SEARCHED);
    expect(secrets.describeResult({ resultCode: 'A1' }).resultCode).toBeUndefined();
  });
});

describe('occurWithin', () => {
  const secrets = new Secrets();
  secrets.add('sesame');
  const error = (message: string, options?: ErrorOptions) => new Error(message, options);

  it.each<[string, unknown]>([
    ['a string', 'open sesame'],
    ['an error', error('wrong: sesame')],
    ['a cause', error('wrong', { cause: error('sesame') })],
    ['an AggregateError', new AggregateError([error('a'), error('sesame')])],
    ['a property', { a: { b: ['c', 'sesame'] } }],
    ['a hidden property', Object.defineProperty({}, 'a', { value: 'sesame', enumerable: false })],
    ['a key', { 'the sesame': 1 }],
    ['the description of a symbol', { [Symbol('sesame')]: 1 }],
    ['a property of a function', Object.assign(() => 1, { a: 'sesame' })],
    ['bytes of an encoding', { a: Buffer.from('sesame').toString('hex') }],
    ['something circular', createCircular('sesame')],
    [
      'an object that hides it from util.inspect',
      { a: 'sesame', [inspect.custom]: () => 'nothing to see' },
    ],
    ['a Map', new Map([['a', { b: 'sesame' }]])],
    ['a Set', new Set([{ a: 'sesame' }])],
    ['bytes', Buffer.from('open sesame')],
    ['a URL', new URL('https://a.example/?b=sesame')],
  ])('finds a secret in %s', (_what, value) => {
    expect(secrets.occurWithin(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a string', 'open'],
    ['an error', error('wrong', { cause: error('open') })],
    ['something circular', createCircular('open')],
    ['an array with gaps', [undefined, null, 'open']],
  ])('finds none in %s without one', (_what, value) => {
    expect(secrets.occurWithin(value)).toBe(false);
  });

  it('calls no getter, and takes one for what may return a secret', () => {
    const getter = jest.fn(() => 'sesame');
    const value = Object.defineProperty({}, 'a', { get: getter, enumerable: true });
    expect(secrets.occurWithin(value)).toBe(true);
    expect(getter).not.toHaveBeenCalled();
  });

  it('takes what cannot be searched for what has a secret', () => {
    expect(secrets.occurWithin(new Proxy({}, {}))).toBe(true);
    const large = Array.from({ length: 5000 }, (_, index) => ({ index }));
    expect(secrets.occurWithin(large)).toBe(true);
  });
});

function createCircular(text: string): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  value['text'] = text;
  return value;
}
