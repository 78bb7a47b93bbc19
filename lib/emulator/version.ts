/** The package's version. A test compares it with package.json, which is not where a build finds it. */
export const VERSION = '0.1.0';
