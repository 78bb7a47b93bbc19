import { runInNewContext } from 'node:vm';
import fc, { type Arbitrary } from 'fast-check';
import {
  AuthleteApiError,
  InvalidTargetError,
  TokenRequestError,
} from 'express-authlete-token-fail';
import { type Shown, shown } from './fuzz';
import { TICKET } from '../secrets/secrets';

/** The method by which the package knows its own errors, whichever copy created them. */
export const DESCRIBE = Symbol.for('express-authlete-token-fail/describe@2');

const ANYTHING = fc
  .anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: 'binary',
  })
  .map((value) => shown(value, fc.stringify(value)));

const PLAIN = fc
  .constantFrom<[string, () => unknown][]>(
    ['a symbol', () => Symbol('x')],
    ['a function', () => () => TICKET],
    ['an async function', () => () => Promise.reject(new Error('x'))],
    ['a class', () => class extends Error {}],
    ['an instance of a class', () => new (class Failure extends Error {})('x')],
    ['an Error with a cause', () => new Error('x', { cause: new InvalidTargetError(TICKET) })],
    ['an AggregateError', () => new AggregateError([new InvalidTargetError(TICKET)])],
    ['a frozen Error', () => Object.freeze(new Error('x'))],
    ['an Error of another realm', () => runInNewContext('new TypeError("x")') as unknown],
    [
      'a Proxy of another realm',
      () => runInNewContext('new Proxy({}, { get() { throw 1; } })') as unknown,
    ],
    ['a promise', () => Promise.resolve(new InvalidTargetError(TICKET))],
    ['a thenable', () => ({ then: (done: () => void) => done() })],
    ['a thenable that throws', () => ({ then: () => thrower(1) })],
    [
      'a generator',
      () =>
        (function* () {
          yield TICKET;
        })(),
    ],
    ['a DOMException', () => new DOMException('x', 'AbortError')],
    ['our prototype', () => TokenRequestError.prototype],
    ['what inherits from it', () => Object.create(TokenRequestError.prototype) as unknown],
    [
      'what inherits from an error of ours',
      () => Object.create(new InvalidTargetError(TICKET)) as unknown,
    ],
    [
      'a method of ours on nothing',
      () => ({ [DESCRIBE]: TokenRequestError.prototype[DESCRIBE as never] }),
    ],
    ['a class of ours', () => AuthleteApiError],
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {};
        circle['circle'] = circle;
        return circle;
      },
    ],
  )
  .map(([description, make]) => shown(make(), description));

function thrower(value: unknown): never {
  throw value;
}

const TRAPS = Object.getOwnPropertyNames(Reflect) as (keyof ProxyHandler<object>)[];

/** Proxies that throw, are revoked, or have a value for every name. */
const PROXY = fc
  .record({
    target: fc.constantFrom<(() => object)[]>(
      () => ({}),
      () => [],
      () => () => undefined,
      () => new Error('x'),
      () => new InvalidTargetError(TICKET),
    ),
    traps: fc.subarray(TRAPS),
    gives: fc.option(ANYTHING),
    throws: ANYTHING,
    revoked: fc.boolean(),
  })
  .map(({ target, traps, gives, throws, revoked }) => {
    const handler = Object.fromEntries(traps.map((trap) => [trap, () => thrower(throws.value)]));
    const get = gives && (() => gives.value);
    const { proxy, revoke } = Proxy.revocable(target(), get ? { ...handler, get } : handler);
    if (revoked) revoke();
    return shown(proxy as unknown, `a Proxy: ${JSON.stringify({ traps, revoked })}`);
  });

const NAMES = [
  'then',
  'ticket',
  'reason',
  'headers',
  'message',
  'stack',
  'name',
  'status',
  'cause',
];

/** Objects with getters that throw or have another value each time. */
const GETTERS = fc
  .record({
    names: fc.subarray<string | symbol>([...NAMES, DESCRIBE, Symbol.iterator]),
    value: ANYTHING,
    throws: fc.boolean(),
    frozen: fc.boolean(),
  })
  .map(({ names, value, throws, frozen }) => {
    const object = {};
    for (const name of names) {
      const get = (): unknown => (throws ? thrower(value.value) : value.value);
      Object.defineProperty(object, name, { get, enumerable: true, configurable: true });
    }
    if (frozen) Object.freeze(object);
    return shown(
      object as unknown,
      `getters: ${names.map(String).join()} ${JSON.stringify({ throws, frozen })}`,
    );
  });

/** Objects that claim to be ours, and describe themselves as none of ours would. */
const LOOK_ALIKE = fc
  .record({
    kind: fc.constantFrom<unknown[]>('failed grant', 'failed grant', 'grant', '', undefined, 7),
    grant: fc.oneof(
      fc.constantFrom<unknown[]>(
        ...[{}, null, 'x', { ticket: TICKET }, { ticket: '', reason: 'UNKNOWN' }],
        ...[
          { ticket: TICKET, reason: 'unknown' },
          { ticket: [TICKET], reason: 'UNKNOWN' },
        ],
        ...[
          { ticket: new String(TICKET), reason: 'UNKNOWN' },
          { ticket: TICKET, reason: ['UNKNOWN'] },
        ],
      ),
      ANYTHING.map(({ value }) => value),
    ),
    how: fc.constantFrom('a method', 'a property', 'a method that throws', 'an async method'),
  })
  .map(({ kind, grant, how }) => {
    const described = typeof grant === 'object' && grant !== null ? { ...grant, kind } : grant;
    const members: Record<typeof how, unknown> = {
      'a method': () => described,
      'a property': described,
      'a method that throws': () => thrower(described),
      'an async method': () => Promise.resolve(described),
    };
    const value: unknown = { [DESCRIBE]: members[how] };
    return shown(value, `a look-alike by ${how}: ${fc.stringify(described)}`);
  });

/** An error that has all that one of ours has, but for the method that describes it. */
export const LOOK_ALIKE_BY_NAME = fc
  .constantFrom('TokenRequestError', 'InvalidTargetError', 'AuthleteApiError', 'CallbackError')
  .map((name) => {
    const properties = {
      name,
      code: 'ERR_ATF_TIMEOUT',
      ticket: TICKET,
      reason: 'UNKNOWN',
      status: 500,
    };
    return shown<unknown>(
      Object.assign(new Error('x'), properties),
      `a look-alike by name: ${name}`,
    );
  });

/** Any JavaScript value that is neither a failed grant nor a server error of ours. */
export const STRANGER: Arbitrary<Shown<unknown>> = fc.oneof(
  ANYTHING,
  PLAIN,
  PROXY,
  GETTERS,
  LOOK_ALIKE,
);
