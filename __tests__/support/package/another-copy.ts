export type Package = typeof import('express-authlete-token-fail');

/** An installed copy of the package: another one each time. */
export function anotherCopy(): Package {
  jest.resetModules();
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('express-authlete-token-fail') as Package;
}
