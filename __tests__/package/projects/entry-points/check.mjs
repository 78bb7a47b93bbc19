import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const PACKAGE = 'express-authlete-token-fail';
const FOLDER = `node_modules/${PACKAGE}`;
const require = createRequire(import.meta.url);

/** Leaves out the files of the other entry points. */
const withoutOthers = (files) =>
  files.filter((file) => !/-token-fail\/dist\/\w+\/(emulator|opentelemetry)\//.test(file));

/** What a bundler makes of a module: the files that it reads, and the bundle. */
async function bundle(contents) {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
    ...{ bundle: true, platform: 'node', format: 'esm', metafile: true, write: false },
  });
  return { files: Object.keys(metafile.inputs), text: outputFiles[0].text };
}

// The main entry point loads no file of the others, and no optional peer; nor does the emulator.
const resources = process.getActiveResourcesInfo();
const main = require(PACKAGE);
const loaded = Object.keys(require.cache);
assert.deepEqual(withoutOthers(loaded), loaded);
assert.ok(loaded.includes(require.resolve('axios')));
require(`${PACKAGE}/emulator`);
assert.notDeepEqual(withoutOthers(Object.keys(require.cache)), Object.keys(require.cache));
for (const peer of ['rate-limiter-flexible', '@opentelemetry/api']) {
  assert.throws(() => require(peer), { code: 'MODULE_NOT_FOUND' });
}
assert.throws(() => require(`${PACKAGE}/opentelemetry`), /@opentelemetry\/api/);

// Both builds export the same, and loading them opens nothing that keeps a process alive.
const esModule = await import(PACKAGE);
await import(`${PACKAGE}/emulator`);
assert.deepEqual(Object.keys(esModule), Object.keys(main).sort());
assert.deepEqual(process.getActiveResourcesInfo(), resources);

// A bundle of the main entry point has none of the others in it; one that uses nothing has nothing in it.
const { files } = await bundle(`export * from '${PACKAGE}'`);
assert.ok(files.includes(`${FOLDER}/dist/esm/index.js`));
assert.deepEqual(withoutOthers(files), files);
assert.equal((await bundle(`import { tokenFail } from '${PACKAGE}'`)).text, '');

// The tarball has these files, but none that no entry point leads to, and a command.
const WANTED =
  /^(?:CHANGELOG\.md|LICENSE|README\.md|package\.json|docs(?:\/[\w.-]+\.md)?|dist(?:\/[\w-]+)*(?:(?:\.generated)?(?:\.js|\.d\.ts)|\/package\.json)?)$/;
const packed = readdirSync(FOLDER, { recursive: true });
assert.deepEqual(
  packed.filter((file) => !WANTED.test(file)),
  [],
);
assert.ok(
  packed.includes('dist/esm/fail/respond.js') && !packed.includes('dist/esm/fail/respond.d.ts'),
);

// There is one runtime dependency, and of what other packages export only the main module is used:
// their other files are private, and may change in any release.
const { dependencies, peerDependencies } = require(`${PACKAGE}/package.json`);
assert.deepEqual(Object.keys(dependencies), ['axios']);
const known = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)(['"])([^'"]+)\1/g;
const imported = packed
  .filter((file) => /^dist\/.*\.(?:js|d\.ts)$/.test(file))
  .flatMap((file) => [...readFileSync(`${FOLDER}/${file}`, 'utf8').matchAll(IMPORT)])
  .map(([, , specifier]) => specifier)
  .filter((specifier) => !/^(?:\.|node:)/.test(specifier));
assert.ok(imported.includes('axios') && imported.includes('express'));
assert.deepEqual(
  imported.filter((specifier) => !known.includes(specifier)),
  [],
);

const command = ['node_modules/.bin/authlete-emulator', '--help'];
assert.match(execFileSync(process.execPath, command, { encoding: 'utf8' }), /^Usage: /);
