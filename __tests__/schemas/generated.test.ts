import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileValidators } from '../lib/schemas/compile';

describe('the compiled validators', () => {
  it('are what Ajv makes of the schemas', () => {
    const file = join(__dirname, '../lib/schemas/validators.ts');
    expect(readFileSync(file, 'utf8')).toBe(compileValidators());
  });
});
