import { createContext, runInContext } from 'node:vm';
import { TokenRequestError } from 'express-authlete-token-fail';
import { TICKET } from '../secrets/secrets';

/** Values that are not this package's errors, some of which throw when they are looked at. */
export const STRANGERS: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'route'],
  ['a number', 42],
  ['a symbol', Symbol('s')],
  ['a function', () => undefined],
  ['an Error', new Error('x')],
  ['a frozen Error', Object.freeze(new Error('x'))],
  ['an object that only looks alike', { ticket: TICKET, reason: 'UNKNOWN' }],
  ['an object without a prototype', Object.create(null)],
  ['a Proxy of a failed grant', new Proxy(new TokenRequestError(TICKET, 'UNKNOWN'), {})],
  ['a revoked Proxy', revokedProxy()],
  [
    'a Proxy whose traps throw',
    new Proxy(
      {},
      {
        get() {
          throw new Error('trap');
        },
      },
    ),
  ],
  ['a Proxy whose every property is () => true', new Proxy({}, { get: () => () => true })],
  ['a Proxy whose every property is () => ({})', new Proxy({}, { get: () => () => ({}) })],
  ['a Proxy whose every property is a string', new Proxy({}, { get: () => 'failed grant' })],
  [
    'a Proxy whose every property returns that name',
    new Proxy({}, { get: (_, name) => () => name }),
  ],
  ['a Proxy that has and returns itself for every name', endlessProxy()],
  ['a Proxy of a class that has and returns itself', endlessProxy(Date)],
  ['an error from another realm', runInContext('new Error("x")', createContext())],
];

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** As mocking libraries create them: whatever is done with it returns it once more. */
function endlessProxy(target: object = () => undefined): unknown {
  const proxy: object = new Proxy(target, {
    get: () => proxy,
    apply: () => proxy,
    construct: () => proxy,
    has: () => true,
  });
  return proxy;
}
