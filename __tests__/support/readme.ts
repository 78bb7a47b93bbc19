import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');

/** The README's code blocks of a language. */
export function readmeBlocks(language: 'ts' | 'sh' | 'http'): string[] {
  const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm');
  return [...README.matchAll(block)].map(([, content]) => content ?? '');
}
