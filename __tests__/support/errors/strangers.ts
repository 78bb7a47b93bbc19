import { createContext, runInContext } from 'node:vm';
import { TokenRequestError } from 'express-authlete-token-fail';
import { TICKET } from './secrets';

/** Values that are not failed grants, some of which do not like to be looked at. */
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
  ['a Proxy that has a function for every name', new Proxy({}, { get: () => () => ({}) })],
  ['a Proxy that has itself for every name and result', endlessProxy()],
  ['an error from another realm', runInContext('new Error("x")', createContext())],
];

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** As mocking libraries make them: whatever is done with it gives it once more. */
function endlessProxy(): unknown {
  const proxy: unknown = new Proxy(() => undefined, { get: () => proxy, apply: () => proxy });
  return proxy;
}
