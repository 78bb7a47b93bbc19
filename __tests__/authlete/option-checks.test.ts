import {
  checkBoolean,
  checkCount,
  checkFunction,
  checkMethods,
  checkMilliseconds,
  checkOptionNames,
  createOptionsError,
  describeType,
  findMissingMethod,
  parsePlainUrl,
} from '../../lib/authlete/option-checks';
import { thrownBy } from '../support/errors/thrown';

/** The message of the error for wrong options that an action throws. */
function catchMessage(action: () => unknown): string {
  const error = thrownBy(action);
  expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_ATF_OPTIONS' });
  return (error as Error).message;
}

describe('createOptionsError', () => {
  it('creates a TypeError with the code ERR_ATF_OPTIONS', () => {
    const error = createOptionsError('serviceId is missing');
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: 'ERR_ATF_OPTIONS', message: 'serviceId is missing' });
  });
});

describe('describeType', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    ['secret', 'a string'],
    [1, 'a number'],
    [[], 'an array'],
    [{}, 'an object'],
    [() => 1, 'a function'],
    [Symbol('secret'), 'a symbol'],
    [1n, 'a bigint'],
  ])('calls %p %p', (value, type) => {
    expect(describeType(value)).toBe(type);
  });
});

describe('checkOptionNames', () => {
  it('accepts any of the names it knows', () => {
    expect(() => checkOptionNames('f', {}, ['a'])).not.toThrow();
    expect(() => checkOptionNames('f', { a: undefined }, ['a'])).not.toThrow();
  });

  it('rejects another name, and what is not an object', () => {
    const known = ['a', 'b'];
    expect(catchMessage(() => checkOptionNames('f', { A: 1 }, known))).toBe(
      'f: unknown option "A"; it takes a, b',
    );
    expect(catchMessage(() => checkOptionNames('f', [], known))).toBe(
      'f: options must be an object, got an array',
    );
  });
});

describe('the checks of single options', () => {
  it.each<[string, () => unknown, string]>([
    ['a function', () => checkFunction('o', 7), 'o must be a function, got a number'],
    [
      'methods',
      () => checkMethods('o', { a: 1 }, ['a', 'b'], 'a thing'),
      'o must be a thing, got an object without a',
    ],
    ['a boolean', () => checkBoolean('o', 'true'), 'o must be a boolean, got a string'],
    [
      'milliseconds',
      () => checkMilliseconds('o', 2 ** 31),
      'o must be a positive number of milliseconds, 2147483647 at most, got 2147483648',
    ],
    ['a count', () => checkCount('o', 0, 1), 'o must be a whole number of 1 or more, got 0'],
    [
      'a count of a range',
      () => checkCount('o', '5', 1, 9),
      'o must be a whole number from 1 to 9, got a string',
    ],
    [
      'a count that is exact',
      () => checkCount('o', 2 ** 53, 1),
      'o must be a whole number of 1 or more, got 9007199254740992',
    ],
  ])('ask for %s', (_what, check, message) => {
    expect(catchMessage(check)).toBe(message);
  });

  it('return or accept what they ask for', () => {
    expect(() => checkFunction('o', undefined)).not.toThrow();
    expect(() => checkFunction('o', () => 1)).not.toThrow();
    expect(() => checkMethods('o', { a: () => 1 }, ['a'], 'a thing')).not.toThrow();
    expect(checkBoolean('o', false)).toBe(false);
    expect(checkMilliseconds('o', 2 ** 31 - 1)).toBe(2 ** 31 - 1);
    expect(checkMilliseconds('o', 0.5)).toBe(0.5);
    expect(checkCount('o', 9, 1, 9)).toBe(9);
  });
});

describe('findMissingMethod', () => {
  it.each([
    [{ a: String, b: String }, undefined],
    [{ a: String }, 'b'],
    [undefined, 'a'],
    [null, 'a'],
    ['text', 'a'],
  ])('of %p is %p', (value, missing) => {
    expect(findMissingMethod(value, ['a', 'b'])).toBe(missing);
  });
});

describe('parsePlainUrl', () => {
  it.each(['https://a.example', 'http://a.example:1/b/c', 'HTTPS://A.example'])(
    'takes %p',
    (url) => {
      expect(parsePlainUrl(url)?.href).toBe(new URL(url).href);
    },
  );

  it.each([
    undefined,
    7,
    '',
    'a.example',
    'ftp://a.example',
    'https://user@a.example',
    'https://:password@a.example',
    'https://a.example?',
    'https://a.example#',
    'https://a.example/?b=c',
  ])('takes no %p', (value) => {
    expect(parsePlainUrl(value)).toBeUndefined();
  });
});
