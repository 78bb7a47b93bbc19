// Writes validators.ts, in development only: to compile with Ajv at run time would take its time at
// every start, and cannot be done where code generation from strings is off.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { CHECKED_SCHEMAS } from './checked.js';

const HEADING = '// @ts-nocheck -- compiled by Ajv from checked.ts, see CONTRIBUTING.md\n';

/** The source of `validators.ts`, which exports a function for each of {@link CHECKED_SCHEMAS}. */
export function compileValidators(): string {
  const ajv = new Ajv({
    strict: true,
    code: { source: true, esm: true, lines: true },
    // Lengths are compared with 0 and 1 only, for which code units will do; that this option is
    // deprecated is what the logger would say.
    unicode: false,
    logger: false,
  });
  const names = Object.keys(CHECKED_SCHEMAS);
  for (const [name, schema] of Object.entries(CHECKED_SCHEMAS)) {
    ajv.addSchema(schema, name);
  }
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, name])));
  return HEADING + code.replace('"use strict";', '').trim() + '\n';
}

if (require.main === module) {
  writeFileSync(join(__dirname, 'validators.ts'), compileValidators());
}
