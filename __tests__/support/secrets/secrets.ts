import { inspect } from 'node:util';

/** Recognisable secrets: if one of them shows anywhere, a test finds it. */
export const BEARER_TOKEN = 'PLANTED-bearer-token-vPZl0VmmTmHTU7ZTnV';
export const TICKET = 'PLANTED-ticket-83BNqKIhGMyrkvop_7jQjv2Z1612';
export const PASSWORD = 'PLANTED-password-hunter2';
export const CLIENT_SECRET = 'PLANTED-client-secret-gXz97ISgLs4HuXwOZWch';

/** Everything of a value that a log, an error page or a curious handler could show. */
export function everythingOf(value: unknown): string {
  return [
    inspect(value, { depth: Infinity, showHidden: true, getters: true, showProxy: true }),
    textOf(value),
    JSON.stringify(value),
    ...propertiesOf(value, new Set()),
  ].join('\n');
}

/** Expects that no planted secret shows in any of the values. */
export function expectNoSecretIn(...values: unknown[]): void {
  for (const value of values) expect(everythingOf(value)).not.toMatch(/PLANTED/);
}

/** Own and inherited properties, causes included. */
function propertiesOf(value: unknown, seen: Set<unknown>): string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [textOf(value)];
  seen.add(value);
  const found: string[] = [];
  for (
    let owner: object | null = value;
    owner;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    for (const key of Reflect.ownKeys(owner)) {
      let property: unknown;
      try {
        property = Reflect.get(owner, key, value);
      } catch {
        continue;
      }
      found.push(String(key), ...propertiesOf(property, seen));
    }
  }
  return found;
}

/** An object without a prototype cannot be made a string. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
